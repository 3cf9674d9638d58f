/** Other people's diffs, called as their documentation says. */

import type { Peer } from 'pairbench/define';
import type { Engine } from './engine.ts';
import { linesOf } from './runs.ts';

type PeerEngine = Partial<Engine>;

/** The types of npm diff's functions have an overload for each option; a peer answers the one that a case calls. */
const lineChanges = (diff: (old: string, next: string) => unknown): PeerEngine =>
  ({ ownScript: true, diffLines: diff }) as unknown as PeerEngine;

const patches = (make: (old: string, next: string) => string): PeerEngine =>
  ({
    ownScript: true,
    createTwoFilesPatch: (_: string, __: string, old: string, next: string) => make(old, next),
  }) as unknown as PeerEngine;

async function npmDiff(): Promise<PeerEngine> {
  return (await import('diff')) as unknown as PeerEngine;
}

async function fastMyersDiff(): Promise<PeerEngine> {
  const { diff } = await import('fast-myers-diff');
  return lineChanges((oldText, newText) => {
    const [old, next] = [linesOf(oldText), linesOf(newText)];
    const changes: object[] = [];
    const add = (lines: readonly string[], removed: boolean, added: boolean) => {
      if (lines.length > 0) changes.push({ value: lines.join(''), count: lines.length, removed, added });
    };
    let at = 0;
    for (const [from, to, newFrom, newTo] of diff(old, next)) {
      add(old.slice(at, from), false, false);
      add(old.slice(from, to), true, false);
      add(next.slice(newFrom, newTo), false, true);
      at = to;
    }
    add(old.slice(at), false, false);
    return changes;
  });
}

/** What is called of diff-match-patch. */
interface LineMode {
  Diff_Timeout: number;
  diff_linesToChars_(old: string, next: string): { chars1: string; chars2: string; lineArray: string[] };
  diff_main(old: string, next: string, checkLines: boolean): [kind: number, value: string][];
  diff_charsToLines_(diffs: [kind: number, value: string][], lines: string[]): void;
}

async function diffMatchPatch(): Promise<PeerEngine> {
  const { diff_match_patch: DiffMatchPatch } = (await import(
    // @ts-expect-error: the package has no types; LineMode has those of what is called.
    'diff-match-patch'
  )) as { diff_match_patch: new () => LineMode };
  const engine = new DiffMatchPatch();
  // Its default gives up after a second with a worse answer.
  engine.Diff_Timeout = 0;
  return lineChanges((old, next) => {
    const { chars1, chars2, lineArray } = engine.diff_linesToChars_(old, next);
    const diffs = engine.diff_main(chars1, chars2, false);
    engine.diff_charsToLines_(diffs, lineArray);
    return diffs.map(([kind, value]) => ({ value, removed: kind < 0, added: kind > 0 }));
  });
}

async function gitDiff(): Promise<PeerEngine> {
  const { gitDiffProcess } = await import('./git.ts');
  return patches(gitDiffProcess());
}

function imara(histogram: boolean) {
  return async (): Promise<PeerEngine> => {
    const { imaraPatch } = await import('./imara.ts');
    return patches(imaraPatch(histogram));
  };
}

const IMARA =
  'the crate imara-diff 0.2.0 with postprocess_lines and its own printer, both strings in and the patch out: the crossing is included. Its scripts are other than npm diff’s, and it prints no header and no mark for a last line without an end.';

export const peers = [
  {
    id: 'diff',
    load: npmDiff,
    cases: [
      'unified-10k-10',
      'unified-10k-100',
      'unified-10k-1000',
      'structured-10k-100',
      'lines-10k-100',
      'apply-10k-100',
      'apply-reverse',
      'small-edit',
      'curve-1',
      'curve-10',
      'curve-100',
      'curve-300',
      'curve-1000',
      'shuffled-300',
    ],
    slowCases: [
      'unified-real',
      'unified-10k-mixed',
      'curve-3000',
      'curve-10000',
      'curve-20000',
      'shuffled-1000',
      'shuffled-3000',
      'shuffled-10000',
    ],
    note: 'the npm package, version 9. It is also the oracle of the expected answers.',
  },
  {
    id: 'fast-myers-diff',
    load: fastMyersDiff,
    cases: ['lines-10k-100'],
    note: 'on arrays of lines, its ranges turned into the list that diffLines gives. A shortest script, but where several are shortest another than npm diff’s; it is right when both texts come out of it.',
  },
  {
    id: 'diff-match-patch',
    load: diffMatchPatch,
    cases: ['lines-10k-100'],
    note: 'line mode (diff_linesToChars_, diff_main, diff_charsToLines_) with Diff_Timeout = 0: with its default of one second the answer depends on the machine. Its script need not be a shortest one.',
  },
  {
    id: 'git-diff-process',
    load: gitDiff,
    cases: ['unified-10k-100'],
    slowCases: ['unified-10k-10', 'unified-10k-1000', 'unified-real'],
    control: true,
    note: '`git diff --no-index`, its process included; the files were written before. Its heuristics choose other scripts than npm diff.',
  },
  {
    id: 'imara-histogram',
    load: imara(true),
    control: true,
    cases: ['histogram-10k-100', 'unified-10k-100'],
    slowCases: ['unified-10k-10', 'unified-10k-1000'],
    note: IMARA,
  },
  {
    id: 'imara-myers',
    load: imara(false),
    control: true,
    cases: [],
    slowCases: ['unified-10k-10', 'unified-10k-100', 'unified-10k-1000'],
    note: `${IMARA} Its Myers has heuristics and need not give a shortest script.`,
  },
] as const satisfies readonly Peer<PeerEngine>[];
