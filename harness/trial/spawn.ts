/** Starts a trial process and reads what it prints. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../errors.ts';
import { LINE_MARK } from './line.ts';
import { lineSchema, type TrialReport, type TrialSpec } from './protocol.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Characters; a report is some ten thousand. */
const LONGEST_REPORT = 4_000_000;
const LONGEST_STDERR = 8_000;
const PIPE_GRACE_MS = 2_000;

export interface SpawnOptions {
  /** Core to bind the process to; null leaves it to the system. */
  readonly core: number | null;
  /** The process is ended after this long and the trial has failed. */
  readonly timeoutMs: number;
  /** Folder for Node's cache of compiled code; null or left out starts without. */
  readonly compileCache?: string | null;
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
      env: { ...process.env, NODE_COMPILE_CACHE: options.compileCache ?? undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    let stdout = '';
    let stderr = '';
    let endedBy: string | undefined;
    const end = (why: string) => {
      endedBy ??= why;
      killGroup(child);
    };
    const onAbort = () => end('interrupted');
    const timer = setTimeout(() => end(`no answer within ${options.timeoutMs / 1000} s`), options.timeoutMs);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      // The report is the last line; an engine that talks all the time must not fill the memory.
      if (stdout.length > 2 * LONGEST_REPORT) stdout = stdout.slice(-LONGEST_REPORT);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-LONGEST_STDERR);
    });
    const settle = (report: TrialReport) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      resolve(report);
    };
    child.on('error', (error) => settle(failed(`the trial cannot be started: ${error.message}`)));
    // A program that the trial left behind may hold the pipes open for ever.
    child.on('exit', () => setTimeout(() => child.stdout.destroy(), PIPE_GRACE_MS).unref());
    child.on('close', (code, signal) => {
      killGroup(child);
      if (endedBy !== undefined) return settle(failed(endedBy));
      const report = code === 0 ? readReport(stdout) : undefined;
      settle(report ?? failed(crashLine(code, signal, stderr)));
    });
  });
}

function readReport(stdout: string): TrialReport | undefined {
  const line = stdout.split('\n').findLast((text) => text.startsWith(LINE_MARK));
  if (line === undefined) return undefined;
  try {
    const { nativeFiles, ...report } = lineSchema.parse(JSON.parse(line.slice(LINE_MARK.length)));
    return { ...report, addons: nativeFiles.map(fingerprint) };
  } catch (error) {
    return failed(`the trial's report cannot be read: ${messageOf(error)}`);
  }
}

const hashes = new Map<string, string>();

/** Hashed once for each state of the file: tens of megabytes, and the same in every trial. */
function fingerprint(file: string): { file: string; sha256: string } {
  const { size, mtimeMs, ino } = statSync(file);
  const key = `${file} ${size} ${mtimeMs} ${ino}`;
  const sha256 = hashes.get(key) ?? createHash('sha256').update(readFileSync(file)).digest('hex');
  hashes.set(key, sha256);
  return { file: basename(file), sha256 };
}

/** Ends the trial and what it started; its processes share a group. */
function killGroup(child: ChildProcess): void {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

function crashLine(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const why = code === 13 ? 'a promise never settled' : lastWords(stderr);
  return `the trial process ended by ${how}${why === undefined ? '' : `: ${why}`}`;
}

/** The line of a crash that says what happened: not the stack below it and not Node's version at the end. */
function lastWords(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(at |Node\.js v)/.test(line));
  return lines.findLast((line) => /^\w*Error\b|panicked at|FATAL ERROR|Assertion/.test(line)) ?? lines.at(-1);
}

function failed(error: string): TrialReport {
  return { state: 'failed', error, addons: [] };
}
