/** What the clock itself costs, and how finely it tells. */

/** Median cost of one reading of the clock, in nanoseconds. */
export function measureClockCostNs(): number {
  const costs: number[] = [];
  // The first half is for the compiler.
  for (let round = 0; round < 30; round++) {
    const readings = 2_000;
    const start = performance.now();
    for (let i = 0; i < readings; i++) performance.now();
    costs.push(((performance.now() - start) * 1e6) / readings);
  }
  return Math.round(costs.slice(15).sort((a, b) => a - b)[7] as number);
}

/** The smallest step between two different readings, in nanoseconds: no sample can be told more finely. */
export function measureClockStepNs(): number {
  let smallestMs = Number.POSITIVE_INFINITY;
  for (let last = performance.now(), i = 0; i < 10_000; i++) {
    const now = performance.now();
    if (now > last) smallestMs = Math.min(smallestMs, now - last);
    last = now;
  }
  return Math.round(smallestMs * 1e6);
}
