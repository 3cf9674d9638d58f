/**
 * Windows: the policy refuses to be compiled there, since its paths are not Windows' paths; and commands would be refused. What would
 * confine one has been neither written nor run, and a confinement that nobody has tried is none.
 */

import { type Enforcement, LAYERS, type Layer } from '../contract.ts';

const REFUSED = 'commands are not run on Windows by this engine';

/** What a restricted token and a job object could give one day, and what they could not. */
const COULD: Readonly<Partial<Record<Layer, string>>> = {
  mounts:
    'a restricted token denies writes, but not in directories that Everyone may write, and hardly any reads',
  landlock: 'Linux only',
  seccomp: 'Linux only',
  names: 'no supervisor watches names there',
  noNewPrivileges: 'a restricted token could give it',
  capabilities: 'a restricted token could drop its privileges',
  processes: 'a job object that ends its processes when it is closed could give it',
  network: 'only with a user of its own and a filter of the firewall, both of which need an administrator',
  environment: 'a process could be given its own',
  descriptors: 'handles could be handed over by list',
  session: 'a desktop of its own could give it',
  limits: 'a job object could limit memory and processes, but not files',
};

export function windowsCapabilities(): Enforcement {
  const missing = LAYERS.map((layer) => ({
    layer,
    why: `${REFUSED}: ${COULD[layer] ?? 'nothing is known of it there'}`,
  }));
  return { launcher: 'none', layers: [], missing, landlockAbi: 0, network: 'none' };
}
