import { Random } from '@pairbench/testing';

/** Bytes that look random and follow from `seed`. */
export function noise(seed: number, bytes: number): Buffer {
  const random = new Random(seed);
  const out = Buffer.allocUnsafeSlow(Math.ceil(bytes / 4) * 4);
  for (let at = 0; at < bytes; at += 4) out.writeUInt32LE(random.next(), at);
  return out.subarray(0, bytes);
}
