/** The output of a tool, streamed to disk and looked at. */

import { crc32 } from 'node:zlib';
import type { Operation } from 'pairbench/define';
import { newDirectory } from '../directory.ts';
import type { Storage } from '../engine.ts';
import { type Input, partsOf } from '../work.ts';

const ID = 'output';
const WINDOW = 65_536;

/** What an agent shows of a large output: its beginning, a place in the middle, its end. */
function windowsOf(size: number): (readonly [start: number, end: number])[] {
  const middle = Math.floor(size / 2);
  return [
    [0, WINDOW],
    [middle, Math.min(size, middle + WINDOW)],
    [Math.max(0, size - WINDOW), size],
  ];
}

const sizeOf = (pieces: readonly Buffer[]) => pieces.reduce((sum, piece) => sum + piece.length, 0);

/**
 * Writes, finishes, reads three windows, removes; returns the CRC of the windows. The first call, which is never timed,
 * compares the whole output.
 */
export function spool(engine: Storage, inputs: readonly Input[]): Operation {
  const outputs = inputs.map(partsOf);
  const spools = engine.openSpool(newDirectory('spool'));
  const sizes = outputs.map(sizeOf);
  let calls = 0;
  return (i) => {
    const output = spools.create(ID);
    const pieces = outputs[i] as readonly Buffer[];
    for (const piece of pieces) output.write(piece);
    const { bytes } = output.finish();
    if (bytes !== sizes[i]) return `${bytes} bytes`;
    if (calls++ < outputs.length && !holds(spools.read.bind(spools), pieces)) return 'other bytes were read';
    let crc = 0;
    for (const [start, end] of windowsOf(bytes)) crc = crc32(spools.read(ID, start, end), crc);
    spools.remove(ID);
    return crc;
  };
}

function holds(
  read: (id: string, start: number, end: number) => Uint8Array,
  pieces: readonly Buffer[],
): boolean {
  let at = 0;
  return pieces.every((piece) => {
    at += piece.length;
    return piece.equals(read(ID, at - piece.length, at));
  });
}

export const crcsOfWindows = (inputs: readonly Input[]): number[] =>
  inputs.map((input) => {
    const whole = Buffer.concat(partsOf(input));
    return windowsOf(whole.length).reduce((crc, [start, end]) => crc32(whole.subarray(start, end), crc), 0);
  });
