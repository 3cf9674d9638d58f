/** Memory trials in their own process, on engines whose memory is known. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { suiteOf } from '../testing/house.ts';
import { spawnTrial } from './spawn.ts';

const MB = 1e6;
const BUFFER_BYTES = 32 * MB;

async function readingOf(suite: string, engine: 'typescript' | 'native' = 'typescript') {
  const root = temporaryFolder({ 'suites/sums/suite.ts': suite, 'package.json': '{"type":"module"}' });
  const report = await spawnTrial(
    {
      root,
      suiteFile: join(root, 'suites', 'sums', 'suite.ts'),
      case: 'add',
      engine,
      mode: 'memory',
      warmupMs: 0,
      sampleMs: 0,
      minSamples: 1,
      maxSampleMs: 1,
    },
    { core: null, timeoutMs: 60_000 },
  );
  return { report, memory: report.memory };
}

/** Loaded lazily, as an engine is: what it holds came after the first reading. */
const lazySuite = (engine: string, change = '{}') =>
  suiteOf(change, 'null').replace(
    'typescript: async () => typescript',
    `typescript: async () => (${engine})`,
  );

/** An engine with a counter of its own: three allocations of 100 bytes a call, of which 1,000 bytes were once held. */
const COUNTING = `{
  live: 5000, peak: 9000, allocations: 0, allocatedBytes: 0,
  nativeMemory() {
    const { live, peak, allocations, allocatedBytes } = this;
    // What a reading takes for itself.
    this.allocations += 2;
    this.allocatedBytes += 50;
    return { liveBytes: live, peakBytes: peak, allocations, allocatedBytes };
  },
  resetNativePeak() { this.peak = this.live; },
  work() { this.allocations += 3; this.allocatedBytes += 300; this.peak = Math.max(this.peak, this.live + 1000); },
}`;

describe('what is retained', () => {
  test('an engine that does nothing retains next to nothing', async () => {
    const { report, memory } = await readingOf(lazySuite('{}'));
    expect(report).toMatchObject({ state: 'measured', answers: { checked: 3, wrong: 0 } });
    expect(report.measurement).toBeUndefined();
    expect(Math.abs(memory?.retained.heapBytes ?? MB)).toBeLessThan(0.2 * MB);
    expect(Math.abs(memory?.retained.externalBytes ?? MB)).toBeLessThan(0.1 * MB);
    expect(memory).toMatchObject({ retained: { nativeBytes: null }, native: null });
    expect(memory?.peakRssBytes).toBeGreaterThan(10 * MB);
  });

  test('an array buffer counts once, and not in the heap', async () => {
    const { memory } = await readingOf(lazySuite(`{ buffer: new ArrayBuffer(${BUFFER_BYTES}) }`));
    expect(Math.abs((memory?.retained.externalBytes ?? 0) / BUFFER_BYTES - 1)).toBeLessThan(0.03);
    expect(Math.abs(memory?.retained.heapBytes ?? MB)).toBeLessThan(0.2 * MB);
  });

  test('objects count in the heap', async () => {
    const { memory } = await readingOf(lazySuite('{ list: new Array(1_000_000).fill(0.5) }'));
    const found = (memory?.retained.heapBytes ?? 0) + (memory?.retained.externalBytes ?? 0);
    expect(Math.abs(found / (8 * MB) - 1)).toBeLessThan(0.03);
  });

  test('an engine that leaks at every call shows it; a buffer that is let go does not', async () => {
    const leaking = await readingOf(
      lazySuite(
        '{ kept: [] }',
        '{ prepare: (engine, inputs) => (i) => { engine.kept.push(new Uint8Array(1e6)); return inputs[i] + 1; } }',
      ),
    );
    // Three inputs; one pass to check, three to warm up.
    expect(Math.abs((leaking.memory?.retained.externalBytes ?? 0) / (12 * MB) - 1)).toBeLessThan(0.03);
    const tidy = await readingOf(
      lazySuite(
        '{}',
        '{ prepare: (engine, inputs) => (i) => { engine.last = new Uint8Array(1e6); return inputs[i] + 1; } }',
      ),
    );
    expect(Math.abs((tidy.memory?.retained.externalBytes ?? 0) / MB - 1)).toBeLessThan(0.1);
  });

  test('answers are not kept, nor are inputs let go', async () => {
    const change = `{
      inputs: () => [1, 2, 3].map((n) => ({ n, text: new Uint8Array(4e6) })),
      prepare: (engine, inputs) => { const numbers = inputs.map(({ n }) => n); return (i) => new Uint8Array(5e6).fill(numbers[i]); },
      answer: (inputs) => inputs.map(({ n }) => new Uint8Array(5e6).fill(n)),
    }`;
    const { report, memory } = await readingOf(lazySuite('{}', change));
    expect(report.state).toBe('measured');
    expect(Math.abs(memory?.retained.externalBytes ?? MB)).toBeLessThan(0.1 * MB);
  });
});

