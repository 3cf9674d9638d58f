const HIGH = 2 ** 32;
/** First value of the upper half that is beyond 2^53 - 1. */
const UNSAFE_HIGH = 2 ** 21;

/** A 64-bit number of the format, or `undefined` when it is beyond 2^53 - 1, which no log of this engine reaches. */
export function readU64(buffer: Buffer, offset: number): number | undefined {
  const high = buffer.readUInt32LE(offset + 4);
  return high >= UNSAFE_HIGH ? undefined : high * HIGH + buffer.readUInt32LE(offset);
}

/** `value` is an integer from 0 to 2^53 - 1. */
export function writeU64(buffer: Buffer, value: number, offset: number): void {
  const high = Math.floor(value / HIGH);
  buffer.writeUInt32LE(value - high * HIGH, offset);
  buffer.writeUInt32LE(high, offset + 4);
}

/** Every structure of the format starts at a multiple of 8. */
export function roundUp8(value: number): number {
  return Math.ceil(value / 8) * 8;
}
