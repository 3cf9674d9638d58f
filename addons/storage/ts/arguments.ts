import { resolve } from 'node:path';
import {
  DEFAULT_MAX_BYTES,
  DEFAULT_SEGMENT_BYTES,
  DURABILITIES,
  type Durability,
  MAX_MAX_BYTES,
  MAX_SEGMENT_BYTES,
  MIN_SEGMENT_BYTES,
  type OpenOptions,
  type SignalOptions,
  type SpoolOptions,
  StorageError,
} from './contract.ts';

/**
 * The argument checks of both engines, so that code, message and fields are equal. On good input each costs a few
 * comparisons. A value with a getter is read once.
 */

export interface CheckedOptions {
  readonly durability: Durability;
  /** A multiple of 8. */
  readonly segmentBytes: number;
  readonly maxBytes: number;
  readonly readOnly: boolean;
  readonly lockWaitMs: number;
}

/** The directory as an absolute path: a later change of the working directory does not move it. */
export function checkDir(dir: unknown, name = 'dir'): string {
  if (typeof dir !== 'string' || dir === '' || dir.includes('\0')) {
    throw wrongType(name, 'a path without NUL', dir);
  }
  return resolve(dir);
}

export function checkOptions(options: unknown): CheckedOptions {
  const given = checkObject('options', options) as OpenOptions;
  const { durability, segmentBytes, maxBytes, readOnly, lockWaitMs } = given;
  const size = inRange(
    'options.segmentBytes',
    segmentBytes,
    DEFAULT_SEGMENT_BYTES,
    MIN_SEGMENT_BYTES,
    MAX_SEGMENT_BYTES,
  );
  return {
    durability: checkDurability(durability),
    segmentBytes: Math.ceil(size / 8) * 8,
    maxBytes: inRange('options.maxBytes', maxBytes, DEFAULT_MAX_BYTES, 1, MAX_MAX_BYTES),
    readOnly: checkBoolean('options.readOnly', readOnly),
    // A day: more than anybody waits, and little enough for every clock.
    lockWaitMs: inRange('options.lockWaitMs', lockWaitMs, 0, 0, 86_400_000),
  };
}

export function checkSpoolOptions(options: unknown): { durability: Durability } {
  return { durability: checkDurability((checkObject('options', options) as SpoolOptions).durability) };
}

/** The signal of an asynchronous call; throws the reason of one that has fired already. */
export function checkSignal(options: unknown): AbortSignal | undefined {
  const { signal } = checkObject('options', options) as SignalOptions;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrongType('options.signal', 'an AbortSignal', signal);
  }
  signal?.throwIfAborted();
  return signal;
}

/**
 * Bytes that no other thread changes while they are read: a view of shared memory is copied. A view of a resizable buffer is
 * not: nothing else runs on this thread during a synchronous call.
 */
export function checkBytes(name: string, bytes: unknown): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw wrongType(name, 'a Uint8Array', bytes);
  const { buffer } = bytes;
  if (buffer instanceof SharedArrayBuffer) return bytes.slice();
  if (bytes.length > 0) return bytes;
  if (buffer.detached) throw new StorageError('ERR_DETACHED_BUFFER', `the buffer of ${name} is detached`);
  if (buffer.resizable) refuseOutOfBounds(name, bytes);
  return bytes;
}

/** A view that ends beyond its shrunk buffer says that it is empty. */
function refuseOutOfBounds(name: string, bytes: Uint8Array): void {
  try {
    bytes.slice();
  } catch (cause) {
    const message = `the buffer of ${name} was shrunk below its view`;
    throw new StorageError('ERR_DETACHED_BUFFER', message, {}, { cause });
  }
}

/** An event as bytes, a string as UTF-8 (lone surrogates become U+FFFD). */
export function checkEvent(name: string, event: unknown, maxBytes: number): Uint8Array {
  if (typeof event === 'string') {
    // Its length in UTF-16 units is a lower bound, three times that an upper one: only between them it is counted.
    if (event.length * 3 > maxBytes) checkSize(name, Buffer.byteLength(event), maxBytes);
    return Buffer.from(event);
  }
  if (!(event instanceof Uint8Array)) throw wrongType(name, 'a Uint8Array or a string', event);
  checkSize(name, event.length, maxBytes);
  return checkBytes(name, event);
}

/** All events of a batch; together no more than `maxBytes`. */
export function checkEvents(events: unknown, maxBytes: number): Uint8Array[] {
  if (!Array.isArray(events)) throw wrongType('events', 'an array of Uint8Arrays and strings', events);
  // Taken out before any is looked at: a getter could detach one that was checked already.
  const taken: unknown[] = [];
  for (let index = 0; index < events.length; index += 1) taken.push(events[index]);
  let bytes = 0;
  const checked = taken.map((event, index) => {
    const part = checkEvent(`events[${index}]`, event, maxBytes);
    bytes += part.length;
    return part;
  });
  checkSize('the batch', bytes, maxBytes);
  return checked;
}

/** @throws StorageError `ERR_TOO_LARGE` */
export function checkSize(name: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  const message = `${name} has ${bytes} bytes, more than the ${maxBytes} that maxBytes allows`;
  throw new StorageError('ERR_TOO_LARGE', message);
}

/** A sequence number, or `undefined`. */
export function checkSeq(name: string, seq: unknown): number {
  if (typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0) return seq;
  throw wrongType(name, 'an integer >= 0', seq);
}

function checkObject(name: string, value: unknown): object {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null) return value;
  throw wrongType(name, 'an object', value);
}

function checkDurability(durability: unknown): Durability {
  if (durability === undefined) return 'flushed';
  if (durability === 'flushed' || durability === 'buffered') return durability;
  throw wrongType('options.durability', `one of ${DURABILITIES.join(', ')}`, durability);
}

function checkBoolean(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw wrongType(name, 'a boolean', value);
}

function inRange(name: string, value: unknown, byDefault: number, least: number, most: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw wrongType(name, `an integer from ${least} to ${most}`, value);
}

export function wrongType(name: string, expected: string, got: unknown): StorageError {
  return new StorageError('ERR_INVALID_ARG_TYPE', `${name} must be ${expected}, got ${describe(got)}`);
}

/** A value in a few words; never calls into it. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
