/** The engines there are, as far as checkpoints and spools go, by name; each test of behaviour runs on all. */

import { BindingMissingError, readSwitch } from '@pairbench/loader';
import { checkDir, checkOptions, checkSpoolOptions } from '../arguments.ts';
import { type CheckpointSalvage, salvageCheckpointsOn } from '../checkpoints/salvage.ts';
import { openCheckpointsOn } from '../checkpoints/store.ts';
import type { Checkpoints, OpenOptions, Spool, SpoolOptions } from '../contract.ts';
import { RealFileSystem } from '../files/real.ts';
import * as nativeCheckpoints from '../native/checkpoints.ts';
import { loadNative } from '../native/load.ts';
import { openSpool as openNativeSpool } from '../native/spool.ts';
import { openSpoolOn } from '../spool/spool.ts';

export interface StoreEngine {
  openCheckpoints(dir: string, options?: OpenOptions): Checkpoints;
  salvageCheckpoints(from: string, into: string): CheckpointSalvage;
  openSpool(dir: string, options?: SpoolOptions): Spool;
}

const files = new RealFileSystem();

const typescript: StoreEngine = {
  openCheckpoints: (dir, options) => openCheckpointsOn(files, checkDir(dir), checkOptions(options)),
  salvageCheckpoints: (from, into) => salvageCheckpointsOn(files, checkDir(from), checkDir(into)),
  openSpool: (dir, options) => openSpoolOn(files, checkDir(dir), checkSpoolOptions(options).durability),
};

const native: StoreEngine = {
  openCheckpoints: nativeCheckpoints.openCheckpoints,
  salvageCheckpoints: nativeCheckpoints.salvageCheckpoints,
  openSpool: openNativeSpool,
};

function hasNative(): boolean {
  const { mode } = readSwitch('storage');
  if (mode === 'off') return false;
  try {
    loadNative();
    return true;
  } catch (error) {
    if (mode === 'require' || !(error instanceof BindingMissingError)) throw error;
    return false;
  }
}

export const storeEngines: Readonly<Record<string, StoreEngine>> = hasNative()
  ? { typescript, native }
  : { typescript };

/** Each engine with each one, itself included: the one writes, the other reads. */
export const enginePairs: readonly (readonly [string, string])[] = Object.keys(storeEngines).flatMap((a) =>
  Object.keys(storeEngines).map((b) => [a, b] as const),
);
