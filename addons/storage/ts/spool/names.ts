/** The names of a spool's files (FORMAT.md, Spool). Both engines check ids here. */

import { wrongType } from '../arguments.ts';
import type { SpoolReadOptions } from '../contract.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** `-` and 16 hexadecimal digits between the id and the ending. */
const RANDOM = /^(.+)-[0-9a-f]{16}$/;

export type SpoolFileKind = 'out' | 'sum' | 'part' | 'tmp';

export interface SpoolFile {
  readonly id: string;
  readonly kind: SpoolFileKind;
  readonly name: string;
}

export function outName(id: string): string {
  return `${id}.out`;
}

export function sumName(id: string): string {
  return `${id}.sum`;
}

export function partName(id: string, random: bigint): string {
  return `${id}-${hexadecimal(random)}.part`;
}

export function temporaryName(id: string, random: bigint): string {
  return `${id}-${hexadecimal(random)}.tmp`;
}

export function hexadecimal(random: bigint): string {
  return random.toString(16).padStart(16, '0');
}

/** What a file is, `undefined` when it is none of a spool. */
export function parseName(name: string): SpoolFile | undefined {
  const dot = name.lastIndexOf('.');
  const kind = name.slice(dot + 1);
  const stem = name.slice(0, Math.max(dot, 0));
  if (kind === 'out' || kind === 'sum') return isSpoolId(stem) ? { id: stem, kind, name } : undefined;
  if (kind !== 'part' && kind !== 'tmp') return undefined;
  const id = RANDOM.exec(stem)?.[1];
  return id !== undefined && isSpoolId(id) ? { id, kind, name } : undefined;
}

function isSpoolId(id: string): boolean {
  return ID.test(id);
}

/** @throws StorageError `ERR_INVALID_ARG_TYPE` */
export function checkSpoolId(id: unknown): asserts id is string {
  if (typeof id === 'string' && isSpoolId(id)) return;
  const rule = '1 to 128 characters of A-Z a-z 0-9 . _ - that begin with a letter or digit';
  throw wrongType('id', `a string of ${rule}`, id);
}

/** Whether `options` ask for incomplete outputs too. */
export function checkReadOptions(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) throw wrongType('options', 'an object', options);
  const { unverified = false } = options as SpoolReadOptions;
  if (typeof unverified !== 'boolean') throw wrongType('options.unverified', 'a boolean', unverified);
  return unverified;
}

/** An offset: an integer from 0 on, or Infinity. */
export function checkOffset(name: 'start' | 'end', offset: unknown): asserts offset is number {
  if (typeof offset === 'number' && offset >= 0 && (Number.isInteger(offset) || offset === Infinity)) return;
  throw wrongType(name, 'an integer >= 0 or Infinity', offset);
}
