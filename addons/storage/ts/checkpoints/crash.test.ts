import { describe, expect, test } from 'vitest';
import {
  CHECKPOINT_WORKLOADS,
  checkCheckpointFaults,
  checkRandomCheckpoints,
  exhaustCheckpoints,
} from '../testing/checkpoint-crash.ts';
import {
  checkBufferedSpace,
  checkChunkDamage,
  checkEqualChecksums,
  checkMissingSegment,
  checkStoreDamage,
} from '../testing/checkpoint-damage.ts';

describe('I1, I3, I12, I13: a crash at every operation', () => {
  test.each(Object.entries(CHECKPOINT_WORKLOADS))(
    '%s',
    (name, steps) => {
      expect(exhaustCheckpoints(name, steps)).toBeGreaterThan(100);
    },
    60_000,
  );
});

test('I2, I4, I5: random power cuts, two deep', () => {
  expect(checkRandomCheckpoints(60)).toBeGreaterThan(300);
}, 60_000);

test('I10, I11: a failure at every operation', checkCheckpointFaults, 60_000);

test('I6, I7, I17: every changed byte and every truncation of a store', () => {
  expect(checkStoreDamage()).toBeGreaterThan(10_000);
}, 60_000);

test('I6: a chunk that is damaged after opening is an error with its place', checkChunkDamage);

test('I6: a segment that is missing in front is noticed', checkMissingSegment);

test('I13: what moves is flushed before its segment goes, in the buffered level too', checkBufferedSpace);

test('chunks whose checksums are equal are still compared', checkEqualChecksums);
