/** One run from its start to its last byte: streams, time-out, abort, and the result. Who may run what is decided before. */

import type { ExecuteOptions, Execution, Limits } from '../contract.ts';
import type { Core, Ended, Launched, LaunchRequest } from '../core.ts';
import { keep } from './output.ts';

export interface Run {
  readonly result: Promise<Execution>;
  kill(): void;
}

/** Starts at once; `result` settles when nothing of the run is left. @throws SandboxError when it cannot be started */
export function start(
  core: Core,
  request: Omit<LaunchRequest, 'limits'>,
  limits: Required<Limits>,
  options: ExecuteOptions,
): Run {
  options.signal?.throwIfAborted();
  const { timeoutMs, outputBytes, ...forLauncher } = limits;
  const startMs = performance.now();
  const launched = core.launch({ ...request, limits: forLauncher });
  return {
    kill: () => launched.kill(),
    result: finish(core, launched, startMs, timeoutMs, outputBytes, options),
  };
}

async function finish(
  core: Core,
  launched: Launched,
  startMs: number,
  timeoutMs: number,
  outputBytes: number,
  { input, onOutput, signal }: ExecuteOptions,
): Promise<Execution> {
  let timedOut = false;
  let thrown: { readonly error: unknown } | undefined;
  const stop = (error: unknown) => {
    thrown ??= { error };
    launched.kill();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    launched.kill();
  }, timeoutMs);
  const abort = () => stop(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const listener = (stream: 'stdout' | 'stderr') =>
    onOutput &&
    ((piece: Uint8Array) => {
      try {
        onOutput(stream, piece);
      } catch (error) {
        // The caller's own fault ends the run, and comes back to the caller.
        stop(error);
      }
    });
  const stdout = keep(launched.stdout, outputBytes, listener('stdout'));
  const stderr = keep(launched.stderr, outputBytes, listener('stderr'));
  // A program need not read what it is given.
  launched.stdin.on('error', () => launched.stdin.destroy());
  launched.stdin.end(input ?? '');
  let ended: Ended;
  try {
    ended = await launched.ended;
  } catch (error) {
    // Killed before the program ran: the launcher had nothing to report, and the kill is why.
    if (thrown !== undefined) throw thrown.error;
    if (!timedOut) throw error;
    ended = { exitCode: null, signal: 'SIGKILL', enforcement: core.capabilities() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    launched.stdin.destroy();
    await Promise.all([stdout, stderr]);
  }
  if (thrown !== undefined) throw thrown.error;
  const [out, err] = await Promise.all([stdout, stderr]);
  return {
    exitCode: ended.exitCode,
    signal: ended.signal,
    stdout: out.bytes,
    stderr: err.bytes,
    stdoutBytes: out.total,
    stderrBytes: err.total,
    stdoutCut: out.total > out.bytes.length,
    stderrCut: err.total > err.bytes.length,
    timedOut,
    durationMs: performance.now() - startMs,
    enforcement: ended.enforcement,
  };
}
