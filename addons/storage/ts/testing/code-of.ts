import { StorageError } from '../contract.ts';

/** The code that `call` throws; any other error than a `StorageError` is thrown on. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof StorageError) return error.code;
    throw error;
  }
  return 'no error';
}
