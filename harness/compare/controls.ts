/**
 * The controls of a comparison: work that no change of the repository can touch, measured in both arms like everything
 * else. When one of them moves, the machine did, and the run is void. One lives in the core, one in the memory.
 */

import { defineSuite, type Operation } from '../define.ts';

interface Control {
  run(seed: number): string;
}

const WORDS = 1 << 18;

/** Some 0.2 ms each: long against the clock, short against a trial. */
const engine: Record<'core' | 'memory', () => Control> = {
  core: () => ({
    run: (seed) => {
      let state = seed | 1;
      for (let i = 0; i < 100_000; i++) state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i) | 0;
      return String(state);
    },
  }),
  memory: () => {
    const from = new Uint32Array(WORDS).map((_, i) => Math.imul(i, 0x9e3779b9));
    const to = new Uint32Array(WORDS);
    return {
      run: (seed) => {
        to.set(from);
        let sum = seed;
        for (let i = seed; i < WORDS; i += 16) sum = (sum + (to[i] as number)) | 0;
        return String(sum);
      },
    };
  },
};

const SEEDS = [1, 2, 3];

const control = (id: 'core' | 'memory', title: string) => ({
  id,
  title,
  unit: 'call',
  inputs: () => SEEDS,
  prepare: (_: unknown, seeds: readonly number[]): Operation => {
    const { run } = engine[id]();
    return (i) => run(seeds[i] as number);
  },
  // The same code computes what is expected: a control compares a machine with itself, not an answer with an oracle.
  answer: (seeds: readonly number[]) => seeds.map((seed) => engine[id]().run(seed)),
});

export default defineSuite<unknown, number>({
  id: 'control',
  engines: { typescript: async () => ({}), native: async () => ({}) },
  cases: [
    control('core', 'Mixes a number a hundred thousand times'),
    control('memory', 'Copies a megabyte and reads it'),
  ],
});
