import { describe, expect, it } from 'vitest';
import { loadNative, nativeEngine, nativeMemory, resetNativePeak } from './native.ts';
import { nativeTitle, whyNoNative } from './testing/engines.ts';

const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(2_000);

describe.skipIf(whyNoNative !== undefined)(`memory counted by native code, ${nativeTitle}`, () => {
  it('totals only grow, and more than is held was allocated', () => {
    nativeEngine.countTokens(TEXT);
    const before = nativeMemory();
    expect(before.liveBytes).toBeGreaterThan(1e6);
    expect(before.allocatedBytes).toBeGreaterThanOrEqual(before.liveBytes);
    nativeEngine.encode(TEXT);
    const after = nativeMemory();
    expect(after.allocations).toBeGreaterThan(before.allocations);
    expect(after.allocatedBytes).toBeGreaterThan(before.allocatedBytes + 4 * 10_000);
  });

  it('a peak begins anew at what is held', () => {
    nativeEngine.encode(TEXT);
    resetNativePeak();
    const { liveBytes, peakBytes } = nativeMemory();
    expect(peakBytes).toBeGreaterThanOrEqual(liveBytes);
    expect(peakBytes - liveBytes).toBeLessThan(10_000);
    nativeEngine.encode(TEXT);
    expect(nativeMemory().peakBytes).toBeGreaterThan(peakBytes + 4 * 10_000);
  });

  it('warm calls of countTokens allocate nothing; two readings differ by the same', () => {
    const between = (work: () => void) => {
      const before = nativeMemory().allocations;
      work();
      return nativeMemory().allocations - before;
    };
    // Short enough to be read in one piece.
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(200);
    nativeEngine.countTokens(text);
    const empty = between(() => {});
    expect(empty).toBeLessThan(10);
    for (let repeat = 0; repeat < 3; repeat++)
      expect(between(() => void nativeEngine.countTokens(text))).toBe(empty);
  });

  it('a panic in either becomes ERR_INTERNAL, and the next call works', () => {
    for (const [name, call] of [
      ['bindingInfo', nativeMemory],
      ['resetPeak', resetNativePeak],
    ] as const) {
      loadNative().injectPanic(name);
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_INTERNAL' }));
      expect(call).not.toThrow();
    }
  });
});
