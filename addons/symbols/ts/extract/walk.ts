/** What the walk over a tree collects: statements and declarations. */

import type * as oxc from 'oxc-parser';
import { MAX_NAME_LENGTH, SYMBOL_KINDS, type SymbolKind } from '../contract.ts';
import { functionsIn } from './expressions.ts';
import { enumMemberName, exportName, type Named } from './keys.ts';
import { classMembers, signatures } from './members.ts';
import type { Entry } from './places.ts';
import { assignment, defaultValue, moduleExports, variables } from './variables.ts';

const NUMBERS = new Map<SymbolKind, number>(SYMBOL_KINDS.map((kind, at) => [kind, at + 1]));

/** Index of an entry that contains others. */
export type Container = number | undefined;

/** What a list of statements stands in: in a `local` one variables are no symbols. */
export type Scope = 'top' | 'namespace' | 'local';

/** A signature without a body: what follows under the same name is no symbol of its own. */
export interface Overload {
  readonly name: string;
  readonly isStatic: boolean;
}

export const isSame = (one: Overload | undefined, other: Overload): boolean =>
  one !== undefined && one.name === other.name && one.isStatic === other.isStatic;

export class Walk {
  readonly source: string;
  readonly entries: Entry[] = [];
  /** Entries without a container, by name, as far as they have been looked at. */
  readonly #tops = new Map<string, number>();
  #lookedAt = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** Adds a symbol, unless an index refuses its name; what it would contain then has no container. */
  add({ name, offset }: Named, kind: SymbolKind, container: Container): Container {
    if (name === '' || name.length > MAX_NAME_LENGTH) return undefined;
    // A lone surrogate may come from an escape in quotes.
    const text = name.toWellFormed();
    return this.entries.push({ name: text, kind: NUMBERS.get(kind) as number, container, offset }) - 1;
  }

  /** The entry that was added last: an overload belongs to it. */
  last(): Container {
    return this.entries.length === 0 ? undefined : this.entries.length - 1;
  }

  /** The first entry of the file's top with this name. */
  topNamed(name: string): Container {
    for (; this.#lookedAt < this.entries.length; this.#lookedAt++) {
      const entry = this.entries[this.#lookedAt] as Entry;
      if (entry.container === undefined && !this.#tops.has(entry.name))
        this.#tops.set(entry.name, this.#lookedAt);
    }
    return this.#tops.get(name);
  }

  statements(list: readonly oxc.Statement[], container: Container, scope: Scope): void {
    let overload: Overload | undefined;
    for (const statement of list) overload = this.#statement(statement, container, scope, overload);
  }

  functionBody(body: oxc.FunctionBody | null, container: Container): void {
    if (body !== null) this.statements(body.body as oxc.Statement[], container, 'local');
  }

  /** Returns the overload that the next statement may belong to. */
  #statement(
    statement: oxc.Statement,
    container: Container,
    scope: Scope,
    overload: Overload | undefined,
  ): Overload | undefined {
    switch (statement.type) {
      case 'ExportNamedDeclaration':
        if (statement.declaration !== null)
          return this.#declaration(statement.declaration, container, scope, true, overload);
        for (const { local, exported } of statement.specifiers) {
          const named = exportName(exported);
          if (statement.source !== null || named.name !== exportName(local).name)
            this.add(named, 'variable', container);
        }
        return undefined;
      case 'ExportDefaultDeclaration':
        return this.#exportDefault(statement, container, overload);
      case 'ExportAllDeclaration':
        if (statement.exported !== null) this.add(exportName(statement.exported), 'namespace', container);
        return undefined;
      case 'TSExportAssignment':
        moduleExports(this, statement.expression, container);
        return undefined;
      case 'ExpressionStatement':
        if (scope !== 'top' || !assignment(this, statement.expression))
          functionsIn(this, statement.expression, container);
        return undefined;
      default:
        if (isDeclaration(statement)) return this.#declaration(statement, container, scope, false, overload);
        this.#control(statement, container);
        return undefined;
    }
  }

  /** Statements that hold others. A chain of else-ifs may be long: it is followed in a loop. */
  #control(outer: oxc.Statement, container: Container): void {
    for (let statement: oxc.Statement | null = outer; statement !== null; ) {
      switch (statement.type) {
        case 'BlockStatement':
          this.statements(statement.body, container, 'local');
          return;
        case 'IfStatement':
          this.#control(statement.consequent, container);
          statement = statement.alternate;
          break;
        case 'LabeledStatement':
        case 'WithStatement':
        case 'DoWhileStatement':
        case 'WhileStatement':
        case 'ForStatement':
        case 'ForInStatement':
        case 'ForOfStatement':
          statement = statement.body;
          break;
        case 'SwitchStatement':
          for (const { consequent } of statement.cases) this.statements(consequent, container, 'local');
          return;
        case 'TryStatement':
          this.statements(statement.block.body, container, 'local');
          if (statement.handler !== null) this.statements(statement.handler.body.body, container, 'local');
          if (statement.finalizer !== null) this.statements(statement.finalizer.body, container, 'local');
          return;
        case 'ReturnStatement':
        case 'ThrowStatement':
          if (statement.argument !== null) functionsIn(this, statement.argument, container);
          return;
        case 'ExpressionStatement':
          functionsIn(this, statement.expression, container);
          return;
        default:
          // The body of what went before: it may declare a function.
          if (isDeclaration(statement)) this.#declaration(statement, container, 'local', false, undefined);
          return;
      }
    }
  }

