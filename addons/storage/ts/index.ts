/**
 * An event log, checkpoints and a spool that survive power cuts, on the engine chosen when this module is loaded: native
 * where its binding is there, else TypeScript. `PAIRBENCH_STORAGE` (or `PAIRBENCH_NATIVE`) = auto | off | require. Both
 * engines read and write the same files.
 */
import { chooseEngine, type EngineName } from '@pairbench/loader';
import type { StorageEngine } from './contract.ts';
import { loadNative, nativeEngine } from './native.ts';
import { typescriptEngine } from './typescript.ts';

export type { CheckpointDamage, CheckpointSalvage } from './checkpoints/salvage.ts';
export {
  type CheckpointInfo,
  type Checkpoints,
  DEFAULT_MAX_BYTES,
  DEFAULT_SEGMENT_BYTES,
  DURABILITIES,
  type Durability,
  type EventChunk,
  type EventLog,
  type LogEvent,
  MAX_CHECKPOINT_ID_BYTES,
  MAX_MAX_BYTES,
  MAX_SEGMENT_BYTES,
  MIN_SEGMENT_BYTES,
  type OpenOptions,
  type Recovery,
  type SavedCheckpoint,
  type SignalOptions,
  type Spool,
  type SpoolEntry,
  type SpoolOptions,
  type SpoolReadOptions,
  type SpoolWriter,
  type StorageEngine,
  StorageError,
  type StorageErrorCode,
} from './contract.ts';
export type { EventSalvage, LostEvents } from './events/salvage.ts';
export { salvageCheckpoints, salvageEventLog } from './typescript.ts';

/** Both engines, whatever the switch says: for tests and measurements. */
export const engines: {
  typescript(): StorageEngine;
  /** @throws BindingMissingError when there is no binding */
  native(): StorageEngine;
} = {
  typescript: () => typescriptEngine,
  native: () => {
    loadNative();
    return nativeEngine;
  },
};

const chosen = chooseEngine<StorageEngine>({ id: 'storage', ...engines });

/** The engine that is live, and why. */
export const engine: Readonly<{ name: EngineName; reason: string }> = {
  name: chosen.name,
  reason: chosen.reason,
};

export const { openEventLog, openCheckpoints, openSpool } = chosen.engine;
