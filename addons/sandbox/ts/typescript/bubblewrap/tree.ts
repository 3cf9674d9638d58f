/** The process tree of a run, seen from the host: its first process, whose end the kernel makes the end of all others. */

import { readFileSync } from 'node:fs';

const POLL_MS = 1;
/** In /proc/PID/stat, counted behind the name: state, and the start in clock ticks. */
const STATE = 0;
const START = 19;

export interface Tree {
  readonly pid: number;
  kill(): void;
  /** Settles when no process of the tree is left. */
  gone(): Promise<void>;
}

/** `pid` is the first process of a process namespace; the number is the host's. */
export function treeOf(pid: number): Tree {
  const start = statOf(pid)?.[START];
  // A number is given again once its process was reaped; the start tells the two apart.
  const lives = () => {
    const stat = statOf(pid);
    // A zombie of the first process is there only after all others were reaped.
    return stat !== undefined && stat[START] === start && stat[STATE] !== 'Z' && stat[STATE] !== 'X';
  };
  return {
    pid,
    kill() {
      if (!lives()) return;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone in between.
      }
    },
    async gone() {
      while (lives()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    },
  };
}

function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name is in parentheses and may hold any byte.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
