import type { StorageEngine } from './contract.ts';
import { openCheckpoints } from './native/checkpoints.ts';
import { openEventLog } from './native/event-log.ts';
import { openSpool } from './native/spool.ts';

export { openCheckpoints } from './native/checkpoints.ts';
export { openEventLog } from './native/event-log.ts';
export { loadNative, nativeMemory, resetNativePeak } from './native/load.ts';
export { openSpool } from './native/spool.ts';

/** The native engine, behind the same checks as the TypeScript one. */
export const nativeEngine = { openEventLog, openCheckpoints, openSpool } satisfies StorageEngine;
