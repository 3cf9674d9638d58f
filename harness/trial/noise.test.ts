import { expect, test } from 'vitest';
import { QUIET } from '../testing/result.ts';
import { disturbancesOf, stolenNsOf, watchNoise } from './noise.ts';

test.each([
  ['a quiet second', {}, []],
  ['waiting for others', { waitedNs: 40_000_000 }, ['waited 3.0 % of the time for a core that others used']],
  [
    'waiting for its own threads, which ran that long',
    { waitedNs: 200_000_000, processNs: 1_190_000_000 },
    [],
  ],
  [
    'a short wait in a short trial',
    { spanNs: 20e6, processNs: 20e6, mainThreadNs: 20e6, waitedNs: 1_500_000 },
    [],
  ],
  ['one stolen tick', { stolenNs: 10_000_000 }, []],
  ['stolen time', { stolenNs: 50_000_000 }, ['the host took 5.0 % of the time (steal)']],
  ['heat', { throttles: 2 }, ['the core was throttled 2 times']],
  [
    'a clock rate that fell',
    { frequencyMhz: { before: 3000, after: 2400 } },
    ['the clock rate went from 3000 to 2400 MHz'],
  ],
  [
    'nothing readable',
    { waitedNs: null, mainThreadNs: null, stolenNs: null, throttles: null, frequencyMhz: null },
    [],
  ],
])('%s', (_, change, expected) => {
  expect(disturbancesOf({ ...QUIET, ...change })).toEqual(expected);
});

const STAT = `cpu  100 0 50 900 5 0 1 44 0 0
cpu0 60 0 25 450 2 0 1 30 0 0
cpu1 40 0 25 450 3 0 0 14 0 0
intr 12345`;

test('steal is read off the line of the core, in ticks of 10 ms', () => {
  expect(stolenNsOf(STAT, 1)).toBe(140_000_000);
  expect(stolenNsOf(STAT, 7)).toBeNull();
  expect(stolenNsOf(null, 1)).toBeNull();
});

test('a busy span is seen as processor time of this process', () => {
  const stop = watchNoise();
  const endMs = performance.now() + 60;
  while (performance.now() < endMs);
  const noise = stop();
  expect(noise.spanNs).toBeGreaterThan(55e6);
  // Waiting and running together fill the span; how they share it is the machine's business.
  expect(noise.processNs + (noise.waitedNs ?? noise.spanNs)).toBeGreaterThan(0.7 * noise.spanNs);
});
