/**
 * The TypeScript engine's launcher on macOS. Never run by its writers, as profile.ts says: until somebody has, take what
 * it reports as a plan. What it cannot give is in `missing`, and a policy that requires all layers is refused.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type Enforcement, LAYERS, type Layer, SandboxError } from '../contract.ts';
import type { Launched, LaunchRequest } from '../core.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';
import type { Launcher } from '../typescript/bubblewrap/index.ts';
import { seatbeltProfile } from './profile.ts';

const PROGRAM = '/usr/bin/sandbox-exec';
/** sandbox-exec's own exit codes, when it cannot execute (`EX_OSERR`) or read the profile (`EX_DATAERR`). */
const COULD_NOT_EXECUTE = 71;
const BAD_PROFILE = 65;

/** Why macOS gives less than the policy may want. */
const WHY_MISSING: Readonly<Partial<Record<Layer, string>>> = {
  mounts: 'macOS has no file system of its own for a process: paths are checked by rules instead',
  landlock: 'Linux only',
  seccomp: 'macOS has no filter of system calls for programs',
  noNewPrivileges:
    'sandbox-exec has no such promise; programs that run as another user are refused by the profile alone',
  capabilities: 'Linux only',
  processes: 'a process that leaves the process group outlives the run, still under the profile',
  network: 'a domain list needs the proxy on a port of the host, which is not wired in here',
  limits: 'not set on macOS',
};

export function seatbeltLauncher(compiled: CompiledPolicy): Launcher {
  const enforcement = seatbeltCapabilities(compiled);
  return {
    capabilities: () => enforcement,
    launch: (request) => launch(compiled, enforcement, request),
    close: () => {},
  };
}

function seatbeltCapabilities(compiled: CompiledPolicy): Enforcement {
  const there = existsSync(PROGRAM);
  const wanted = LAYERS.filter((layer) => layer !== 'network' || compiled.domains.length > 0);
  const missing = wanted.flatMap((layer) => {
    const why = there ? WHY_MISSING[layer] : `${PROGRAM} is not on this host`;
    return why === undefined ? [] : [{ layer, why }];
  });
  const lacking = new Set(missing.map(({ layer }) => layer));
  const layers = there ? LAYERS.filter((layer) => !lacking.has(layer)) : [];
  return { launcher: 'seatbelt', layers, missing, landlockAbi: 0, network: 'none' };
}

function launch(compiled: CompiledPolicy, enforcement: Enforcement, request: LaunchRequest): Launched {
  const { missing } = enforcement;
  // Grants would loosen the profile; not before it has been seen to hold.
  if (!existsSync(PROGRAM) || request.proxy !== undefined || (compiled.required && missing.length > 0)) {
    const list = missing.map(({ layer, why }) => `${layer}: ${why}`).join('; ');
    throw new SandboxError(
      'ERR_ENFORCEMENT',
      `this host cannot confine the command as the policy wants: ${list}`,
      { missing },
    );
  }
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'pairbench-run-')));
  const profile = seatbeltProfile(compiled, { temporary });
  const env = Object.fromEntries(
    request.env.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  const child = spawn(PROGRAM, ['-p', profile, '--', ...request.argv], {
    env: { ...env, TMPDIR: temporary },
    cwd: request.cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session and group of its own: no terminal, and one signal reaches the whole group.
    detached: true,
  });
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Ended by itself.
    }
  };
  child.stdin?.on('error', () => {});
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new SandboxError('ERR_LAUNCH', cause.message, { cause, step: 'spawn' })),
    );
    child.once('exit', (exitCode, signal) => {
      kill();
      if (exitCode === COULD_NOT_EXECUTE) {
        reject(
          new SandboxError(
            'ERR_COMMAND_NOT_FOUND',
            `${JSON.stringify(request.argv[0])} cannot be executed in the sandbox`,
          ),
        );
      } else if (exitCode === BAD_PROFILE) {
        reject(new SandboxError('ERR_LAUNCH', 'sandbox-exec did not take the profile', { step: 'profile' }));
      } else resolve({ exitCode, signal });
    });
  })
    .finally(() => rmSync(temporary, { recursive: true, force: true }))
    .then((end) => ({ ...end, enforcement }));
  ended.catch(() => {});
  return {
    stdin: child.stdin as Writable,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    ended,
    kill,
  };
}
