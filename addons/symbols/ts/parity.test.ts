import { Random } from '@pairbench/testing';
import { describe, it } from 'vitest';
import {
  MAX_LIMIT,
  type PlainSymbol,
  type QueryOptions,
  SYMBOL_KINDS,
  type SymbolIndex,
} from './contract.ts';
import { expectHits } from './testing/compare.ts';
import { engines, whyNoNative } from './testing/engines.ts';
import { anyPath, anyQuery, anySymbols } from './testing/generate.ts';
import { indexOf } from './testing/indexes.ts';
import { Oracle } from './testing/oracle.ts';

type Files = Map<string, PlainSymbol[]>;

function anyFiles(random: Random, most: number): { files: Files; names: string[] } {
  const names: string[] = [];
  const files: Files = new Map();
  const count = random.between(1, 4);
  for (let index = 0; index < count; index++) {
    files.set(anyPath(random), anySymbols(random, Math.ceil(most / count), names));
  }
  return { files, names: [...names, 'getName', ''] };
}

function anyOptions(random: Random): QueryOptions {
  return {
    ...(random.chance(0.7) ? { limit: random.pick([1, 2, 3, 5, 10, 50, MAX_LIMIT]) } : {}),
    ...(random.chance(0.3)
      ? { kinds: SYMBOL_KINDS.filter(() => random.chance(random.pick([0.05, 0.3, 0.9]))) }
      : {}),
  };
}

function expectOracleHits(
  indexes: readonly SymbolIndex[],
  oracle: Oracle,
  query: string,
  options: QueryOptions,
): void {
  const expected = oracle.query(query, options);
  for (const index of indexes) {
    expectHits(index.query(query, options), expected, JSON.stringify({ query, options }));
  }
}

/** Queries of one small index; with those of the large one, 100,000. */
const QUERIES = 240;
const INDEXES = 400;
const LARGE_QUERIES = 2000;

describe('the engines give what the naive oracle gives', () => {
  const without = whyNoNative === undefined ? '' : ` (no native engine: ${whyNoNative})`;

  it(`on ${INDEXES * QUERIES} queries of small indexes${without}`, () => {
    for (let seed = 1; seed <= INDEXES; seed++) {
      const random = new Random(seed);
      const { files, names } = anyFiles(random, random.pick([3, 30, 60]));
      const oracle = new Oracle(files);
      const indexes = engines.map((engine) => indexOf(engine, files));
      for (let round = 0; round < QUERIES; round++) {
        expectOracleHits(indexes, oracle, anyQuery(random, names), anyOptions(random));
      }
      for (const index of indexes) index.close();
    }
  });

  describe('in a large index', () => {
    const random = new Random(77);
    const { files, names } = anyFiles(random, 4000);
    const oracle = new Oracle(files);

    it(`on ${LARGE_QUERIES} queries`, () => {
      const indexes = engines.map((engine) => indexOf(engine, files));
      for (let round = 0; round < LARGE_QUERIES; round++) {
        expectOracleHits(indexes, oracle, anyQuery(random, names), anyOptions(random));
      }
    });

    it(`on ${LARGE_QUERIES} queries that grow letter by letter`, () => {
      const indexes = engines.map((engine) => indexOf(engine, files));
      for (let done = 0; done < LARGE_QUERIES; ) {
        const whole = [...anyQuery(random, names)].slice(0, 8);
        for (let length = 1; length <= whole.length; length++, done++) {
          expectOracleHits(indexes, oracle, whole.slice(0, length).join(''), anyOptions(random));
        }
      }
    });
  });
});
