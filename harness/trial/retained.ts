/** The memory trial: what an engine holds when its work is done, read in a process that times nothing. */

import { setFlagsFromString } from 'node:v8';
import type { CountsMemory, Operation } from '../define.ts';
import { loadInputs } from '../fixtures.ts';
import { findCase, loadSuite } from '../house.ts';
import type { MemoryReading } from '../result.ts';
import { AnswerCheck, expectedAnswers } from './check.ts';
import { peakRssBytes } from './memory.ts';
import { measureOperationPeak } from './operation-peak.ts';
import type { TrialReport, TrialSpec } from './protocol.ts';

/**
 * Whole passes between the checked one and the counted one. The checked pass fills memos and makes scratch memory; the
 * native counts seen so far repeat from the next pass on. The two more are for engines that take longer to settle, and
 * for V8 to compile what is hot.
 */
const WARM_PASSES = 3;

/** A heap that a collection changes by less than this has settled; two of its pages. */
const SETTLED_BYTES = 16_384;
/** The collector gives array buffers back one collection later than the objects they belonged to. */
const LEAST_COLLECTIONS = 3;
const MOST_COLLECTIONS = 12;

/** What must outlive both readings: a local variable that is not used again may be collected. */
const held: unknown[] = [];

/**
 * Reads the memory before the engine is loaded and after its work, with nothing of the harness's own in between: no
 * histogram, no sample and no answer is kept. The order:
 *
 * 1. load suite, inputs and expected answers; collect until settled; first reading;
 * 2. load the engine, prepare the operation, one pass with every answer checked, three to warm up;
 * 3. one pass between two readings of the native counters, less what the readings themselves allocate;
 * 4. collect until settled; second reading;
 * 5. for some inputs, collect and call once: the most that was held meanwhile.
 *
 * What was retained is the second reading less the first, so the engine's own code and tables are in it: that is what a
 * program pays that uses it. Array buffers whose bytes native code allocated are known to V8 and to the counting
 * allocator alike and stand in both figures; nothing is subtracted. Code and read-only tables of a native file are in
 * neither: they are mapped, and only the peak of the process shows them. A cold case is read in the same way.
 */
export async function runMemoryTrial(spec: TrialSpec): Promise<Omit<TrialReport, 'addons'>> {
  // V8 lets go of code that has not run for a few collections: of the engine's set-up, but also of Node's own, with
  // 4 MB of constants in it. How many collections the work brings is chance, so that the reading would have two values.
  setFlagsFromString('--no-flush-bytecode');
  const { case: entry, load } = findCase(await loadSuite(spec.suiteFile), spec.case, spec.engine);
  const inputs = await loadInputs(spec.root, entry);
  const expected = await expectedAnswers(entry, inputs);
  // Compiles the comparison before the first reading, with answers that are right.
  await new AnswerCheck({ entry: { id: entry.id }, inputs, expected, operation: (i) => expected[i] }).all();
  held.push(inputs, expected);
  const before = await settledLevel();

  const engine = await load();
  const operation = await entry.prepare(engine, inputs);
  held.push(engine, operation);
  const check = new AnswerCheck({ entry, inputs, operation, expected });
  const digest = await check.all();
  const answers = { checked: check.checked, wrong: check.wrong, digest };
  if (check.wrong > 0) {
    return { state: 'wrong-answer', answers, error: check.firstWrong ?? 'a wrong answer' };
  }
  for (let pass = 0; pass < WARM_PASSES; pass++) await passOver(operation, inputs.length);
  const counter = counterOf(engine);
  const native = counter === null ? null : await countPass(counter, operation, inputs.length);

  const after = await settledLevel();
  const memory: MemoryReading = {
    retained: {
      heapBytes: after.heapBytes - before.heapBytes,
      externalBytes: after.externalBytes - before.externalBytes,
      // The allocator came with the engine, so it stood at nothing before.
      nativeBytes: counter === null ? null : counter.nativeMemory().liveBytes,
    },
    peakRssBytes: peakRssBytes(),
    native,
    operationPeak: await measureOperationPeak(operation, inputs.length, counter),
  };
  return { state: 'measured', answers, memory };
}

/** The engine as one that counts, or null: half of the two methods is none. */
function counterOf(engine: unknown): CountsMemory | null {
  const asked = engine as Partial<CountsMemory> | null | undefined;
  const counts = typeof asked?.nativeMemory === 'function' && typeof asked.resetNativePeak === 'function';
  return counts ? (asked as CountsMemory) : null;
}

/** Every input once; no answer is kept. */
async function passOver(operation: Operation, inputCount: number): Promise<void> {
  for (let i = 0; i < inputCount; i++) {
    const given = operation(i);
    if (given instanceof Promise) await given;
  }
}

async function countPass(
  counter: CountsMemory,
  operation: Operation,
  operations: number,
): Promise<NonNullable<MemoryReading['native']>> {
  const idle = counter.nativeMemory();
  counter.resetNativePeak();
  const before = counter.nativeMemory();
  counter.resetNativePeak();
  await passOver(operation, operations);
  const after = counter.nativeMemory();
  // A reading is an object of the binding's, which allocates a little: what two of them differ by with nothing between.
  const own = {
    allocations: before.allocations - idle.allocations,
    allocatedBytes: before.allocatedBytes - idle.allocatedBytes,
  };
  return {
    operations,
    allocations: after.allocations - before.allocations - own.allocations,
    allocatedBytes: after.allocatedBytes - before.allocatedBytes - own.allocatedBytes,
    peakBytes: Math.max(0, after.peakBytes - before.liveBytes),
  };
}

interface Level {
  readonly heapBytes: number;
  readonly externalBytes: number;
}

/** Collects until neither figure moves; a quarter of a second at most for a heap of 20 MB. */
async function settledLevel(): Promise<Level> {
  let last = readLevel();
  for (let collection = 1; collection <= MOST_COLLECTIONS; collection++) {
    globalThis.gc?.();
    // Finalizers of native objects run from the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    const now = readLevel();
    const moved = Math.abs(now.heapBytes - last.heapBytes) + Math.abs(now.externalBytes - last.externalBytes);
    last = now;
    if (collection >= LEAST_COLLECTIONS && moved < SETTLED_BYTES) break;
  }
  return last;
}

/** `external` as Node tells it holds the array buffers already; they are not added once more. */
function readLevel(): Level {
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed, externalBytes: external };
}
