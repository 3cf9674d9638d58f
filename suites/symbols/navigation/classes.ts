/** Why the extraction and the navigation tree differ: every difference must be of one of these classes. */

import ts from 'typescript-5';
import type { Found } from './compare.ts';
import { nodeAt, type Outline, type Shown } from './tree.ts';

/** In the tree alone. */
export const LEFT_OUT = {
  unnamed:
    'has no name of its own: functions given as arguments or returned, index and call signatures, values exported without a name where the tree shows `default` or `export=` too',
  import: 'an import; it is a symbol where it is declared',
  'same-name export': '`export { a }` of what the file declares as `a` or imports under that name',
  local: 'a variable in a function or a block, or of a loop or `catch`',
  'value of an object': 'a property of an object literal that is no function',
  repeated: 'the tree has it twice',
  overload: 'a further signature of a constructor',
  'function of an object':
    'a method or function of an object that is not the value of a variable, an export or an assignment to `module.exports`',
  'class of an expression': 'a class that is an argument, a returned value or the like, and its members',
  'name of an expression': 'the own name of a function or class expression, seen inside of it alone',
  assignment:
    'a value assigned to a member, but `exports.a =` and functions assigned to members of what the file declares at its top; or any assignment below the top',
  'Object.defineProperty': 'a member made by a call',
  'parts of a type': 'a member of an object type that stands in another type, or in an argument of a type',
  JSDoc: 'a type declared in a comment',
} as const;

/** In the index alone. */
export const ADDED = {
  merged: 'the tree shows declarations of one name as one line; the index has each, but overloads',
  'members of a type alias': 'the tree shows none; the index has those of an object type',
  'export * as': 'the tree leaves it out',
  'behind a pattern':
    'the tree does not look into a value that a pattern takes apart (`const { a } = (() => { function f() {} })()`)',
  'default export': 'a function without a name assigned to `module.exports`: the tree gives it no name',
  'assigned method':
    'a function assigned to a member of what the tree does not see as a class: another name of a prototype, a destructured or imported class',
} as const;

/** In both, under different containers. */
export const MOVED = {
  'below what is left out':
    'the tree has it below a function or object that is no symbol; the index below the nearest one that is, or none',
  'assigned method':
    'the index puts `F.prototype.m = function` below `F`, the tree beside it or below what merges with `F`',
} as const;

export type LeftOut = keyof typeof LEFT_OUT;
export type Added = keyof typeof ADDED;
export type Moved = keyof typeof MOVED;

/** Undefined: a symbol that the extraction should have found. */
export function whyLeftOut(shown: Shown): LeftOut | undefined {
  const { node } = shown;
  if (node === undefined) return 'unnamed';
  if (isInComment(shown)) return 'JSDoc';
  const { parent } = node;
  if (parent === undefined) return undefined;
  if (ts.isImportClause(parent) || ts.isImportSpecifier(parent) || ts.isNamespaceImport(parent))
    return 'import';
  if (ts.isImportEqualsDeclaration(parent)) return isExported(parent) ? undefined : 'import';
  if (ts.isExportSpecifier(parent)) return isSameName(parent) ? 'same-name export' : undefined;
  if (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent))
    return isLocal(parent) ? 'local' : undefined;
  if (ts.isFunctionExpression(parent) || ts.isClassExpression(parent)) return 'name of an expression';
  if (ts.isTypeElement(parent)) return isAliased(parent) ? undefined : 'parts of a type';
  if (ts.isObjectLiteralElement(parent)) return whyMember(parent);
  if (ts.isClassElement(parent) && !isOverload(parent)) return whyMember(parent);
  const call = ts.findAncestor(node, ts.isCallExpression);
  if (call !== undefined && isDefineProperty(call)) return 'Object.defineProperty';
  if (ts.isConstructorDeclaration(parent)) return 'overload';
  const binary = ts.findAncestor(node, ts.isBinaryExpression);
  if (binary === undefined || binary.left.end < node.end) return undefined;
  if (!assigns(binary.operatorToken.kind) || isModuleExports(binary.left)) return 'unnamed';
  return isAssignment(binary) && isTopAssignment(binary) ? undefined : 'assignment';
}

function whyMember(member: ts.Node): LeftOut | undefined {
  const { parent } = member;
  if (ts.isObjectLiteralExpression(parent)) {
    if (!isFunctionMember(member)) return 'value of an object';
    return isValueOfTop(parent) ? undefined : 'function of an object';
  }
  if (ts.isClassExpression(parent)) return isValueOfTop(parent) ? undefined : 'class of an expression';
  // A constructor that a function is, because of what is assigned to its prototype.
  return ts.isClassLike(parent) ? undefined : 'unnamed';
}

function isFunctionMember(member: ts.Node): boolean {
  if (ts.isPropertyAssignment(member)) return ts.isFunctionLike(plain(member.initializer));
  return ts.isFunctionLike(member);
}

/** Assertions of types, and parentheses. */
const isWrapping = (
  node: ts.Node,
): node is
  | ts.ParenthesizedExpression
  | ts.AsExpression
  | ts.SatisfiesExpression
  | ts.TypeAssertion
  | ts.NonNullExpression =>
  ts.isParenthesizedExpression(node) ||
  ts.isAsExpression(node) ||
  ts.isSatisfiesExpression(node) ||
  ts.isTypeAssertionExpression(node) ||
  ts.isNonNullExpression(node);

function plain(wrapped: ts.Expression): ts.Expression {
  let value = wrapped;
  while (isWrapping(value)) value = value.expression;
  return value;
}

