/** One run under bwrap, from the first byte it is handed to the end of its last process. */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { type Enforcement, SandboxError } from '../../contract.ts';
import type { Ended, Launched, LaunchRequest } from '../../core.ts';
import {
  ARGUMENTS_FD,
  type Arguments,
  BLOCK_FD,
  FIRST_SOURCE_FD,
  SECCOMP_FD,
  STATUS_FD,
} from './arguments.ts';
import { type BridgePrograms, bridge } from './bridge.ts';
import { inheritedDescriptors } from './leaks.ts';
import { setLimits } from './limits.ts';
import { OwnErrors } from './own-errors.ts';
import { readStatus, type Status } from './status.ts';
import { type Tree, treeOf } from './tree.ts';

export interface RunPlan {
  readonly bwrap: string;
  readonly arguments: Arguments;
  readonly filter: Buffer;
  /** Undefined: this host has none, and the policy lets that pass. */
  readonly prlimit: string | undefined;
  readonly bridge:
    | { readonly programs: BridgePrograms; readonly port: number; readonly path: string }
    | undefined;
  readonly enforcement: Enforcement;
}

const EXEC_FAILED = /^bwrap: execvp .*: ([^:\n]+)\n?$/s;
/** The kernel refuses the words, not the program. */
const TOO_LONG = 'Argument list too long';
const SIGNAL_BASE = 128;
const SIGNAL_NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

export function run(plan: RunPlan, request: LaunchRequest): Launched {
  const child = start(plan, request);
  const stderr = new OwnErrors();
  const [stdin, stdout, programErrors] = pipesOf(child) as [Writable, Readable, Readable];
  // A program may end before it read its input.
  stdin.on('error', () => {});
  programErrors.on('error', () => stderr.end());
  programErrors.pipe(stderr);

  const status = readStatus(pipesOf(child)[STATUS_FD] as Readable);
  const state: { killed: boolean; tree: Tree | undefined } = { killed: false, tree: undefined };
  const killAll = () => {
    // Not before the first process is known: bwrap alone would leave it behind, about to run.
    if (state.tree === undefined) return;
    state.tree.kill();
    child.kill('SIGKILL');
  };
  const ended = finish(plan, request, child, status, stderr, state, killAll);
  // The caller may look at it late.
  ended.catch(() => {});
  return {
    stdin,
    stdout,
    stderr,
    ended,
    kill() {
      state.killed = true;
      killAll();
    },
  };
}

function start(plan: RunPlan, request: LaunchRequest): ChildProcess {
  const { sources, text } = plan.arguments;
  const empty = openSync('/dev/null', 'r');
  try {
    const child = spawn(plan.bwrap, ['--args', `${ARGUMENTS_FD}`, '--', ...request.argv], {
      // Its own environment is seen inside, as that of process 1.
      env: {},
      cwd: '/',
      stdio: stdioOf(sources, empty),
    });
    // Out of descriptors: Node gives back a process without any.
    if (child.stdio === undefined) throw new Error('too many open files');
    hand(child, ARGUMENTS_FD, Buffer.from(text));
    hand(child, SECCOMP_FD, plan.filter);
    (pipesOf(child)[BLOCK_FD] as Writable | undefined)?.on('error', () => {});
    return child;
  } catch (cause) {
    throw new SandboxError('ERR_LAUNCH', `bwrap could not be started: ${(cause as Error).message}`, {
      cause,
      step: 'spawn',
    });
  } finally {
    for (const source of [...sources, empty]) closeSync(source);
  }
}

/** In place of a descriptor that would leak, the program finds an empty file. */
function stdioOf(sources: readonly number[], empty: number): ('pipe' | 'ignore' | number)[] {
  const stdio: ('pipe' | 'ignore' | number)[] = [
    ...new Array<'pipe'>(FIRST_SOURCE_FD).fill('pipe'),
    ...sources,
  ];
  for (const leak of inheritedDescriptors()) {
    while (stdio.length < leak) stdio.push('ignore');
    if (leak >= FIRST_SOURCE_FD + sources.length) stdio[leak] = empty;
  }
  return stdio;
}

/** Node's type knows five. */
function pipesOf(child: ChildProcess): readonly unknown[] {
  return child.stdio;
}

function hand(child: ChildProcess, descriptor: number, bytes: Buffer): void {
  const stream = pipesOf(child)[descriptor] as Writable | undefined;
  // It reads all or ends with a message of its own.
  stream?.on('error', () => {});
  stream?.end(bytes);
}

async function finish(
  plan: RunPlan,
  request: LaunchRequest,
  child: ChildProcess,
  status: Status,
  stderr: OwnErrors,
  state: { killed: boolean; tree: Tree | undefined },
  killAll: () => void,
): Promise<Ended> {
  const exit = new Promise<Error | undefined>((resolve) => {
    child.once('exit', () => resolve(undefined));
    child.once('error', resolve);
  });
  let failure: unknown;
  let endBridge: (() => void) | undefined;
  const firstPid = await status.firstPid;
  if (firstPid !== undefined) {
    state.tree = treeOf(firstPid);
    try {
      if (!state.killed && plan.prlimit !== undefined)
        await setLimits(plan.prlimit, firstPid, request.limits);
      if (!state.killed && plan.bridge !== undefined) {
        const { programs, port, path } = plan.bridge;
        endBridge = await bridge(programs, firstPid, port, path);
      }
    } catch (error) {
      failure = error;
    }
    if (state.killed || failure !== undefined) killAll();
    else (pipesOf(child)[BLOCK_FD] as Writable).write('x');
  }
  const spawnError = await exit;
  // What the program left behind ends with it; the kernel would see to it too, at some later time.
  state.tree?.kill();
  await state.tree?.gone();
  endBridge?.();
  (pipesOf(child)[BLOCK_FD] as Writable | undefined)?.destroy();
  const exitCode = await status.exitCode;
  const said = stderr.settle(exitCode !== undefined || state.killed);
  if (exitCode !== undefined && failure === undefined)
    return { ...meaningOf(exitCode), enforcement: plan.enforcement };
  if (state.killed) return { exitCode: null, signal: 'SIGKILL', enforcement: plan.enforcement };
  throw reasonOf(request, said, spawnError, failure);
}

/**
 * bwrap hands on 128 and the number for a signal, and a shell does the same for its own children: both are read as the
 * signal, since a program that was killed by one is what a caller must not miss.
 */
function meaningOf(code: number): { exitCode: number | null; signal: string | null } {
  const signal = code > SIGNAL_BASE ? SIGNAL_NAMES.get(code - SIGNAL_BASE) : undefined;
  return signal === undefined ? { exitCode: code, signal: null } : { exitCode: null, signal };
}

function reasonOf(
  request: LaunchRequest,
  said: string,
  spawnError: Error | undefined,
  failure: unknown,
): SandboxError {
  if (failure instanceof SandboxError) return failure;
  if (spawnError !== undefined) {
    return new SandboxError('ERR_LAUNCH', `bwrap could not be started: ${spawnError.message}`, {
      cause: spawnError,
      step: 'spawn',
    });
  }
  const exec = EXEC_FAILED.exec(said);
  const quoted = JSON.stringify(request.argv[0]);
  if (exec !== null && exec[1] !== TOO_LONG) {
    return new SandboxError(
      'ERR_COMMAND_NOT_FOUND',
      `${quoted} cannot be executed in the sandbox: ${exec[1]}`,
    );
  }
  const line = said.trim() || 'it ended without a word';
  return new SandboxError('ERR_LAUNCH', `bwrap could not set up the sandbox: ${line}`, {
    step: exec === null ? 'bwrap' : 'exec',
  });
}
