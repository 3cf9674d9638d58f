/**
 * What the policy says of a command. Rules compare words; they spare people questions and stop accidents. They are no
 * boundary: a program under another name does the same. The boundary is the kernel's, see docs/sandbox-policy-matrix.md.
 */

import type { CommandRule, Decision, Verdict } from '../contract.ts';
import type { CompiledPolicy } from './compiled.ts';
import { patternOf } from './names.ts';
import { hasExpansions, isShell, isWrapper, programName, takesScript, wordsOfScript } from './scripts.ts';

/** A grant for commands: its exact words, or its first ones. */
export interface CommandGrant {
  readonly id: string;
  readonly command: readonly string[];
  readonly prefix?: boolean | undefined;
}

export const STRICTNESS: Readonly<Record<Decision, number>> = { allow: 0, confirm: 1, deny: 2 };

interface ReadyRule {
  readonly rule: CommandRule;
  readonly words: readonly ReadonlySet<string>[];
  /** The first word's alternatives, folded. */
  readonly folded: ReadonlySet<string>;
}

interface RuleBook {
  readonly rules: readonly ReadyRule[];
  /** Rules that forbid or ask, by the folded names of their programs: a script is read once however many rules there are. */
  readonly strictByProgram: ReadonlyMap<string, readonly ReadyRule[]>;
}

const books = new WeakMap<readonly CommandRule[], RuleBook>();

/** `argv` is what is to be run: the program, then its arguments. Linear in its length. */
export function evaluateCommand(
  policy: Pick<CompiledPolicy, 'commands' | 'unknownCommands'>,
  argv: readonly string[],
  grants: readonly CommandGrant[] = [],
): Verdict {
  const verdict = judge(bookOf(policy.commands), policy.unknownCommands, argv);
  if (verdict.decision !== 'confirm') return verdict;
  const grant = grants.find((one) => isGranted(one, argv));
  return grant === undefined ? verdict : { decision: 'allow', reason: 'grant', rule: grant.id };
}

/** Whether `rule` alone speaks of `argv`: what its examples are held against. */
export function ruleMatches(rule: CommandRule, argv: readonly string[]): boolean {
  const book = bookFor([rule]);
  const [ready] = book.rules;
  if (ready === undefined || argv.length === 0) return false;
  return matchesAtStart(ready, argv) || insideOf(book, argv).found !== undefined;
}

function judge(book: RuleBook, unknown: Decision, argv: readonly string[]): Verdict {
  if (argv.length === 0 || argv[0] === '') return { decision: 'deny', reason: 'unknown' };
  let found: CommandRule | undefined;
  for (const ready of book.rules) {
    if (matchesAtStart(ready, argv)) found = stricter(found, ready.rule);
  }
  const inside = insideOf(book, argv);
  if (inside.found !== undefined) {
    // Without a rule for the shell itself, what is inside must not make it laxer than an unknown command.
    const isStricter = found !== undefined || STRICTNESS[inside.found.decision] >= STRICTNESS[unknown];
    if (isStricter) found = stricter(found, inside.found);
  }
  if (found === undefined) return { decision: unknown, reason: 'unknown' };
  if (found.decision === 'allow' && inside.unreadable && unknown !== 'allow') {
    return { decision: 'confirm', reason: 'unknown' };
  }
  return { decision: found.decision, reason: 'rule', rule: found.id };
}

/** Of two equally strict ones the first in the policy. */
function stricter(known: CommandRule | undefined, next: CommandRule): CommandRule {
  return known !== undefined && STRICTNESS[known.decision] >= STRICTNESS[next.decision] ? known : next;
}

/** A rule that allows means the name as it is written; one that forbids or asks means it however it is spelled. */
function matchesAtStart(ready: ReadyRule, argv: readonly string[]): boolean {
  const { rule, words } = ready;
  if (argv.length < words.length) return false;
  const program = programName(argv[0] as string);
  const isThis = rule.decision === 'allow' ? words[0]?.has(program) : ready.folded.has(patternOf(program));
  return isThis === true && followsAt(words, argv, 0);
}

