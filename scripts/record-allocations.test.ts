/** The native engines allocate exactly as often as baselines/allocations.json says. */

import { describe, expect, test } from 'vitest';
import { loadSuites } from '../harness/house.ts';
import { countAllocations, differences, recordedAllocations } from './record-allocations.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const suites = (await loadSuites(ROOT)).map(({ suite }) => suite);

/** Suites whose native engine does not load here; with `PAIRBENCH_NATIVE=require` that is an error instead. */
const missing: string[] = [];
for (const { id, engines } of suites) {
  try {
    await engines.native();
  } catch (error) {
    if (process.env.PAIRBENCH_NATIVE === 'require') throw error;
    missing.push(id);
  }
}
const why = missing.length === 0 ? '' : ` (skipped, not built: ${missing.join(', ')})`;

test.skipIf(missing.length === suites.length)(`allocation counts are those recorded${why}`, async () => {
  const recorded = Object.entries(recordedAllocations()).filter(
    ([id]) => !missing.includes(id.split('/')[0] as string),
  );
  const counted = await countAllocations(missing);
  expect(differences(Object.fromEntries(recorded), counted), 'meant? then run `pnpm allocations`').toEqual(
    [],
  );
});

describe('differences', () => {
  const counts = { operations: 8, allocations: 24, allocatedBytes: 100 };

  test('equal counts have none', () => {
    expect(differences({ 'sums/add': counts }, { 'sums/add': { ...counts } })).toEqual([]);
  });

  test('one allocation more is told, and a case on one side only', () => {
    expect(
      differences(
        { 'sums/add': counts, 'sums/gone': counts },
        { 'sums/add': { ...counts, allocations: 25 } },
      ),
    ).toEqual([
      'sums/add: recorded 24 allocations, 100 bytes in 8 operations; counted 25 allocations, 100 bytes in 8 operations',
      'sums/gone: recorded 24 allocations, 100 bytes in 8 operations; counted not there',
    ]);
  });
});
