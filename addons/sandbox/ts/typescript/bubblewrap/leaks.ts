/** Descriptors of this process that a child would get without being asked. */

import { readdirSync, readFileSync } from 'node:fs';

const O_CLOEXEC = 0o2000000;
const STANDARD = 3;

/**
 * Node opens everything to be closed in children, but what it was itself started with stays open: a pipe of a CI runner, a
 * log of a supervisor. Neither Node nor bwrap closes these. About 10 us a descriptor.
 */
export function inheritedDescriptors(): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc/self/fd')) {
    const descriptor = Number(name);
    if (descriptor < STANDARD) continue;
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1'))?.[1];
      if (flags === undefined || (Number.parseInt(flags, 8) & O_CLOEXEC) === 0) found.push(descriptor);
    } catch {
      // The directory's own descriptor, closed since.
    }
  }
  return found;
}
