/**
 * Compares the engines with npm `diff` on random pairs. Not part of the package.
 * `node addons/diff/ts/fuzz.ts --pairs 1000000 --seed 1 [--engine native|typescript]`; exit 0 equal, 1 a difference
 * (shrunk, as JSON on standard output), 2 wrong usage.
 */
import { parseArgs } from 'node:util';
import { Random } from '@pairbench/testing';
import { findMismatch } from './testing/compare.ts';
import { engines, whyNoNative } from './testing/engines.ts';
import { randomCall } from './testing/pairs.ts';

const REPORT_EVERY_MS = 5000;

function usage(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readCount(name: string, value: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  return usage(`--${name} must be an integer >= 0, got ${value}`);
}

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string' },
  },
});
const pairs = readCount('pairs', values.pairs);
const seed = readCount('seed', values.seed);
const chosen = values.engine === undefined ? Object.keys(engines) : [values.engine];
const tested = Object.fromEntries(
  chosen.map((name) => [name, engines[name] ?? usage(`no engine ${name}: ${whyNoNative ?? 'unknown'}`)]),
);
process.stderr.write(`${chosen.join(', ')} against npm diff, seed ${seed}\n`);

const random = new Random(seed);
const counts: Record<string, number> = {};
let reported = Date.now();
let mismatch: object | undefined;
for (let done = 0; done < pairs && mismatch === undefined; done++) {
  const call = randomCall(random);
  counts[call.name] = (counts[call.name] ?? 0) + 1;
  mismatch = findMismatch(call, tested);
  if (mismatch !== undefined) process.stdout.write(`${JSON.stringify({ seed, pair: done, ...mismatch })}\n`);
  if (Date.now() - reported > REPORT_EVERY_MS) {
    reported = Date.now();
    process.stderr.write(`${done + 1} of ${pairs}\n`);
  }
}
process.stderr.write(`${JSON.stringify(counts)}: ${mismatch === undefined ? 'all equal' : 'a difference'}\n`);
process.exitCode = mismatch === undefined ? 0 : 1;
