/** Where sampling ends when every input is to be called equally often. */

interface Wish {
  readonly inputCount: number;
  readonly sampleMs: number;
  readonly minSamples: number;
  readonly maxSampleMs: number;
}

/**
 * To be asked after every sample of a single call, with its time and the clock. True at the end of a rotation that completes both
 * `sampleMs` and `minSamples`, or behind which one more, as long as the ones before, would end past `maxSampleMs`; within the
 * first rotation as soon as `maxSampleMs` is over.
 */
export function rotationEnds(wish: Wish): (elapsedNs: number, nowMs: number) => boolean {
  const startMs = performance.now();
  let samples = 0;
  let sumNs = 0;
  return (elapsedNs, nowMs) => {
    samples++;
    sumNs += elapsedNs;
    const spentMs = nowMs - startMs;
    if (samples % wish.inputCount !== 0) return samples < wish.inputCount && spentMs > wish.maxSampleMs;
    if (samples >= wish.minSamples && sumNs >= wish.sampleMs * 1e6) return true;
    const rotations = samples / wish.inputCount;
    return spentMs + spentMs / rotations > wish.maxSampleMs;
  };
}
