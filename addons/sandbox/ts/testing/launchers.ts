/** Who starts the attacks: nobody (the control), the usual bubblewrap line (the peer), and our engines. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy, Sandbox, SandboxOptions } from '../contract.ts';
import type { CorpusLauncher, MakeSandbox, RunOutcome, RunRequest } from '../corpus/case.ts';

export const LAUNCHERS = ['native', 'typescript', 'bubblewrap', 'unconfined'] as const;
export type LauncherName = (typeof LAUNCHERS)[number];

/** An attack that keeps its pipes open would hang the corpus: all is cut off this long after the time-out. */
const PATIENCE_MS = 2500;
const TIMEOUT_MS = 10_000;

async function start(
  request: RunRequest,
  argv: readonly string[],
  signal: NodeJS.Signals,
): Promise<RunOutcome> {
  const child = spawn(argv[0] as string, argv.slice(1), {
    cwd: request.cwd,
    env: { ...process.env, ...request.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pieces: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (piece: Buffer) => pieces[0].push(piece));
  child.stderr.on('data', (piece: Buffer) => pieces[1].push(piece));
  let timedOut = false;
  const timeoutMs = request.timeoutMs ?? TIMEOUT_MS;
  const timeout = setTimeout(() => {
    timedOut = true;
    child.kill(signal);
  }, timeoutMs);
  const last = setTimeout(() => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }, timeoutMs + PATIENCE_MS);
  try {
    const [exitCode, ended] = (await once(child, 'close')) as [number | null, string | null];
    const [stdout, stderr] = pieces.map((all) => Buffer.concat(all)) as [Buffer, Buffer];
    return { stdout, stderr, exitCode, signal: ended, timedOut };
  } finally {
    clearTimeout(timeout);
    clearTimeout(last);
  }
}

/** Nothing is confined; the time-out is the one of child_process: a polite signal to the program alone. */
export const unconfined: CorpusLauncher = {
  name: 'unconfined',
  run: (request) => start(request, request.argv, 'SIGTERM'),
};

/**
 * The line that most use: all is there for reading, the roots can be written, existing git hooks and configuration
 * cannot, every namespace is new.
 */
export const plainBubblewrap: CorpusLauncher = {
  name: 'bubblewrap',
  run: (request) => {
    const writable = request.policy.roots.filter((root) => root.access === 'write').map((root) => root.path);
    const kept = writable
      .flatMap((root) => [join(root, '.git/hooks'), join(root, '.git/config')])
      .filter((path) => existsSync(path));
    const line = ['bwrap', '--ro-bind', '/', '/'];
    for (const root of writable) line.push('--bind', root, root);
    for (const path of kept) line.push('--ro-bind', path, path);
    line.push('--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--unshare-all', '--die-with-parent');
    return start(request, [...line, '--', ...request.argv], 'SIGKILL');
  },
};

/** One of our engines; imported when it is first used, since not every host has both. */
export function engine(name: 'native' | 'typescript'): CorpusLauncher {
  const load = async () =>
    (name === 'native' ? await import('../native.ts') : await import('../typescript.ts')) as unknown as {
      createSandbox(policy: Policy, options?: SandboxOptions): Sandbox;
    };
  // bubblewrap has not every layer: what it lacks is what its column is to show.
  const enforcement = name === 'typescript' ? ({ enforcement: 'bestEffort' } as const) : {};
  const createSandbox: MakeSandbox = async (policy, options) =>
    (await load()).createSandbox({ ...policy, ...enforcement }, options);
  return {
    name,
    createSandbox,
    run: async (request) => {
      const timeoutMs = request.timeoutMs ?? TIMEOUT_MS;
      const policy = { ...request.policy, limits: { ...request.policy.limits, timeoutMs } };
      const sandbox = await createSandbox(policy, request.options);
      try {
        const { argv, cwd, env } = request;
        return await sandbox.execute(
          argv[0] as string,
          argv.slice(1),
          env === undefined ? { cwd } : { cwd, env },
        );
      } finally {
        await sandbox.close();
      }
    },
  };
}

export function launcher(name: LauncherName): CorpusLauncher {
  if (name === 'unconfined') return unconfined;
  return name === 'bubblewrap' ? plainBubblewrap : engine(name);
}
