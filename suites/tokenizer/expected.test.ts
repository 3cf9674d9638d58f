import { describe, expect, it } from 'vitest';
import { loadSet } from '../../fixtures/index.ts';
import { countedSets, expect as expectation, readExpected, staleExpectations } from './expected.ts';

describe('expected.json', () => {
  it('has an answer for every fixture that a case counts, made of the text it has now', {
    timeout: 30_000,
  }, () => {
    const fixtures = countedSets().flatMap((set) => loadSet(set));
    const recorded = readExpected().fixtures;
    expect(Object.keys(recorded).sort()).toEqual(fixtures.map(({ id }) => id).sort());
    for (const fixture of fixtures) expect(recorded[fixture.id]?.sha256, fixture.id).toBe(fixture.sha256);
  });

  it('is what tiktoken says, on a sample', { timeout: 60_000 }, () => {
    const sample = countedSets()
      .filter((set) => !set.startsWith('worst'))
      .flatMap((set) => loadSet(set).slice(0, 8));
    expect(staleExpectations(sample)).toEqual([]);
  });

  it('has worst cases from an oracle that agrees with tiktoken', { timeout: 60_000 }, () => {
    for (const fixture of [...loadSet('mixed-10k').slice(0, 12), ...loadSet('short')]) {
      const { oracle: _, ...merged } = expectation(fixture, 'merge');
      expect(readExpected().fixtures[fixture.id], fixture.id).toMatchObject(merged);
    }
  });
});