/** The words after the first. */
function followsAt(words: readonly ReadonlySet<string>[], list: readonly string[], start: number): boolean {
  for (let at = 1; at < words.length; at++) {
    const word = list[start + at];
    if (word === undefined || !words[at]?.has(word)) return false;
  }
  return true;
}

interface Inside {
  readonly found?: CommandRule;
  readonly unreadable: boolean;
}

/** Rules that forbid or ask for what a shell or a wrapper among the words would start. */
function insideOf(book: RuleBook, argv: readonly string[]): Inside {
  const isWrapped = isWrapper(argv[0] as string);
  const shellAt = isWrapped ? argv.findIndex(isShell) : isShell(argv[0] as string) ? 0 : -1;
  if (!isWrapped && shellAt < 0) return { unreadable: false };
  const search = new Search(book);
  if (isWrapped) search.through(argv, 1);
  let unreadable = false;
  // A wrapper may take a line as one word (`env -S`, `xargs -I`, `find -exec`): it is read as a script as well.
  for (const word of argv.slice(isWrapped ? 1 : shellAt + 1)) {
    search.sawScript = false;
    for (const list of wordsOfScript(word)) search.through(list, 0);
    unreadable ||= shellAt >= 0 && (search.sawScript || hasExpansions(word));
  }
  return search.found === undefined ? { unreadable } : { found: search.found, unreadable };
}

interface Known {
  readonly candidates: readonly ReadyRule[];
  readonly takesScript: boolean;
}

/** Looks for the strictest rule whose words stand side by side anywhere. Each different word is thought about once. */
class Search {
  found: CommandRule | undefined;
  /** A word was met that takes a script: `eval`, `sh`, ... */
  sawScript = false;
  readonly #book: RuleBook;
  readonly #known = new Map<string, Known | undefined>();

  constructor(book: RuleBook) {
    this.#book = book;
  }

  through(list: readonly string[], from: number): void {
    for (let at = from; at < list.length; at++) {
      const known = this.#lookUp(list[at] as string);
      if (known === undefined) continue;
      this.sawScript ||= known.takesScript;
      for (const ready of known.candidates) {
        if (followsAt(ready.words, list, at)) this.found = stricter(this.found, ready.rule);
      }
    }
  }

  /** Undefined for most words. */
  #lookUp(word: string): Known | undefined {
    const known = this.#known.get(word);
    if (known !== undefined || this.#known.has(word)) return known;
    const candidates = this.#book.strictByProgram.get(patternOf(programName(word))) ?? [];
    const isScript = takesScript(word);
    const made = candidates.length > 0 || isScript ? { candidates, takesScript: isScript } : undefined;
    this.#known.set(word, made);
    return made;
  }
}

function isGranted(grant: CommandGrant, argv: readonly string[]): boolean {
  const { command } = grant;
  if (command.length === 0 || command.length > argv.length) return false;
  if (grant.prefix !== true && command.length !== argv.length) return false;
  return command.every((word, at) => word === argv[at]);
}

function bookOf(rules: readonly CommandRule[]): RuleBook {
  const known = books.get(rules);
  if (known !== undefined) return known;
  const book = bookFor(rules);
  books.set(rules, book);
  return book;
}

function bookFor(rules: readonly CommandRule[]): RuleBook {
  const ready = rules.map((rule) => {
    const words = rule.command.map((word) => new Set(typeof word === 'string' ? [word] : word));
    return { rule, words, folded: new Set([...(words[0] ?? [])].map(patternOf)) };
  });
  const strictByProgram = new Map<string, ReadyRule[]>();
  for (const one of ready) {
    if (one.rule.decision === 'allow') continue;
    for (const name of one.folded) {
      const list = strictByProgram.get(name);
      if (list === undefined) strictByProgram.set(name, [one]);
      else list.push(one);
    }
  }
  return { rules: ready, strictByProgram };
}
