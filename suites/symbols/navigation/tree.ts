/** What TypeScript's language service shows of a source: the list an editor's outline is made of. */

import ts from 'typescript-5';

/** A line of the navigation tree. */
export interface Shown {
  readonly text: string;
  /** `ScriptElementKind` */
  readonly kind: string;
  /** What it is in the source; undefined where the tree gives it no name of its own. */
  readonly node: ts.Node | undefined;
  /** Where the name begins, UTF-16 code units; of what has none, the declaration. */
  readonly offset: number;
  /** Every declaration that the line stands for. */
  readonly spans: readonly ts.TextSpan[];
  readonly container: Shown | undefined;
}

export interface Outline {
  readonly source: ts.SourceFile;
  readonly lines: readonly Shown[];
}

let current = { path: '', text: '', version: 0 };

const service = ts.createLanguageService(
  {
    getCompilationSettings: () => ({ allowJs: true }),
    getScriptFileNames: () => [current.path],
    getScriptVersion: () => String(current.version),
    getScriptSnapshot: (path) =>
      path === current.path ? ts.ScriptSnapshot.fromString(current.text) : undefined,
    getCurrentDirectory: () => '/',
    getDefaultLibFileName: () => 'lib.d.ts',
    fileExists: () => false,
    readFile: () => undefined,
  },
  undefined,
  ts.LanguageServiceMode.Syntactic,
);

export function outlineOf(id: string, text: string): Outline {
  current = { path: `/${id}`, text, version: current.version + 1 };
  const source = ts.createSourceFile(current.path, text, ts.ScriptTarget.Latest, true);
  const lines: Shown[] = [];
  const root = service.getNavigationTree(current.path);
  const children = ({ childItems }: ts.NavigationTree, container: Shown | undefined): void => {
    for (const item of childItems ?? []) {
      const line = shown(source, item, container);
      lines.push(line);
      children(item, line);
    }
  };
  children(root, undefined);
  return { source, lines };
}

function shown(source: ts.SourceFile, item: ts.NavigationTree, container: Shown | undefined): Shown {
  const { text, kind, spans } = item;
  const start = item.nameSpan?.start;
  const named = start === undefined ? keyword(source, item) : nodeAt(source, start);
  // The index has a computed name's place behind its bracket.
  const inner = named !== undefined && ts.isComputedPropertyName(named) ? named.expression : undefined;
  return {
    text: unquoted(text),
    kind,
    node: named,
    offset: inner?.getStart(source) ?? start ?? named?.getStart(source) ?? spans[0]?.start ?? 0,
    spans,
    container,
  };
}

/** The tree gives a constructor no name; its declaration has one. */
function keyword(source: ts.SourceFile, { kind, spans: [span] }: ts.NavigationTree): ts.Node | undefined {
  if (kind !== ts.ScriptElementKind.constructorImplementationElement || span === undefined) return undefined;
  let node: ts.Node | undefined = nodeAt(source, span.start);
  while (node !== undefined && !ts.isConstructorDeclaration(node)) node = node.parent;
  return node?.getChildren(source).find(({ kind: child }) => child === ts.SyntaxKind.ConstructorKeyword);
}

/** The innermost node, or the name, that begins at or covers an offset. */
export function nodeAt(source: ts.SourceFile, offset: number): ts.Node {
  for (let node: ts.Node = source; ; ) {
    const inner: ts.Node | undefined = ts.forEachChild(node, (child) =>
      child.getStart(source) <= offset && offset < child.end ? child : undefined,
    );
    if (inner === undefined) return node;
    if (ts.isComputedPropertyName(inner) && inner.getStart(source) === offset) return inner;
    node = inner;
  }
}

function unquoted(text: string): string {
  return /^(["'`]).*\1$/s.test(text) ? text.slice(1, -1) : text;
}
