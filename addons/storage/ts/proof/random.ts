/** A small seeded generator, so that a run can be had again. */
export class ProofRandom {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 0;
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /** No, one or two turns of the event loop. */
  async pause(): Promise<void> {
    for (let turns = this.below(3); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  }
}
