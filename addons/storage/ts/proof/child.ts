/** Starts the writer as a process of its own and feeds what it says to a ledger. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ledger } from './ledger.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));

export interface WriterOptions {
  engine: string;
  dir: string;
  seed: number;
  commits?: number;
  durability?: string;
  /** A command that runs the writer: strace with its arguments. */
  under?: readonly string[];
}

export interface RunningWriter {
  process: ChildProcess;
  /** Settles at the first line the writer says, or when it ends without one. */
  started: Promise<void>;
  /** Exit code, or the signal's name. */
  ended: Promise<number | string>;
  /** What it and its tracer wrote to standard error. */
  errors(): string;
}

export function startWriter(options: WriterOptions, ledger: Ledger): RunningWriter {
  const { engine, dir, seed, commits, durability, under = [] } = options;
  const command = [
    ...under,
    process.execPath,
    WRITER,
    ...['--engine', engine, '--dir', dir, '--seed', `${seed}`],
    ...(commits === undefined ? [] : ['--commits', `${commits}`]),
    ...(durability === undefined ? [] : ['--durability', durability]),
  ];
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const started = Promise.withResolvers<void>();
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ledger.read(text);
    started.resolve();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    // `close`, not `exit`: what it said before it died is still in the pipe.
    child.on('close', (code, signal) => {
      started.resolve();
      resolve(code ?? signal ?? -1);
    });
  });
  return { process: child, started: started.promise, ended, errors: () => errors };
}