describe('native counts', () => {
  const work = '{ prepare: (engine, inputs) => (i) => { engine.work(); return inputs[i] + 1; } }';

  test('are those of one pass, without what the readings take', async () => {
    const { memory } = await readingOf(lazySuite(COUNTING, work));
    expect(memory?.retained.nativeBytes).toBe(5_000);
    expect(memory?.native).toEqual({ operations: 3, allocations: 9, allocatedBytes: 900, peakBytes: 1_000 });
  });

  test('half of the two methods is none', async () => {
    const { memory } = await readingOf(lazySuite('{ nativeMemory() { return {}; } }'));
    expect(memory?.native).toBeNull();
  });
});

describe('the peak of one call', () => {
  const calls = (body: string) =>
    `{ prepare: (engine, inputs) => (i) => { ${body}; return inputs[i] + 1; } }`;

  test('is what a call holds at once, not what all calls hold', async () => {
    const { memory } = await readingOf(lazySuite('{}', calls('new Uint8Array(4e6 * (i + 1)).fill(1)')));
    expect(memory?.operationPeak).toMatchObject({ operations: 3, nativeBytes: null });
    expect(Math.abs((memory?.operationPeak?.jsBytes ?? 0) / (12 * MB) - 1)).toBeLessThan(0.03);
  });

  test('is seen though a collection within the call has freed it', async () => {
    const body = 'let held = new Array(2_000_000).fill(0.5); held = null; globalThis.gc(); globalThis.gc()';
    const { memory } = await readingOf(lazySuite('{}', calls(body)));
    expect(Math.abs((memory?.operationPeak?.jsBytes ?? 0) / (16 * MB) - 1)).toBeLessThan(0.05);
    expect(memory?.retained.heapBytes).toBeLessThan(MB);
  });

  test('counts garbage that waits for its collection', async () => {
    const body = 'for (let k = 0; k < 40; k++) new Uint8Array(1e5).fill(k)';
    const { memory } = await readingOf(lazySuite('{}', calls(body)));
    expect(Math.abs((memory?.operationPeak?.jsBytes ?? 0) / (4 * MB) - 1)).toBeLessThan(0.05);
  });

  test('leaves out what was held before, and ends when a promise settles', async () => {
    const change = `{
      async: true,
      prepare: (engine, inputs) => async (i) => {
        await new Promise((done) => setTimeout(done, 2));
        new Uint8Array(3e6).fill(1);
        return inputs[i] + 1;
      },
    }`;
    const { memory } = await readingOf(lazySuite(`{ buffer: new ArrayBuffer(${BUFFER_BYTES}) }`, change));
    expect(Math.abs((memory?.operationPeak?.jsBytes ?? 0) / (3 * MB) - 1)).toBeLessThan(0.05);
  });

  test('has the native peak beside it, above what native code held before', async () => {
    const { memory } = await readingOf(lazySuite(COUNTING, calls('engine.work()')));
    expect(memory?.operationPeak?.nativeBytes).toBe(1_000);
    expect(memory?.operationPeak?.jsBytes).toBeLessThan(0.1 * MB);
  });

  test('is read for sixteen inputs at most, spread over all', async () => {
    const change = `{
      inputs: () => Array.from({ length: 40 }, (_, n) => n),
      prepare: (engine) => (i) => { engine.seen.push(i); return i; },
      answer: (inputs) => [...inputs],
    }`;
    const { memory } = await readingOf(lazySuite('{ seen: [] }', change));
    expect(memory?.operationPeak?.operations).toBe(16);
  });
});

describe('other cases', () => {
  test('async operations are awaited', async () => {
    const change = `{
      async: true,
      prepare: (engine, inputs) => async (i) => {
        engine.running++;
        if (engine.running > 1) throw new Error('two at once');
        await new Promise((done) => setTimeout(done, 2));
        engine.running--;
        return inputs[i] + 1;
      },
    }`;
    const { report } = await readingOf(lazySuite('{ running: 0 }', change));
    expect(report.error).toBeUndefined();
    expect(report.state).toBe('measured');
  });

  test('cold cases are read in the same way', async () => {
    const { report } = await readingOf(lazySuite('{}', '{ cold: true }'));
    expect(report).toMatchObject({ state: 'measured', answers: { checked: 3 } });
  });

  test('a wrong answer voids the trial', async () => {
    const { report } = await readingOf(lazySuite('{}', '{ answer: () => [2, 3, 5] }'));
    expect(report).toMatchObject({ state: 'wrong-answer', error: 'input 2: expected 5, got 4' });
    expect(report.memory).toBeUndefined();
  });

  test('an engine that does not load is a failed trial', async () => {
    const { report } = await readingOf(
      lazySuite("(() => { throw new Error('no binding for this platform'); })()"),
    );
    expect(report).toMatchObject({ state: 'failed', error: expect.stringContaining('no binding') });
  });
});
