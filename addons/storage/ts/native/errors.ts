import { LoaderError } from '@pairbench/loader';
import { StorageError, type StorageErrorCode, type StorageErrorFields } from '../contract.ts';

/** What the binding throws: an `Error` with the code and the fields of a `StorageError`. */
interface NativeError extends Error, StorageErrorFields {
  readonly code: string;
}

/** The binding's error as the contract has it; a missing binding explains itself, anything else is internal. */
export function asStorageError(error: unknown): Error {
  if (error instanceof LoaderError || error instanceof StorageError) return error;
  if (!isNative(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return new StorageError('ERR_INTERNAL', message, {}, { cause: error });
  }
  const { message, segment, offset, pid, cause } = error;
  const fields = { segment, offset, pid } as StorageErrorFields;
  const options = cause === undefined ? undefined : { cause: asStorageError(cause) };
  return new StorageError(error.code as StorageErrorCode, message, fields, options);
}

function isNative(error: unknown): error is NativeError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_');
}
