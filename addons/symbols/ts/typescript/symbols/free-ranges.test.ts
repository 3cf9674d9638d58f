import { Random } from '@pairbench/testing';
import { expect, it } from 'vitest';
import { FreeRanges } from './free-ranges.ts';

it('takes and gives ranges as a map of every number does', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed);
    const ranges = new FreeRanges();
    const used: boolean[] = [];
    const taken: { start: number; count: number }[] = [];
    for (let step = 0; step < 100; step++) {
      if (taken.length === 0 || random.chance(0.5)) {
        const count = random.between(1, 8);
        const free = ranges.take(count);
        const start = free < 0 ? used.length : free;
        for (let number = start; number < start + count; number++) {
          expect(used[number] ?? false).toBe(false);
          used[number] = true;
        }
        // The first free place that is long enough, and none is missed.
        const first = used
          .map((isUsed) => (isUsed ? 'x' : ' '))
          .join('')
          .indexOf(' '.repeat(count));
        if (free < 0) expect(first).toBe(-1);
        taken.push({ start, count });
      } else {
        const [range] = taken.splice(random.below(taken.length), 1) as [{ start: number; count: number }];
        used.fill(false, range.start, range.start + range.count);
        const end = ranges.give(range.start, range.count, used.length);
        expect(end).toBe(used.lastIndexOf(true) + 1);
        used.length = end;
      }
      expect(ranges.total).toBe(used.filter((isUsed) => !isUsed).length);
    }
  }
});