/** A variable at the top or in a namespace, an export, or what is assigned at the top. */
function isValueOfTop(value: ts.Expression): boolean {
  let holder: ts.Node = value.parent;
  while (isWrapping(holder)) holder = holder.parent;
  if (ts.isVariableDeclaration(holder)) return !isLocal(holder);
  if (ts.isExportAssignment(holder)) return true;
  return isAssignment(holder) && isTopAssignment(holder);
}

/** Whether a variable stands in a function, a block or a loop. */
function isLocal(node: ts.Node): boolean {
  for (let outer = node.parent; ; outer = outer.parent) {
    if (ts.isSourceFile(outer) || ts.isModuleBlock(outer)) return false;
    const isPart =
      ts.isVariableDeclaration(outer) ||
      ts.isVariableDeclarationList(outer) ||
      ts.isVariableStatement(outer) ||
      ts.isBindingElement(outer) ||
      ts.isObjectBindingPattern(outer) ||
      ts.isArrayBindingPattern(outer);
    if (!isPart) return true;
  }
}

const isSameName = ({ name, propertyName, parent }: ts.ExportSpecifier): boolean =>
  parent.parent.moduleSpecifier === undefined && (propertyName ?? name).text === name.text;

/** A constructor after another one of its class. */
const isOverload = (member: ts.ClassElement): boolean =>
  ts.isConstructorDeclaration(member) &&
  (member.parent as ts.ClassLikeDeclaration).members.find(ts.isConstructorDeclaration) !== member;

const isExported = (node: ts.ImportEqualsDeclaration): boolean =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

/** Of an interface, or of the object type that an alias is. */
const isAliased = ({ parent }: ts.TypeElement): boolean =>
  ts.isInterfaceDeclaration(parent) ||
  (ts.isTypeLiteralNode(parent) && ts.isTypeAliasDeclaration(parent.parent));

const isDefineProperty = ({ expression }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression) && expression.name.text === 'defineProperty';

type Assignment = ts.BinaryExpression & {
  readonly operatorToken: { readonly kind: ts.SyntaxKind.EqualsToken };
};

const assigns = (operator: ts.SyntaxKind): boolean =>
  operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;

const isAssignment = (node: ts.Node): node is Assignment =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** Those that make symbols: what is exported, and functions that are assigned to a member of a name. */
function isTopAssignment({ left, right, parent }: Assignment): boolean {
  if (!ts.isExpressionStatement(parent) || !ts.isSourceFile(parent.parent)) return false;
  if (!ts.isPropertyAccessExpression(left)) return false;
  const object = left.expression.getText();
  const value = plain(right);
  if (object === 'exports' || object === 'module.exports')
    return !ts.isVoidExpression(value) && value.getText() !== left.name.text;
  if (isModuleExports(left)) return true;
  const isFunction = ts.isFunctionExpression(value) || ts.isArrowFunction(value);
  return isFunction && declares(left.getSourceFile(), object.replace(/\.prototype$/, ''));
}

const isPattern = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node) && !ts.isIdentifier(node.name) && node.initializer !== undefined;

const isModuleExports = (target: ts.Expression): boolean => target.getText() === 'module.exports';

/** Whether the file declares the name at its top. */
function declares(source: ts.SourceFile, name: string): boolean {
  const isNamed = (variable: ts.VariableDeclaration | ts.OmittedExpression | ts.BindingElement): boolean => {
    if (ts.isOmittedExpression(variable)) return false;
    return ts.isIdentifier(variable.name)
      ? variable.name.text === name
      : variable.name.elements.some(isNamed);
  };
  return source.statements.some((statement) => {
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.some(isNamed);
    return (
      (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) &&
      statement.name?.text === name
    );
  });
}

/** Comments are no nodes: the innermost one around it holds statements. */
function isInComment({ node, offset }: Shown): boolean {
  const text = node?.getSourceFile().text ?? '';
  return text.lastIndexOf('/**', offset) > text.lastIndexOf('*/', offset);
}

/** Undefined: the extraction has what is none, or at a wrong place. */
export function whyAdded(symbol: Found, { source, lines }: Outline): Added | undefined {
  const { offset, name } = symbol;
  const node = nodeAt(source, offset);
  if (node.getStart(source) !== offset) return undefined;
  const isCovered = ({ text, spans }: Shown): boolean =>
    text === name && spans.some(({ start, length }) => start <= offset && offset < start + length);
  const { parent } = node;
  if (ts.isNamespaceExport(parent)) return 'export * as';
  const member = ts.findAncestor(node, ts.isTypeElement);
  if (member !== undefined && isAliased(member) && ts.isTypeLiteralNode(member.parent))
    return 'members of a type alias';
  const assigned = ts.findAncestor(node, isAssignment);
  if (assigned !== undefined && isTopAssignment(assigned))
    return name === 'default' ? 'default export' : 'assigned method';
  if (ts.findAncestor(node, isPattern) !== undefined) return 'behind a pattern';
  return lines.some(isCovered) ? 'merged' : undefined;
}

/** Undefined: one of the two containers is wrong. */
export function whyMoved(
  { container, node }: Shown,
  symbol: Found,
  both: ReadonlyMap<Shown, Found>,
): Moved | undefined {
  const assigned = node === undefined ? undefined : ts.findAncestor(node, isAssignment);
  if (assigned !== undefined && isTopAssignment(assigned) && assigned.left.end === node?.end)
    return 'assigned method';
  if (container === undefined || both.has(container)) return undefined;
  // The tree puts what is assigned to a member below its class, wherever it stands: any symbol further out may be the nearest.
  const outer: (string | undefined)[] = [undefined];
  for (let one = container.container; one !== undefined; one = one.container) outer.push(both.get(one)?.name);
  return outer.includes(symbol.container) ? 'below what is left out' : undefined;
}
