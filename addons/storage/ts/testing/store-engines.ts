/** The engines there are with what each has for damaged stores, by name; each test of behaviour runs on all. */

import type { CheckpointSalvage } from '../checkpoints/salvage.ts';
import type { StorageEngine } from '../contract.ts';
import * as native from '../native/checkpoints.ts';
import * as typescript from '../typescript.ts';
import { type EngineId, engineIds, engineOf } from './engines.ts';

export { enginePairs } from './engines.ts';

export interface StoreEngine extends StorageEngine {
  salvageCheckpoints(from: string, into: string): CheckpointSalvage;
}

const salvageOf: Readonly<Record<EngineId, StoreEngine['salvageCheckpoints']>> = {
  typescript: typescript.salvageCheckpoints,
  native: native.salvageCheckpoints,
};

export const storeEngines: Readonly<Record<string, StoreEngine>> = Object.fromEntries(
  engineIds.map((id) => [id, { ...engineOf(id), salvageCheckpoints: salvageOf[id] }]),
);
