/**
 * The right answers of the tokenizer's cases, from outside oracles, into expected.json.
 *
 *   node suites/tokenizer/expected.ts                    writes it (minutes: the worst cases are slow)
 *   node suites/tokenizer/expected.ts --check            recomputes all but the worst cases; exits 1 on a difference
 *   node suites/tokenizer/expected.ts --check --all      recomputes everything
 *   node suites/tokenizer/expected.ts --check short ...  recomputes these sets
 */

import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { get_encoding } from 'tiktoken';
import { type Fixture, loadSet } from '../../fixtures/index.ts';
import { createMergeOracle } from './merge-oracle.ts';
import suite from './suite.ts';

const ENCODINGS = ['o200k_base', 'cl100k_base'] as const;
const FILE = join(import.meta.dirname, 'expected.json');

const ORACLES = {
  tiktoken: 'npm tiktoken 1.0.22, encode_ordinary',
  merge:
    'merge-oracle.ts on the vocabulary of npm tiktoken 1.0.22, where tiktoken takes quadratic time or traps (worst-case); equal to tiktoken on all 149 other fixtures, ids equal to the crate bpe-openai 0.3 on every window and worst case',
} as const;

type Oracle = keyof typeof ORACLES;

interface TextAnswer {
  count: number;
  /** sha256 of the ids as little-endian u32; left out where only counts are asked for. */
  ids?: string;
}

interface TextsAnswer {
  count: number;
  /** One a text, in their order. */
  counts: number[];
}

type Answers<T> = Record<(typeof ENCODINGS)[number], T>;

/** The beginning of a window that has about 10,000 cl100k_base tokens, where the whole has more. */
interface Clip {
  /** UTF-16 code units. */
  length: number;
  count: number;
}

/** Expected answers of one fixture; void when its sha256 is another than the fixture's. */
export type Expectation = { sha256: string; oracle: Oracle; cl100kClip?: Clip } & (
  | Answers<TextAnswer>
  | Answers<TextsAnswer>
);

export interface ExpectedFile {
  generated: string;
  oracles: typeof ORACLES;
  fixtures: Record<string, Expectation>;
}

/** One piece of hundreds of thousands of bytes each, in one of the encodings at least. */
const LONG_PIECE = /^worst-(half-)?(a|caret|space|newline|e-acute|cjk|zwj|case)$/;

type Encode = (text: string) => Uint32Array;

/** Made when first asked for: a vocabulary takes a second to read. */
const encoders = new Map<string, Encode>();

function encoderOf(oracle: Oracle, encoding: (typeof ENCODINGS)[number]): Encode {
  const key = `${oracle}/${encoding}`;
  let encode = encoders.get(key);
  if (encode === undefined) {
    if (oracle === 'merge') {
      encode = createMergeOracle(encoding).encode;
    } else {
      const encoder = get_encoding(encoding);
      encode = (text) => encoder.encode_ordinary(text);
    }
    encoders.set(key, encode);
  }
  return encode;
}

function idsDigest(ids: Uint32Array): string {
  const bytes = new DataView(new ArrayBuffer(ids.length * 4));
  for (const [index, id] of ids.entries()) bytes.setUint32(index * 4, id, true);
  return hash('sha256', Buffer.from(bytes.buffer));
}

function answerOf(fixture: Fixture, encode: Encode): TextAnswer | TextsAnswer {
  if (fixture.kind === 'json') return { count: encode(JSON.stringify(fixture.value)).length };
  if (fixture.kind === 'text') {
    const ids = encode(fixture.text);
    return { count: ids.length, ids: idsDigest(ids) };
  }
  const counts = fixture.texts.map((text) => encode(text).length);
  return { count: counts.reduce((sum, count) => sum + count, 0), counts };
}

/** Windows are cut for o200k_base; languages it favours have up to four times the tokens in cl100k_base. */
const CLIP_ABOVE = 10_500;
const CLIP_TO = 10_000;

/** Halves the range of lengths until the count is within 1 % of the wish. */
function clipFor(text: string, encode: Encode): Clip {
  let [low, high] = [0, text.length];
  for (;;) {
    const middle = (low + high) >> 1;
    const length = text.charCodeAt(middle - 1) >> 10 === 0x36 ? middle + 1 : middle;
    const count = encode(text.slice(0, length)).length;
    if (Math.abs(count - CLIP_TO) <= CLIP_TO / 100) return { length, count };
    if (count > CLIP_TO) high = middle;
    else low = middle;
  }
}

/** The answers of one fixture, by its oracle or by another one that is to be compared with it. */
export function expect(fixture: Fixture, asked?: Oracle): Expectation {
  const oracle = asked ?? (LONG_PIECE.test(fixture.id) ? 'merge' : 'tiktoken');
  const answers = ENCODINGS.map((encoding) => [encoding, answerOf(fixture, encoderOf(oracle, encoding))]);
  const expectation = { sha256: fixture.sha256, oracle, ...Object.fromEntries(answers) } as Expectation;
  const isWindow = fixture.kind === 'text' && !fixture.id.startsWith('worst-');
  if (isWindow && expectation.cl100k_base.count > CLIP_ABOVE) {
    expectation.cl100kClip = clipFor(fixture.text, encoderOf(oracle, 'cl100k_base'));
  }
  return expectation;
}

export function readExpected(): ExpectedFile {
  return JSON.parse(readFileSync(FILE, 'utf8')) as ExpectedFile;
}

/** Ids of the fixtures whose recorded answers are others than the oracles give now. */
export function staleExpectations(fixtures: readonly Fixture[]): string[] {
  const recorded = readExpected().fixtures;
  return fixtures.flatMap((fixture) =>
    isDeepStrictEqual(recorded[fixture.id], expect(fixture)) ? [] : fixture.id,
  );
}

/** The fixture sets that a case counts; other suites have theirs. */
export function countedSets(): string[] {
  return [...new Set(suite.cases.flatMap(({ inputs }) => (typeof inputs === 'string' ? inputs : [])))];
}

function write(): void {
  const fixtures = Object.fromEntries(
    countedSets().flatMap((set) => loadSet(set).map((fixture) => [fixture.id, expect(fixture)])),
  );
  const file: ExpectedFile = {
    generated: 'by `node suites/tokenizer/expected.ts`',
    oracles: ORACLES,
    fixtures,
  };
  writeFileSync(FILE, JSON.stringify(file));
  // Biome lays the long arrays out as it wants to find them.
  spawnSync('npx', ['biome', 'format', '--write', FILE], { stdio: 'inherit' });
  console.error(`expected.json written: ${Object.keys(fixtures).length} fixtures`);
}

function check(sets: readonly string[], all: boolean): void {
  const chosen = sets.length > 0 ? sets : countedSets().filter((set) => all || !set.startsWith('worst'));
  const stale = chosen.flatMap((set) => staleExpectations(loadSet(set)));
  for (const id of stale) console.error(`expected.json: ${id} differs from its oracle`);
  if (stale.length > 0) process.exitCode = 1;
  else console.error(`expected.json holds for ${chosen.join(', ')}`);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.check) check(positionals, values.all);
  else write();
}
