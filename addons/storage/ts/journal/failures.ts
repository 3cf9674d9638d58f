import { StorageError } from '../contract.ts';
import { systemCode } from '../files/file-system.ts';

/** The errors of a log, worded as the native engine words them: what happened, where, what to do. */

/** `why` completes "segment 3 is damaged at byte 64: ...". */
export function corrupt(segment: number, offset: number, why: string): StorageError {
  const message = `segment ${segment} is damaged at byte ${offset}: ${why}`;
  return new StorageError('ERR_CORRUPT', message, { segment, offset });
}

export function tooNew(segment: number, offset: number): StorageError {
  const message = `segment ${segment} was written by a newer version of this package; use that to read it`;
  return new StorageError('ERR_FORMAT_TOO_NEW', message, { segment, offset });
}

export function wrongKind(isEventLog: boolean): StorageError {
  const message = isEventLog
    ? 'the directory holds an event log, not checkpoints'
    : 'the directory holds checkpoints, not an event log';
  return new StorageError('ERR_WRONG_KIND', message);
}

export function locked(pid: number | undefined): StorageError {
  const who = pid === undefined ? 'another writer' : `process ${pid}`;
  const message = `${who} has this directory open for writing; close it there, or open with readOnly`;
  return new StorageError('ERR_LOCKED', message, pid === undefined ? {} : { pid });
}

export function nothingToRead(): StorageError {
  return new StorageError(
    'ERR_NOT_FOUND',
    'there is no log in this directory to read; a writer makes one when it opens',
  );
}

export function pruned(from: number, firstSeq: number): StorageError {
  return new StorageError('ERR_PRUNED', `event ${from} was pruned: the oldest is ${firstSeq}`);
}

export function prunedMeanwhile(seq: number): StorageError {
  return new StorageError('ERR_PRUNED', `event ${seq} was pruned while the log was read`);
}

export function poisoned(cause: unknown): StorageError {
  const message =
    'an earlier write or flush failed, so nothing can be promised any more; open the directory again';
  return new StorageError('ERR_POISONED', message, {}, { cause });
}

export function closed(): StorageError {
  return new StorageError('ERR_CLOSED', 'this handle was closed; open the directory again');
}

export function readOnly(): StorageError {
  const message = 'this handle was opened with readOnly; open another one to change something';
  return new StorageError('ERR_READ_ONLY', message);
}

/** `name` is `event`, `the batch` or `checkpoint`. */
export function tooLarge(name: string, bytes: number, most: number): StorageError {
  return new StorageError('ERR_TOO_LARGE', `${name} has ${bytes} bytes, more than the ${most} of maxBytes`);
}

/** A failed call of the system; `doing` completes "cannot ...". A `StorageError` stays what it is. */
export function failed(doing: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `cannot ${doing}: ${code}, no space left`;
    return new StorageError('ERR_NO_SPACE', message, {}, { cause: error });
  }
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  return new StorageError('ERR_IO', `cannot ${doing}: ${reason}`, {}, { cause: error });
}

export const FILE_MISSING = 'its file is missing';
export const NOT_CONTINUED =
  'what follows in the next segment does not follow from here; salvage copies what is whole';
export const FLUSHED_LOST = 'what was flushed goes on behind it; salvage copies what is whole';

/** Runs `call`; what the system throws becomes a `StorageError`. */
export function doing<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw failed(what, error);
  }
}
