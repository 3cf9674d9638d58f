/**
 * Compares the engines with tiktoken on random strings of both encodings. Not part of the package.
 * `node addons/tokenizer/ts/fuzz.ts --strings 1000000 --seed 1`; exit 0 equal, 1 a mismatch (shrunk, as JSON on
 * standard output), 2 wrong usage. About 15,000 strings a second.
 */
import { parseArgs } from 'node:util';
import { Random } from '@pairbench/testing';
import { ENCODINGS, type Encoding } from './contract.ts';
import { findMismatch, type Mismatch, shrink } from './testing/compare.ts';
import { engines, whyNoNative } from './testing/engines.ts';
import { type Oracle, openOracle } from './testing/oracle.ts';
import { STRING_KINDS, StringSource } from './testing/strings.ts';
import { typescriptEngine } from './typescript.ts';

const REPORT_EVERY_MS = 5000;

function readCount(name: string, value: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  process.stderr.write(`--${name} must be an integer >= 0, got ${value}\n`);
  process.exit(2);
}

function reportMismatch(mismatch: Mismatch, oracle: Oracle): void {
  const { encoding } = mismatch;
  const text = shrink(
    mismatch.text,
    (shorter) => findMismatch(shorter, encoding, engines, oracle) !== undefined,
  );
  const { what } = findMismatch(text, encoding, engines, oracle) ?? mismatch;
  const ids = Object.entries(engines).map(([name, engine]) => [name, [...engine.encode(text, encoding)]]);
  const report = { encoding, what, text, tiktoken: [...oracle.encode(text)], ...Object.fromEntries(ids) };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function fuzzEncoding(encoding: Encoding, strings: number, seed: number): boolean {
  using oracle = openOracle(encoding);
  const source = new StringSource(new Random(seed), typescriptEngine, encoding);
  let reported = Date.now();
  for (let done = 0; done < strings; done += 1) {
    const kind = STRING_KINDS[done % STRING_KINDS.length] ?? 'traps';
    const mismatch = findMismatch(source.next(kind), encoding, engines, oracle);
    if (mismatch !== undefined) {
      process.stderr.write(`${encoding}: string ${done} (${kind}) differs in ${mismatch.what}\n`);
      reportMismatch(mismatch, oracle);
      return false;
    }
    if (Date.now() - reported > REPORT_EVERY_MS) {
      reported = Date.now();
      process.stderr.write(`${encoding}: ${done + 1} of ${strings} equal\n`);
    }
  }
  process.stderr.write(`${encoding}: ${strings} strings, 0 mismatches\n`);
  return true;
}

const { values } = parseArgs({
  options: { strings: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const strings = readCount('strings', values.strings);
const seed = readCount('seed', values.seed);
const tested = `${Object.keys(engines).join(', ')} against tiktoken, seed ${seed}`;
process.stderr.write(`${tested}${whyNoNative === undefined ? '' : `; ${whyNoNative}`}\n`);
const share = Math.ceil(strings / ENCODINGS.length);
const equal = ENCODINGS.map((encoding, index) =>
  fuzzEncoding(encoding, index === 0 ? share : strings - share, seed + index),
);
process.exitCode = equal.every(Boolean) ? 0 : 1;
