/** What the proof programs write: contents that follow from a number, so that whoever reads them back knows every byte. */

import { createHash } from 'node:crypto';

/** Bytes that look random and follow from `name`. */
function filler(name: string, bytes: number): Buffer {
  const seed = createHash('sha256').update(name).digest();
  const out = Buffer.alloc(bytes);
  let state = seed.readUInt32LE(0) | 1;
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    out[at] = 33 + ((state >>> 16) % 90);
  }
  return out;
}

/** The event number `seq`: 0 to 2,000 bytes, now and then 20,000. */
export function eventOf(seq: number): Buffer {
  const pick = createHash('sha256').update(`length ${seq}`).digest().readUInt32LE(0);
  if (pick % 97 === 0) return Buffer.alloc(0);
  return filler(`event ${seq}`, pick % 89 === 0 ? 20_000 : 1 + (pick % 2000));
}

/**
 * Version `version` of checkpoint `id`, about 200 KB: successive versions share most of their bytes, as those of a session do.
 * The first line names both.
 */
export function checkpointOf(id: string, version: number): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`${id} ${version}\n`)];
  const first = Math.max(0, version - 8);
  for (let part = first; part < version + 20; part++) parts.push(filler(`${id} part ${part}`, 7000));
  return Buffer.concat(parts);
}

/** The version that `bytes` say they are. */
export function versionOf(bytes: Buffer): number {
  return Number(bytes.subarray(0, bytes.indexOf(10)).toString().split(' ')[1]);
}
