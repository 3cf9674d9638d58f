/**
 * The part of @pairbench/storage that the audit log uses. It is an optional peer: its types are written down here, so that
 * the declarations of this package hold without it.
 */

import { createRequire } from 'node:module';
import { auditFailure } from './failures.ts';

export interface StoredLog {
  readonly firstSeq: number;
  readonly nextSeq: number;
  append(event: string): number;
  replay(from?: number): Iterable<{ readonly bytes: Uint8Array }>;
  close(): void;
}

export interface Storage {
  openEventLog(
    directory: string,
    options: { durability?: 'flushed' | 'buffered'; readOnly?: boolean; lockWaitMs?: number },
  ): StoredLog;
}

/**
 * The package, or undefined where it is not installed. There but broken is `ERR_AUDIT`: what it would have promised is not
 * to be lost in silence.
 */
export function loadStorage(): Storage | undefined {
  try {
    // At once, so that a sandbox is made at once: an import would be a promise.
    return createRequire(import.meta.url)('@pairbench/storage') as Storage;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const isAbsent = code === 'MODULE_NOT_FOUND' && String(message).includes("'@pairbench/storage'");
    if (isAbsent) return undefined;
    throw auditFailure('@pairbench/storage is installed and cannot be loaded', error);
  }
}
