/**
 * What can be seen in a shell line without running it. This is no shell parser, on purpose: a parser that differs from the
 * shell in one case is a way round. Every word is looked at wherever it stands, so the answer may be too strict and is
 * never laxer for where a command was put.
 */

/** The last component of what is to be run. */
export function programName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'mksh', 'fish', 'csh', 'tcsh', 'rbash']);

/** Programs that start the program named in their arguments. */
const WRAPPERS = new Set(
  (
    'env nice nohup timeout xargs setsid stdbuf time command exec builtin busybox toybox chroot unshare nsenter ' +
    'ionice chrt taskset prlimit script flock watch parallel find fd sudo doas su runuser setpriv strace ltrace ' +
    'valgrind perf systemd-run eatmydata fakeroot proot bwrap'
  ).split(' '),
);
/** `/lib64/ld-linux-x86-64.so.2 program` runs it. */
const LOADER = /^ld(-linux.*|-musl.*|)\.so(\.\d+)?$/;

export function isShell(word: string): boolean {
  return SHELLS.has(programName(word).toLowerCase());
}

export function isWrapper(word: string): boolean {
  const name = programName(word).toLowerCase();
  return WRAPPERS.has(name) || LOADER.test(name);
}

/**
 * All that may end a word: blanks of any alphabet, control characters, and what means something to a shell. `=` is one,
 * for `a=sudo`. One look-up a character: the cut is linear in the length of the script.
 */
const ENDS_WORD = separators('');
/** Quotes and backslashes join what they stand between: `g"i"t` and `gi\t` are `git`. */
const ENDS_JOINED_WORD = separators('"\'\\');
const JOINING = /\\\r?\n|["'\\]/g;

/** By UTF-16 code unit: 1 ends a word. All but `without`. */
function separators(without: string): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let unit = 0; unit < 0xa0; unit++) if (unit <= 0x20 || unit >= 0x7f) table[unit] = 1;
  for (let unit = 0x80; unit < 0xfeff; unit++)
    if (/[\s\p{Z}]/u.test(String.fromCharCode(unit))) table[unit] = 1;
  for (let unit = 0x200b; unit <= 0x200f; unit++) table[unit] = 1;
  for (const mark of ';&|<>(){}[]`$"\'\\,=#!?*~^\u180e\u2060\ufeff') table[mark.charCodeAt(0)] = 1;
  for (const mark of without) table[mark.charCodeAt(0)] = 0;
  return table;
}

function cutAt(ends: Uint8Array, script: string): string[] {
  const words: string[] = [];
  let start = 0;
  for (let at = 0; at < script.length; at++) {
    if (ends[script.charCodeAt(at)] === 0) continue;
    if (at > start) words.push(script.slice(start, at));
    start = at + 1;
  }
  if (start < script.length) words.push(script.slice(start));
  return words;
}

/** The words of a script, once cut at quotes and backslashes and, where it has any, once joined over them. */
export function wordsOfScript(script: string): string[][] {
  const cut = cutAt(ENDS_WORD, script);
  const joined = script.replace(JOINING, '');
  return joined.length === script.length ? [cut] : [cut, cutAt(ENDS_JOINED_WORD, joined)];
}

/** The shell makes words of these that are not in the text; a dot where a command may stand reads a file. */
const EXPANSIONS = /[$`*?[\]{}]|<<|[<>]\(|(?:^|[;&|\n\r(])[ \t]*\.[ \t]/;
const EVALUATES = new Set(['eval', 'source', 'alias']);

/**
 * Whether the shell makes words of the script that are not written in it: expansions, substitutions, heredocs, globs, and
 * files that it reads.
 */
export function hasExpansions(script: string): boolean {
  return EXPANSIONS.test(script) || EXPANSIONS.test(script.replace(JOINING, ''));
}

/** Whether what follows this word is a script of its own. */
export function takesScript(word: string): boolean {
  return EVALUATES.has(word) || isShell(word);
}
