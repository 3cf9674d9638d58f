import type { EventRun } from './event-run.ts';

/** Fixed workloads, small enough that every crash state of each can be looked at. Segments have 4096 bytes. */
export const WORKLOADS: Readonly<Record<string, (run: EventRun) => Promise<void> | void>> = {
  empty: (run) => {
    run.open();
    run.close();
    run.open();
    run.close();
  },
  append: (run) => {
    run.open();
    for (const bytes of [0, 1, 300, 700]) run.append(bytes);
    run.close();
  },
  batch: (run) => {
    run.open();
    run.appendBatch([5, 0, 600]);
    run.appendBatch([]);
    run.appendBatch([700, 700, 700]);
    run.close();
  },
  rotate: (run) => {
    run.open();
    for (let count = 0; count < 7; count += 1) run.append(1300);
    run.close();
  },
  'big value': (run) => {
    run.open();
    run.append(10);
    run.append(9000);
    run.append(10);
    run.close();
  },
  prune: (run) => {
    run.open();
    for (let count = 0; count < 10; count += 1) run.append(1300);
    run.prune(7);
    run.append(1300);
    run.prune(Number.MAX_SAFE_INTEGER);
    run.close();
  },
  reopen: (run) => {
    run.open();
    run.append(100);
    run.close();
    run.open();
    run.append(200);
    run.close();
    run.open();
    run.append(3900);
    run.close();
  },
  asynchronous: async (run) => {
    run.disk.background = 'stepped';
    run.open();
    for (const bytes of [10, 500, 900]) run.appendAsync(bytes);
    await run.settle();
    run.appendAsync(20);
    await new Promise((resolve) => setImmediate(resolve));
    run.appendAsync(30);
    run.append(40);
    await run.settle();
    for (const bytes of [1500, 1600, 10]) run.appendAsync(bytes);
    await run.step();
    run.append(1700);
    await run.settle();
    run.appendAsync(1);
    run.close();
    await run.settle();
  },
};
