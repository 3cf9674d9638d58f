/** Garbage collections of this process while something is measured. */

import { PerformanceObserver } from 'node:perf_hooks';

export interface Collections {
  readonly count: number;
  readonly pauseNs: number;
}

/**
 * Starts to watch; the function returned ends it, 5 ms later, and tells of the collections that began until `endMs` (by
 * `performance.now()`).
 */
export async function watchCollections(): Promise<(endMs: number) => Promise<Collections>> {
  const pauses: { startMs: number; durationMs: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      pauses.push({ startMs: startTime, durationMs: duration });
  });
  await new Promise((resolve) => setImmediate(resolve));
  observer.observe({ entryTypes: ['gc'] });
  return async (endMs) => {
    // Entries arrive with the event loop, after the samples.
    await new Promise((resolve) => setTimeout(resolve, 5));
    observer.disconnect();
    const during = pauses.filter(({ startMs }) => startMs <= endMs);
    return {
      count: during.length,
      pauseNs: Math.round(during.reduce((sum, { durationMs }) => sum + durationMs, 0) * 1e6),
    };
  };
}
