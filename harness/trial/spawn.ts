/** Starts trial processes, one at a time, and reads what they print. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../errors.ts';
import { LINE_MARK, reportSchema, type TrialReport, type TrialSpec } from './protocol.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

export interface SpawnOptions {
  /** Core to bind the process to; null leaves it to the system. */
  readonly core: number | null;
  /** The process is ended after this long and the trial has failed. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Runs one trial in a fresh process. Never throws: a crash, a time-out and nonsense on stdout are failed reports. */
export function spawnTrial(spec: TrialSpec, options: SpawnOptions): Promise<TrialReport> {
  const node = [process.execPath, '--expose-gc', '--no-warnings', MAIN, JSON.stringify(spec)];
  const [command = '', ...args] =
    options.core === null ? node : ['taskset', '-c', String(options.core), ...node];
  return new Promise((resolve) => {
    // A group of its own: Ctrl-C reaches the CLI alone, which then ends the trial and keeps the rest.
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    let stdout = '';
    let stderr = '';
    let endedBy: string | undefined;
    const end = (why: string) => {
      endedBy ??= why;
      child.kill('SIGKILL');
    };
    const onAbort = () => end('interrupted');
    const timer = setTimeout(() => end(`no answer within ${options.timeoutMs / 1000} s`), options.timeoutMs);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-4_000);
    });
    const settle = (report: TrialReport) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      resolve(report);
    };
    child.on('error', (error) => settle(failed(`the trial cannot be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (endedBy !== undefined) return settle(failed(endedBy));
      settle(readReport(stdout) ?? failed(crashLine(code, signal, stderr)));
    });
  });
}

function readReport(stdout: string): TrialReport | undefined {
  const line = stdout.split('\n').findLast((text) => text.startsWith(LINE_MARK));
  if (line === undefined) return undefined;
  try {
    return reportSchema.parse(JSON.parse(line.slice(LINE_MARK.length)));
  } catch (error) {
    return failed(`the trial's report cannot be read: ${messageOf(error)}`);
  }
}

function crashLine(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const lastWords = stderr
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '');
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return `the trial process ended by ${how}${lastWords === undefined ? '' : `: ${lastWords.trim()}`}`;
}

function failed(error: string): TrialReport {
  return { state: 'failed', error, addons: [] };
}
