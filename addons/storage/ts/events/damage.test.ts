import { Random } from '@pairbench/testing';
import { expect, it } from 'vitest';
import { encodeSegmentHeader, KIND, segmentName } from '../journal/segment.ts';
import { LOG_DIR, OPTIONS } from '../testing/crash-checker.ts';
import { checkDamage, checkSegmentDamage, sampleLog, segmentPaths } from '../testing/damage.ts';
import { SimulatedDisk } from '../testing/simulated/disk.ts';
import { openEventLogOn } from './log.ts';
import { salvageEventsOn } from './salvage.ts';

function errorOf(disk: SimulatedDisk): { code?: string; segment?: number; offset?: number } {
  try {
    const log = openEventLogOn(disk, LOG_DIR, OPTIONS);
    for (const _ of log.replay());
  } catch (error) {
    return error as { code?: string };
  }
  return {};
}

it('I6 I7: every byte flip and every truncation of a 64 KiB log gives the events or ERR_CORRUPT', () => {
  const { disk, events } = sampleLog(true, 65_536);
  const [path] = segmentPaths(disk) as [string];
  expect(checkSegmentDamage(disk, path, events, 1)).toBe(2 * 65_536);
}, 300_000);

it('I6 I7: the same, sampled, in logs of several segments, closed and not, and salvage adds up', () => {
  expect(checkDamage(37)).toBeGreaterThan(10_000);
});

it('I7: damage in the middle is reported where it is, never passed over', () => {
  const { disk } = sampleLog(true);
  const [, second] = segmentPaths(disk) as [string, string];
  const content = disk.contentOf(second);
  content[500] = (content[500] as number) ^ 1;
  disk.put(second, content);
  const error = errorOf(disk);
  expect(error).toMatchObject({ code: 'ERR_CORRUPT', segment: 1 });
  expect(error.offset).toBeLessThanOrEqual(500);
});

it('I7: a damaged close frame does not take what was written behind it', () => {
  const disk = new SimulatedDisk(1);
  for (const event of ['before', 'behind']) {
    const log = openEventLogOn(disk, LOG_DIR, OPTIONS);
    log.append(event);
    log.close();
  }
  const path = `${LOG_DIR}/${segmentName(0)}`;
  const content = disk.contentOf(path);
  // The first frame has 40 + 4 + 6 bytes, filled up to 56.
  content[64 + 56 + 20] = 0xff;
  disk.put(path, content);
  disk.unlink(`${LOG_DIR}/WRITER`);
  expect(errorOf(disk)).toMatchObject({ code: 'ERR_CORRUPT', segment: 0, offset: 120 });
});

it('I16: a newer version and a newer kind of frame are refused as such', () => {
  const disk = new SimulatedDisk(1);
  openEventLogOn(disk, LOG_DIR, OPTIONS).close();
  const path = `${LOG_DIR}/${segmentName(0)}`;
  const content = disk.contentOf(path);
  const newer = Buffer.from(content);
  newer.writeUInt16LE(2, 8);
  newer.writeUInt32LE(crc(newer.subarray(0, 60)), 60);
  disk.put(path, newer);
  expect(errorOf(disk)).toMatchObject({ code: 'ERR_FORMAT_TOO_NEW', segment: 0 });

  const withFrame = Buffer.from(content);
  withFrame.writeUInt32LE(crc(Buffer.alloc(0)), 64 + 4);
  withFrame.writeUInt8(9, 64 + 32);
  const salted = Buffer.concat([content.subarray(32, 40), withFrame.subarray(64 + 4, 64 + 40)]);
  withFrame.writeUInt32LE(crc(salted), 64);
  disk.put(path, withFrame);
  expect(errorOf(disk)).toMatchObject({ code: 'ERR_FORMAT_TOO_NEW', segment: 0, offset: 64 });
});

it('a checkpoint store is not an event log', () => {
  const disk = new SimulatedDisk(1);
  openEventLogOn(disk, LOG_DIR, OPTIONS).close();
  const header = { kind: KIND.checkpoints, number: 0, firstSeq: 0, salt: 1n, capacity: 4096 };
  disk.put(`${LOG_DIR}/${segmentName(0)}`, Buffer.concat([encodeSegmentHeader(header), Buffer.alloc(4032)]));
  expect(errorOf(disk)).toMatchObject({ code: 'ERR_WRONG_KIND' });
});

it('I17: hostile segments end in a typed error or in events, whatever their bytes', () => {
  const random = new Random(3);
  for (let round = 0; round < 3000; round += 1) {
    const disk = new SimulatedDisk(1);
    disk.createDir(LOG_DIR);
    const bytes = hostileSegment(random);
    disk.put(`${LOG_DIR}/${segmentName(0)}`, bytes);
    const { code } = errorOf(disk.afterProcessCrash());
    expect([undefined, 'ERR_CORRUPT', 'ERR_FORMAT_TOO_NEW']).toContain(code);
    salvageEventsOn(disk, LOG_DIR, '/saved');
  }
});

/** Valid checksums around fields that nobody would write. */
function hostileSegment(random: Random): Buffer {
  const extreme = () => random.pick([0, 1, 7, 0x7fffffff, 0xffffffff, random.next()]);
  const salt = random.bits64();
  const bytes = Buffer.alloc(4096);
  encodeSegmentHeader({ kind: KIND.events, number: 0, firstSeq: 0, salt, capacity: 4096 }).copy(bytes);
  for (let offset = 64; offset + 48 <= bytes.length; ) {
    const bodyBytes = random.below(200);
    for (let at = 0; at < bodyBytes; at += 1) bytes[offset + 40 + at] = random.below(256);
    bytes.writeUInt32LE(random.chance(0.8) ? bodyBytes : extreme(), offset + 8);
    if (random.chance(0.5)) bytes.writeUInt32LE(extreme(), offset + 40);
    const stored = Math.min(bytes.readUInt32LE(offset + 8), bytes.length - offset - 40);
    bytes.writeUInt32LE(crc(bytes.subarray(offset + 40, offset + 40 + stored)), offset + 4);
    bytes.writeUInt32LE(random.chance(0.6) ? 1 : extreme(), offset + 12);
    bytes.writeUInt32LE(random.chance(0.6) ? Math.floor(offset / 1000) : extreme(), offset + 16);
    bytes.writeUInt32LE(random.chance(0.9) ? 0 : extreme(), offset + 20);
    bytes.writeUInt32LE(random.chance(0.9) ? 0 : extreme(), offset + 28);
    bytes.writeUInt8(random.chance(0.9) ? 1 : random.below(6), offset + 32);
    const salted = Buffer.concat([bytes.subarray(32, 40), bytes.subarray(offset + 4, offset + 40)]);
    bytes.writeUInt32LE(crc(salted), offset);
    offset += Math.ceil((40 + bodyBytes) / 8) * 8;
  }
  return bytes;
}

function crc(bytes: Uint8Array): number {
  let state = 0xffffffff;
  for (const byte of bytes) {
    state ^= byte;
    for (let bit = 0; bit < 8; bit += 1) state = state & 1 ? (state >>> 1) ^ 0xedb88320 : state >>> 1;
  }
  return ~state >>> 0;
}
