/** How much memory a trial process held at most. */

import { readFileSync } from 'node:fs';

/**
 * Linux hands a process the peak of its parent along with the fork, so that `ru_maxrss` of a small trial started by a
 * large CLI is the CLI's. VmHWM belongs to the program that runs now.
 */
export function peakRssBytes(): number {
  if (process.platform === 'linux') {
    const line = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line !== null) return Number(line[1]) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
