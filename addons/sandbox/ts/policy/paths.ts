/**
 * Absolute paths as text: cut into components and compared component by component, never by a common beginning of
 * letters. Nothing here asks the file system. A path is `/a/b`: the policy engine knows no drive letters.
 */

/** Longest path that Linux takes, bytes, with the zero at its end; both engines refuse what is as long, on every system. */
export const PATH_LIMIT_BYTES = 4096;
/** Longest name, bytes. */
export const NAME_LIMIT_BYTES = 255;

/** `/a/b` -> `['a', 'b']`; `/` -> `[]`. For paths in normal form. */
export function componentsOf(path: string): string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

export function pathOf(components: readonly string[]): string {
  return `/${components.join('/')}`;
}

/** No empty component, no `.`, no `..`; absolute. */
export function isNormal(path: string): boolean {
  return (
    path === '/' ||
    (path.startsWith('/') &&
      path
        .slice(1)
        .split('/')
        .every((name) => isOrdinary(name)))
  );
}

export function isOrdinary(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..';
}

/** The normal form by letters alone: `/a/./b/../c` -> `['a', 'c']`. The kernel may see it otherwise where `b` is a link. */
export function lexicalComponents(path: string): string[] {
  const components: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') components.pop();
    else if (name !== '' && name !== '.') components.push(name);
  }
  return components;
}

/** Whether `inner` is `outer` or lies below it. Both in normal form. */
export function isWithin(inner: string, outer: string): boolean {
  return inner === outer || outer === '/' || (inner.startsWith(outer) && inner[outer.length] === '/');
}

/** As `isWithin`, on components. */
export function startsWith(components: readonly string[], beginning: readonly string[]): boolean {
  if (components.length < beginning.length) return false;
  // From the end: paths differ there sooner.
  for (let at = beginning.length - 1; at >= 0; at--) if (components[at] !== beginning[at]) return false;
  return true;
}

/** Text that a file system can take as it is: no NUL, and no half of a surrogate pair, which would turn into U+FFFD. */
export function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Whether a name is longer than a file system takes. */
export function isNameTooLong(name: string): boolean {
  // A UTF-16 code unit makes at most 3 bytes: most names need no counting.
  return name.length > NAME_LIMIT_BYTES / 3 && Buffer.byteLength(name) > NAME_LIMIT_BYTES;
}

export function isPathTooLong(path: string): boolean {
  return path.length >= PATH_LIMIT_BYTES / 3 && Buffer.byteLength(path) >= PATH_LIMIT_BYTES;
}
