import { checkDir, checkOptions, checkSpoolOptions } from './arguments.ts';
import { type CheckpointSalvage, salvageCheckpointsOn } from './checkpoints/salvage.ts';
import { openCheckpointsOn } from './checkpoints/store.ts';
import type { Checkpoints, EventLog, OpenOptions, Spool, SpoolOptions, StorageEngine } from './contract.ts';
import { openEventLogOn } from './events/log.ts';
import { type EventSalvage, salvageEventsOn } from './events/salvage.ts';
import { RealFileSystem } from './files/real.ts';
import { openSpoolOn } from './spool/spool.ts';

const files = new RealFileSystem();

/** See `StorageEngine`. */
export function openEventLog(dir: string, options?: OpenOptions): EventLog {
  return openEventLogOn(files, checkDir(dir), checkOptions(options));
}

/** See `StorageEngine`. */
export function openCheckpoints(dir: string, options?: OpenOptions): Checkpoints {
  return openCheckpointsOn(files, checkDir(dir), checkOptions(options));
}

/** See `StorageEngine`. */
export function openSpool(dir: string, options?: SpoolOptions): Spool {
  return openSpoolOn(files, checkDir(dir), checkSpoolOptions(options).durability);
}

/**
 * Copies every event that is whole, in order, from the damaged log `from` into a new log in `into`, numbered from 0, and says
 * what is missing. Changes nothing in `from`; close its writer first. Reads the log once, a segment in memory at a time.
 * Serves the logs of both engines.
 * @throws StorageError `ERR_EXISTS` when `into` is there, `ERR_NOT_FOUND` when `from` holds no log, `ERR_WRONG_KIND`, `ERR_IO`
 */
export function salvageEventLog(from: string, into: string): EventSalvage {
  return salvageEventsOn(files, checkDir(from), checkDir(into, 'into'));
}

/** As `salvageEventLog` for a checkpoint store. */
export function salvageCheckpoints(from: string, into: string): CheckpointSalvage {
  return salvageCheckpointsOn(files, checkDir(from), checkDir(into, 'into'));
}

/** The TypeScript engine: no native code, the same bytes on disk, the same answers. */
export const typescriptEngine = { openEventLog, openCheckpoints, openSpool } satisfies StorageEngine;
