/** The class of a machine: what has to be the same before times of two runs may be held against each other. Pure. */

import { z } from 'zod';
import type { Environment } from './environment.ts';

export const machineClassSchema = z.strictObject({
  cpuModel: z.string().min(1),
  cores: z.int().positive(),
  /** System and architecture; the kernel's version changes too often to make a class of its own. */
  os: z.string().min(1),
  nodeMajor: z.int().positive(),
});
export type MachineClass = z.infer<typeof machineClassSchema>;

export function machineClassOf({ cpuModel, cores, os, arch, node }: Environment): MachineClass {
  return { cpuModel, cores, os: `${os.split(' ')[0]} ${arch}`, nodeMajor: Number.parseInt(node, 10) };
}

/** Small letters, digits and single hyphens; trademark signs are left out. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/\((r|tm)\)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Name of a class in file names: `linux-x64-example-cpu-9000-2-cores-node-26`. */
export function classSlug({ cpuModel, cores, os, nodeMajor }: MachineClass): string {
  return `${slugOf(os)}-${slugOf(cpuModel)}-${cores}-cores-node-${nodeMajor}`;
}

/** The same for people. */
export function describeClass({ cpuModel, cores, os, nodeMajor }: MachineClass): string {
  return `${cpuModel}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${os}, Node ${nodeMajor}`;
}

const FIELDS = { cpuModel: 'processor', cores: 'cores', os: 'system', nodeMajor: 'Node' } as const;

/** What differs, in words; empty for one and the same class. */
export function classDifferences(one: MachineClass, other: MachineClass): string[] {
  const keys = Object.keys(FIELDS) as (keyof MachineClass)[];
  return keys.filter((key) => one[key] !== other[key]).map((key) => FIELDS[key]);
}
