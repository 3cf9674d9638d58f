/** The cases of the diff. Expected answers come from npm diff 9. */

import { type Case, defineSuite } from 'pairbench/define';
import { type Engine, histogram, lines, newTexts, npmLines, oldTexts, unified } from './engine.ts';
import { type Fixture, NAMES, npmPatch, pairOf, recordedPatch } from './expectation.ts';
import { linesOf } from './runs.ts';

type DiffCase = Case<Engine, Fixture>;

/** Lines of the old text. */
const units = (inputs: readonly Fixture[]) => inputs.map((input) => linesOf(pairOf(input)[0]).length);
const asked = (inputs: readonly Fixture[]) => inputs.map(npmPatch);
const recorded = (inputs: readonly Fixture[]) => inputs.map(recordedPatch);

/** So many in each of six trials bound a P99 closely by their ranks. */
const SAMPLES_OF_MILLISECONDS = 2_000;
/** Of cases that no target times. */
const FEW_TRIALS = 2;

const patches = (
  id: string,
  title: string,
  inputs: string,
  samples: number,
  answer: DiffCase['answer'] & typeof asked = asked,
): DiffCase => ({
  id,
  title,
  unit: 'line',
  inputs,
  samples,
  prepare: unified(answer),
  answer,
  units,
});

const edits = (count: number) =>
  patches(
    `unified-10k-${count}`,
    `The unified patch of a file of 10,000 lines and the same with ${count.toLocaleString('en')} edits`,
    `diff-10k-${count}`,
    SAMPLES_OF_MILLISECONDS,
    // npm diff takes a second for 1,000 edits.
    count === 1_000 ? recorded : asked,
  );

const only = (id: string) => (fixtures: readonly Fixture[]) =>
  fixtures.filter((fixture) => fixture.id === id);

/** One point of a curve: one input, few samples where a call takes long. */
const point = (curve: string, over: string, x: number, set: string, fixture: string): DiffCase => ({
  ...patches(`${curve}-${x}`, `${over}: ${x.toLocaleString('en')}`, set, x >= 3_000 ? 10 : 100, recorded),
  trials: FEW_TRIALS,
  curve: { over, point: x.toLocaleString('en') },
  select: only(fixture),
});

export const CURVE = [1, 10, 100, 300, 1_000, 3_000, 10_000, 20_000];
export const SHUFFLED = [300, 1_000, 3_000, 10_000];

const on10k100 = (
  id: string,
  title: string,
  rest: Pick<DiffCase, 'prepare' | 'answer' | 'trials'>,
): DiffCase => ({
  id,
  title,
  unit: 'line',
  inputs: 'diff-10k-100',
  samples: SAMPLES_OF_MILLISECONDS,
  trials: FEW_TRIALS,
  units,
  ...rest,
});

function reversed(engine: Engine, patch: string) {
  const [parsed] = engine.parsePatch(patch);
  if (parsed === undefined) throw new Error('a patch of two files gave none');
  return engine.reversePatch(parsed);
}

export default defineSuite<Engine, Fixture>({
  id: 'diff',
  engines: {
    typescript: () => import('@pairbench/diff/typescript'),
    native: async () => {
      const native = await import('@pairbench/diff/native');
      // Now, not at the first call: without a binding the engine is unavailable, and says why.
      native.loadNative();
      return native;
    },
  },
  peers: () => import('./peers.ts'),
  cases: [
    ...[10, 100, 1_000].map(edits),
    {
      ...patches(
        'unified-real',
        'The unified patch of a file in two versions of its package, 100 to 61,000 lines',
        'diff-real',
        128,
        recorded,
      ),
      trials: FEW_TRIALS,
    },
    {
      ...patches(
        'unified-10k-mixed',
        'The unified patch of 10,000 lines with CRLF, without a last line feed, rewritten in part or in full',
        'diff-10k-mixed',
        60,
        recorded,
      ),
      trials: FEW_TRIALS,
    },
    on10k100('structured-10k-100', 'The patch of unified-10k-100 as an object', {
      prepare: (engine, inputs) => {
        const pairs = inputs.map(pairOf);
        return (i) => engine.structuredPatch(...NAMES, ...(pairs[i] as readonly [string, string]));
      },
      answer: async (inputs) => {
        const npm = await import('diff');
        return inputs.map((input) => npm.structuredPatch(...NAMES, ...pairOf(input)));
      },
    }),
    on10k100('lines-10k-100', 'The lines of unified-10k-100 kept, removed and added', {
      prepare: lines,
      answer: npmLines,
    }),
    on10k100('apply-10k-100', 'Applies a patch of 100 edits to 10,000 lines', {
      prepare: (engine, inputs) => {
        const [old, patch] = [oldTexts(inputs), asked(inputs)];
        return (i) => engine.applyPatch(old[i] as string, patch[i] as string);
      },
      answer: newTexts,
    }),
    on10k100(
      'apply-reverse',
      'Parses a patch of 100 edits, reverses it and takes it back from 10,000 lines',
      {
        prepare: (engine, inputs) => {
          const [next, patch] = [newTexts(inputs), asked(inputs)];
          return (i) => engine.applyPatch(next[i] as string, reversed(engine, patch[i] as string));
        },
        answer: oldTexts,
      },
    ),
    on10k100('histogram-10k-100', 'The unified patch of unified-10k-100 by algorithm histogram', {
      prepare: histogram,
      answer: newTexts,
      // Its time has a target.
      trials: 20,
    }),
    {
      ...patches(
        'small-edit',
        'The unified patch of 200 lines with one to three edits',
        'diff-small',
        10_000,
      ),
      batch: 16,
    },
    ...CURVE.map((x) =>
      point('curve', 'Lines removed and added of 10,000', x, 'diff-curve', `diff-curve-${x}`),
    ),
    ...SHUFFLED.map((x) =>
      point('shuffled', 'Lines of a file in another order', x, 'diff-shuffled', `diff-shuffled-${x}`),
    ),
  ],
});
