/** A run of the native launcher: streams over the descriptors it gives, and its reports. */

import { Socket } from 'node:net';
import { constants } from 'node:os';
import { type Enforcement, LAYERS, type Layer, SandboxError } from '../contract.ts';
import type { Ended, Launched, LaunchRequest } from '../core.ts';
import { asSandboxError, launchError, translated } from './errors.ts';
import { type Binding, loadNative } from './load.ts';

type NativeRun = InstanceType<Binding['NativeRun']>;
type NativeSandbox = InstanceType<Binding['NativeSandbox']>;
type Report = ReturnType<Binding['readReport']>;

/** How long between two looks whether the last process is buried, milliseconds: doubled each time, up to the last. */
const FIRST_LOOK_MS = 1;
const LAST_LOOK_MS = 16;

/** For measurements: a stage of a start, and the monotonic clock when it was done, nanoseconds. */
export type OnStage = (stage: string, nanoseconds: number) => void;

export function launchNative(
  sandbox: NativeSandbox,
  request: LaunchRequest,
  planned: Enforcement,
  onStage?: OnStage,
): Launched {
  const { argv, env, cwd, limits, grants, proxy } = request;
  const run = translated(() =>
    sandbox.launch({
      candidates: candidatesOf(argv[0] ?? '', env),
      argv: [...argv],
      environment: [...env],
      cwd,
      ...limits,
      port: proxy?.port ?? 0,
      grants: grants.length === 0 ? '' : JSON.stringify(grants),
      times: onStage !== undefined,
    }),
  );
  const [control, stdin, stdout, stderr] = descriptorsOf(run);
  return {
    stdin: new Socket({ fd: stdin, readable: false, writable: true }),
    stdout: new Socket({ fd: stdout, readable: true, writable: false }),
    stderr: new Socket({ fd: stderr, readable: true, writable: false }),
    ended: follow(run, control, request, planned, onStage),
    kill: () => translated(() => run.kill()),
  };
}

function descriptorsOf(run: NativeRun): [number, number, number, number] {
  try {
    return run.descriptors() as [number, number, number, number];
  } catch (error) {
    run.kill();
    throw asSandboxError(error);
  }
}

/** Where a program may lie, inside; a name with a slash is a path. */
function candidatesOf(program: string, env: readonly string[]): string[] {
  if (program.includes('/')) return [program];
  const path = env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  return path
    .split(':')
    .filter((directory) => directory !== '')
    .map((directory) => `${directory}/${program}`);
}

async function follow(
  run: NativeRun,
  control: number,
  { argv, proxy }: LaunchRequest,
  planned: Enforcement,
  onStage?: OnStage,
): Promise<Ended> {
  const reports: Report[] = [];
  let letGo: (() => void) | undefined;
  let failure: { readonly error: unknown } | undefined;
  // Nothing of the run is left when this settles, also after a failure of ours.
  const watched = async (watch: () => Promise<void>) => {
    try {
      await watch();
    } catch (error) {
      failure ??= { error };
      run.kill();
    }
  };
  await watched(async () => {
    if (proxy === undefined) return;
    const [descriptor = -1, ...instead] = await run.listener();
    if (descriptor >= 0) letGo = proxy.serve({ descriptor });
    else if (instead.length > 0) reports.push(loadNative().readReport(Uint8Array.from(instead)));
  });
  await watched(async () => {
    for await (const report of reportsOf(control)) {
      if (report.kind === 'timed') onStage?.(report.step, report.nanoseconds);
      else reports.push(report);
    }
  });
  letGo?.();
  await buried(run);
  if (failure !== undefined) throw asSandboxError(failure.error);
  return outcomeOf(reports, argv[0] ?? '', planned);
}

/** Until the launcher has closed its end, which it does by ending. */
async function* reportsOf(control: number): AsyncGenerator<Report> {
  const { readReport, REPORT_BYTES } = loadNative();
  const socket = new Socket({ fd: control, readable: true, writable: true });
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of socket as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      for (; rest.length >= REPORT_BYTES; rest = rest.subarray(REPORT_BYTES)) {
        yield readReport(rest.subarray(0, REPORT_BYTES));
      }
    }
  } catch (error) {
    // A reset is an end as well: the kernel resets where something unread was left.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  } finally {
    socket.destroy();
  }
}

/** The kernel ends the tree after the socket is closed, so that a look or two may come too early. */
async function buried(run: NativeRun): Promise<void> {
  for (let waitMs = FIRST_LOOK_MS; !run.reap(); waitMs = Math.min(waitMs * 2, LAST_LOOK_MS)) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

function outcomeOf(reports: readonly Report[], program: string, planned: Enforcement): Ended {
  const failed = reports.find((report) => report.kind === 'failed');
  if (failed !== undefined) throw failureOf(failed, program);
  const started = reports.find((report) => report.kind === 'started');
  if (started === undefined) {
    throw new SandboxError('ERR_LAUNCH', 'the launcher ended without a report', { step: 'launcher' });
  }
  const enforcement: Enforcement = {
    ...planned,
    layers: LAYERS.filter((layer, bit) => (started.value >> bit) & 1 && !isMissing(planned, layer)),
    landlockAbi: started.landlockAbi,
  };
  const ended = reports.find((report) => report.kind === 'ended');
  // Killed together with its tree, before it could tell.
  if (ended === undefined) return { exitCode: null, signal: 'SIGKILL', enforcement };
  const signal = ended.value & 0x7f;
  if (signal === 0) return { exitCode: (ended.value >> 8) & 0xff, signal: null, enforcement };
  return { exitCode: null, signal: signalName(signal), enforcement };
}

function isMissing({ missing }: Enforcement, layer: Layer): boolean {
  return missing.some((one) => one.layer === layer);
}

function failureOf({ step, errno }: Report, program: string): SandboxError {
  const error = launchError(step, errno);
  if (step !== 'exec') return error;
  const why = error.errno === 'ENOENT' ? 'is not there' : `cannot be executed (${error.errno})`;
  return new SandboxError('ERR_COMMAND_NOT_FOUND', `${JSON.stringify(program)} ${why} inside the sandbox`, {
    step,
    ...(error.errno === undefined ? {} : { errno: error.errno }),
  });
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `SIG${number}`;
}
