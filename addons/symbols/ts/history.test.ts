/** Random changes, saves and openings, against a model; each engine reads what the other wrote. */

import { Random } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { type Hit, MAX_LIMIT, type PlainSymbol, type SymbolIndex, type SymbolsEngine } from './contract.ts';
import { expectHits } from './testing/compare.ts';
import { engines, whyNoNative } from './testing/engines.ts';
import { anyPath, anyQuery, anySymbols } from './testing/generate.ts';
import { indexOf } from './testing/indexes.ts';
import { Model } from './testing/model.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const HISTORIES = 40;
const STEPS = 60;

/** One step of change; what it returns is the same for an index and for the model. */
function anyChange(random: Random, model: Model): (index: SymbolIndex | Model) => unknown {
  const path = random.chance(0.8) ? anyPath(random) : random.pick([...model.paths(), 'none']);
  switch (random.below(10)) {
    case 0:
    case 1: {
      return (index) => (index instanceof Model ? index.remove(path) : index.removeFile(path));
    }
    case 2: {
      const to = random.chance(0.1) ? path : anyPath(random);
      return (index) => (index instanceof Model ? index.rename(path, to) : index.renameFile(path, to));
    }
    default: {
      const symbols = anySymbols(
        random,
        random.chance(0.1) ? 200 : random.pick([0, 3, 20]),
        model.names().slice(0, 50),
      );
      const stamp = random.chance(0.5) ? random.pick(['', '1-2', '\u0001', 'é😀']) : undefined;
      return (index) => {
        if (index instanceof Model) index.update(path, symbols, stamp);
        else
          expect(index.updateFile(path, symbols, stamp === undefined ? {} : { stamp })).toEqual({
            symbols: symbols.length,
          });
      };
    }
  }
}

function expectSame(random: Random, indexes: readonly SymbolIndex[], model: Model): void {
  const oracle = model.oracle();
  const names = ['', ...model.names()];
  const queries = ['', ...Array.from({ length: 5 }, () => anyQuery(random, names))];
  const options = { limit: MAX_LIMIT };
  const expected = queries.map((query) => oracle.query(query, options));
  for (const index of indexes) {
    expect(index.files()).toEqual(model.files());
    expect(index.stats()).toMatchObject(model.counts());
    for (const [place, query] of queries.entries()) {
      expectHits(index.query(query, options), expected[place] as Hit[], query);
    }
  }
}

/** Saves with one engine, and opens with another. */
async function reopened(index: SymbolIndex, engine: SymbolsEngine, path: string): Promise<SymbolIndex> {
  await index.save(path);
  index.close();
  const opened = engine.openSymbolIndex({ path });
  expect(opened.opened).toEqual({ state: 'loaded' });
  return opened;
}

describe('random histories', () => {
  const without = whyNoNative === undefined ? '' : ` (no native engine: ${whyNoNative})`;

  it(`${HISTORIES} of ${STEPS} steps${without}`, async () => {
    using directory = temporaryDirectory();
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const random = new Random(seed);
      const model = new Model();
      let indexes = engines.map((engine) => engine.openSymbolIndex());
      for (let step = 0; step < STEPS; step++) {
        const change = anyChange(random, model);
        const expected = change(model);
        for (const index of indexes) expect(change(index)).toBe(expected);
        if (step % 10 === 9) expectSame(random, indexes, model);
        if (!random.chance(0.1)) continue;
        // The first engine goes on with the last one's file, the next ones each with that of the one before.
        const next = engines.map((engine, place) =>
          reopened(indexes.at(place - 1) as SymbolIndex, engine, directory.of(`${place}`)),
        );
        indexes = await Promise.all(next);
        expectSame(random, indexes, model);
      }
      for (const index of indexes) index.close();
    }
  });

  it('memory does not grow with the changes made, and what is moved stays what it is', () => {
    for (const engine of engines) {
      using index = engine.openSymbolIndex();
      const random = new Random(9);
      const files = Array.from(
        { length: 40 },
        (_, file) => [`${file}`, anySymbols(random, 400, [])] as const,
      );
      const current = new Map<string, readonly PlainSymbol[]>(files);
      for (const [path, symbols] of files) index.updateFile(path, symbols);
      const first = index.stats();
      for (let round = 1; round <= 1000; round++) {
        const [path, symbols] = random.pick(files);
        if (random.chance(0.3)) {
          index.removeFile(path);
          current.delete(path);
        } else {
          const some = symbols.slice(0, random.below(symbols.length + 1));
          index.updateFile(path, some);
          current.set(path, some);
        }
        if (round % 20 !== 0) continue;
        using fresh = indexOf(engine, current);
        for (const query of ['', 'gn', 'aab', '1']) {
          expectHits(
            index.query(query, { limit: MAX_LIMIT }),
            fresh.query(query, { limit: MAX_LIMIT }),
            query,
          );
        }
      }
      for (const [path, symbols] of files) index.updateFile(path, symbols);
      const last = index.stats();
      expect({ ...last, bytes: 0 }).toEqual({ ...first, bytes: 0 });
      expect(last.bytes).toBeLessThan(2 * first.bytes);
      for (const [path] of files) index.removeFile(path);
      expect(index.stats()).toMatchObject({ files: 0, symbols: 0, names: 0 });
      expect(index.stats().bytes).toBeLessThan(first.bytes / 2);
    }
  });
});
