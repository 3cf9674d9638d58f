import { wrongType } from '../arguments.ts';
import { MAX_CHECKPOINT_ID_BYTES, StorageError } from '../contract.ts';

/** The checks of both engines' checkpoints. */

/** An id of 1 to 512 bytes of UTF-8. A lone surrogate has no UTF-8, so two ids could become one. */
export function checkCheckpointId(id: unknown): asserts id is string {
  if (typeof id !== 'string') throw wrongType('id', 'a string', id);
  const bytes = Buffer.byteLength(id);
  if (bytes === 0 || bytes > MAX_CHECKPOINT_ID_BYTES) {
    const message = `id must have 1 to ${MAX_CHECKPOINT_ID_BYTES} bytes of UTF-8, got ${bytes}`;
    throw new StorageError('ERR_INVALID_ARG_TYPE', message);
  }
  if (!id.isWellFormed()) {
    throw new StorageError('ERR_INVALID_ARG_TYPE', 'id must be a string without lone surrogates');
  }
}

/** How many checkpoints to keep. */
export function checkKeep(keep: unknown): asserts keep is number {
  if (typeof keep === 'number' && keep >= 0 && (Number.isSafeInteger(keep) || keep === Infinity)) return;
  throw wrongType('keep', 'an integer >= 0 or Infinity', keep);
}

export function noCheckpoint(id: string): StorageError {
  return new StorageError('ERR_NOT_FOUND', `there is no checkpoint ${id}`);
}
