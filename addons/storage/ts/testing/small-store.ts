import type { CheckedOptions } from '../arguments.ts';
import { openCheckpointsOn } from '../checkpoints/store.ts';
import type { Checkpoints } from '../contract.ts';
import type { SimulatedDisk } from './simulated/disk.ts';

/** Segments so small that a few saves fill several. */
export const OPTIONS: CheckedOptions = {
  durability: 'flushed',
  segmentBytes: 4096,
  maxBytes: 2 ** 20,
  readOnly: false,
  lockWaitMs: 0,
};

export function open(disk: SimulatedDisk, options = OPTIONS): Checkpoints {
  return openCheckpointsOn(disk, '/store', options);
}
