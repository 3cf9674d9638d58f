import { corrupt } from '../journal/failures.ts';

/** The body of a frame of events: a table of 4-byte lengths, then the bytes. */

/** Table and events as the parts of a body. */
export function eventsBody(events: readonly Uint8Array[]): Uint8Array[] {
  const table = Buffer.allocUnsafe(events.length * 4);
  const parts: Uint8Array[] = [table];
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index] as Uint8Array;
    table.writeUInt32LE(event.length, index * 4);
    parts.push(event);
  }
  return parts;
}

/** Whether the lengths of the table are those of a body of `bodyBytes`. */
export function tableHolds(buffer: Buffer, body: number, count: number, bodyBytes: number): boolean {
  if (count * 4 > bodyBytes) return false;
  let bytes = count * 4;
  for (let index = 0; index < count; index += 1) bytes += buffer.readUInt32LE(body + index * 4);
  return bytes === bodyBytes;
}

/**
 * Appends offset and length of the events `first` to `count` of a body to `ranges`.
 * @throws StorageError `ERR_CORRUPT` when the table does not fit the body, which no writer leaves behind
 */
export function addRanges(
  ranges: number[],
  buffer: Buffer,
  body: number,
  frame: { count: number; bodyBytes: number; offset: number },
  segment: number,
  first: number,
): void {
  const { count, bodyBytes, offset } = frame;
  if (!tableHolds(buffer, body, count, bodyBytes)) {
    throw corrupt(segment, offset, 'a frame there is none that such a log has');
  }
  let start = body + count * 4;
  for (let index = 0; index < count; index += 1) {
    const bytes = buffer.readUInt32LE(body + index * 4);
    if (index >= first) ranges.push(start, bytes);
    start += bytes;
  }
}
