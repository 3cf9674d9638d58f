import { StorageError } from '../contract.ts';

/** The errors of a spool, worded as the native engine words them. */

export function exists(id: string): StorageError {
  return new StorageError('ERR_EXISTS', `an output ${id} is there; remove it first, or take another id`);
}

export function notFound(id: string): StorageError {
  return new StorageError('ERR_NOT_FOUND', `there is no output ${id}`);
}

export function incomplete(id: string): StorageError {
  const message = `the output ${id} was never finished; read it with unverified, nothing vouches for its bytes`;
  return new StorageError('ERR_INCOMPLETE', message);
}

/** `offset` is the first byte of the output that cannot be trusted. */
export function damaged(id: string, offset: number): StorageError {
  return new StorageError('ERR_CORRUPT', `the output ${id} is damaged at byte ${offset}`, { offset });
}

export function sumsDamaged(id: string): StorageError {
  return new StorageError('ERR_CORRUPT', `the checksums of the output ${id} are damaged`, { offset: 0 });
}

export function writerClosed(id: string): StorageError {
  return new StorageError('ERR_CLOSED', `the output ${id} was finished or dropped here`);
}
