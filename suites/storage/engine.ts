/** What the cases ask of an engine; a peer has the part that its cases call. */

import type { Checkpoints, EventLog, OpenOptions, Spool } from '@pairbench/storage/contract';

export type Log = Pick<EventLog, 'append' | 'replay' | 'prune' | 'close'> &
  Partial<Pick<EventLog, 'appendAsync' | 'appendBatch' | 'nextSeq'>>;

/** `save` tells how many bytes it was given; an engine also tells how many of them it had to write. */
export interface Saves {
  save(id: string, bytes: Uint8Array): { readonly bytes: number; readonly writtenBytes?: number };
  load(id: string): Uint8Array;
  close(): void;
}

export type Output = Pick<ReturnType<Spool['create']>, 'write'> & { finish(): { readonly bytes: number } };

export interface Outputs {
  create(id?: string): Output;
  read(id: string, start?: number, end?: number): Uint8Array;
  remove(id: string): boolean;
}

export interface Storage {
  openEventLog(dir: string, options?: OpenOptions): Log;
  openCheckpoints(dir: string): Saves;
  openSpool(dir: string): Outputs;
}

/** Both engines are storages; a contract that drifts apart from what is measured fails the type check here. */
export type Measurable = { log: EventLog; saves: Checkpoints; outputs: Spool } extends {
  log: Log;
  saves: Saves;
  outputs: Outputs;
}
  ? true
  : never;
export const measurable: Measurable = true;