  #declaration(
    declaration: oxc.Declaration,
    container: Container,
    scope: Scope,
    isExported: boolean,
    overload: Overload | undefined,
  ): Overload | undefined {
    switch (declaration.type) {
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        return this.#function(declaration, container, overload);
      case 'VariableDeclaration':
        variables(this, declaration, container, scope);
        break;
      case 'ClassDeclaration':
        if (declaration.id !== null)
          classMembers(this, declaration, this.add(identifier(declaration.id), 'class', container));
        break;
      case 'TSTypeAliasDeclaration': {
        const symbol = this.add(identifier(declaration.id), 'type', container);
        const { typeAnnotation } = declaration;
        if (typeAnnotation.type === 'TSTypeLiteral') signatures(this, typeAnnotation.members, symbol);
        break;
      }
      case 'TSInterfaceDeclaration':
        this.#interface(declaration, container);
        break;
      case 'TSEnumDeclaration': {
        const symbol = this.add(identifier(declaration.id), 'enum', container);
        for (const member of declaration.body.members)
          this.add(enumMemberName(this.source, member), 'enumMember', symbol);
        break;
      }
      case 'TSModuleDeclaration':
        this.#module(declaration, container);
        break;
      case 'TSImportEqualsDeclaration':
        if (isExported) this.add(identifier(declaration.id), 'variable', container);
        break;
    }
    return undefined;
  }

  #interface(declaration: oxc.TSInterfaceDeclaration, container: Container): void {
    const symbol = this.add(identifier(declaration.id), 'interface', container);
    signatures(this, declaration.body.body, symbol);
  }

  /** `A.B` is one symbol. */
  #module(declaration: oxc.TSModuleDeclaration | oxc.TSGlobalDeclaration, container: Container): void {
    const { id, kind, body } = declaration;
    let symbol: Container;
    if (id.type === 'Literal') symbol = this.add({ name: id.value, offset: id.start }, 'module', container);
    else {
      // In a qualified name nothing but blanks and comments stands between the parts.
      const name = kind === 'global' ? 'global' : qualified(id);
      symbol = this.add({ name, offset: id.start }, 'namespace', container);
    }
    if (body != null) this.statements(body.body as oxc.Statement[], symbol, 'namespace');
  }

  /** A function with a name; an overload belongs to the first one. */
  #function(
    { id, body }: oxc.Function,
    container: Container,
    overload: Overload | undefined,
    unnamed: Named | undefined = undefined,
  ): Overload | undefined {
    const named = id === null ? unnamed : identifier(id);
    if (named === undefined) {
      this.functionBody(body, container);
      return undefined;
    }
    const self = { name: named.name, isStatic: false };
    const symbol = isSame(overload, self) ? this.last() : this.add(named, 'function', container);
    this.functionBody(body, symbol);
    return body === null ? self : undefined;
  }

  #exportDefault(
    { declaration, start }: oxc.ExportDefaultDeclaration,
    container: Container,
    overload: Overload | undefined,
  ): Overload | undefined {
    const unnamed = { name: 'default', offset: start };
    switch (declaration.type) {
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        return this.#function(declaration, container, overload, unnamed);
      case 'ClassDeclaration': {
        const named = declaration.id === null ? unnamed : identifier(declaration.id);
        classMembers(this, declaration, this.add(named, 'class', container));
        return undefined;
      }
      case 'TSInterfaceDeclaration':
        this.#interface(declaration, container);
        return undefined;
      default:
        defaultValue(this, declaration as oxc.Expression, start, container);
        return undefined;
    }
  }
}

export const identifier = ({ name, start }: { readonly name: string; readonly start: number }): Named => ({
  name,
  offset: start,
});

function qualified(name: oxc.TSModuleDeclaration['id']): string {
  if (name.type === 'TSQualifiedName')
    return `${qualified(name.left as oxc.TSModuleDeclaration['id'])}.${name.right.name}`;
  return name.type === 'Identifier' ? name.name : '';
}

const DECLARATIONS: ReadonlySet<string> = new Set<oxc.Declaration['type']>([
  'FunctionDeclaration',
  'TSDeclareFunction',
  'VariableDeclaration',
  'ClassDeclaration',
  'TSTypeAliasDeclaration',
  'TSInterfaceDeclaration',
  'TSEnumDeclaration',
  'TSModuleDeclaration',
  'TSImportEqualsDeclaration',
]);

function isDeclaration(statement: oxc.Statement): statement is oxc.Statement & oxc.Declaration {
  return DECLARATIONS.has(statement.type);
}
