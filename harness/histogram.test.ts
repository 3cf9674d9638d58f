import { describe, expect, test } from 'vitest';
import { HarnessError } from './errors.ts';
import { decodeHistogram, emptyHistogram, encodeHistogram, mergeHistograms, recordNs } from './histogram.ts';
import { seededRandom } from './random.ts';

function filled(values: Iterable<number>) {
  const histogram = emptyHistogram();
  for (const value of values) recordNs(histogram, value);
  return histogram;
}

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0.4, -1, 3_600_000_000_001])(
  'a sample of %d ns is refused and leaves no trace',
  (value) => {
    const histogram = filled([100]);
    expect(() => recordNs(histogram, value)).toThrow(HarnessError);
    expect(() => recordNs(histogram, value)).toThrow(/clock did not move or is broken/);
    expect(histogram.totalCount).toBe(1);
    expect(histogram.maxValue).toBe(100);
  },
);

test.each([1, 0.6, 1_000, 3_600_000_000_000])('a sample of %d ns is taken', (value) => {
  expect(filled([value]).totalCount).toBe(1);
});

test('percentiles are within 0.1 % of the exact ones', () => {
  const random = seededRandom(3);
  const values = Array.from({ length: 20_000 }, () => Math.exp(random() * 15) + 1);
  const sorted = Float64Array.from(values).sort();
  const histogram = filled(values);
  for (const percentile of [1, 25, 50, 90, 99, 99.9]) {
    const exact = sorted[Math.ceil((percentile / 100) * values.length) - 1] as number;
    const found = histogram.getValueAtPercentile(percentile);
    expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.5);
  }
});

describe('encoded', () => {
  test('a round trip keeps every count', () => {
    const histogram = filled([1, 1, 2, 999, 1_000_000, 59_000_000_000, 3_600_000_000_000]);
    const text = encodeHistogram(histogram);
    expect(text).toMatch(/^HIST[\w+/]+=*$/);
    const decoded = decodeHistogram(text);
    expect(decoded.totalCount).toBe(7);
    expect(encodeHistogram(decoded)).toBe(text);
    for (const percentile of [0, 10, 50, 90, 99, 100])
      expect(decoded.getValueAtPercentile(percentile)).toBe(histogram.getValueAtPercentile(percentile));
  });

  test('an empty one too', () => {
    expect(decodeHistogram(encodeHistogram(emptyHistogram())).totalCount).toBe(0);
  });

  test('merging adds counts exactly: the same as recording everything in one', () => {
    const random = seededRandom(5);
    const parts = [1_000, 1, 5_000].map((n) => Array.from({ length: n }, () => Math.exp(random() * 20) + 1));
    const merged = mergeHistograms(parts.map((part) => decodeHistogram(encodeHistogram(filled(part)))));
    expect(merged.totalCount).toBe(6_001);
    expect(encodeHistogram(merged)).toBe(encodeHistogram(filled(parts.flat())));
  });

  test('merging none is empty', () => {
    expect(mergeHistograms([]).totalCount).toBe(0);
  });

  const good = encodeHistogram(filled([5, 50, 500]));
  test.each([
    ['nothing', ''],
    ['no base64', 'HIST***'],
    ['cut off', good.slice(0, good.length >> 1)],
    ['a cookie and no more', good.slice(0, 12)],
    ['another format', Buffer.from('a text of some length that is no histogram').toString('base64')],
    ['damaged inside', `${good.slice(0, 20)}AAAA${good.slice(24)}`],
  ])('%s is ERR_RESULT', (_, text) => {
    expect(() => decodeHistogram(text)).toThrow(
      expect.objectContaining({
        code: 'ERR_RESULT',
        message: expect.stringMatching(/^a histogram cannot.*\S$/),
      }),
    );
  });
});
