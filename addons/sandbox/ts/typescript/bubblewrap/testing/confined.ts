/** Runs for the launcher's tests: a policy with one root in a new directory, and all that a run gave. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Launched, LaunchRequest } from '../../../core.ts';
import type { CompiledPolicy } from '../../../policy/compiled.ts';
import { bubblewrapLauncher } from '../index.ts';
import { findBubblewrap } from '../program.ts';

const found = findBubblewrap([]);
/** Undefined where the tests can run. */
export const UNUSABLE: string | undefined = 'why' in found ? found.why : undefined;
if (UNUSABLE !== undefined) console.warn(`bubblewrap tests are skipped: ${UNUSABLE}`);

export function newRoot(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'pairbench-bwrap-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const root = join(directory, 'root');
  mkdirSync(root);
  return root;
}

export function policyOf(root: string, more: Partial<CompiledPolicy> = {}): CompiledPolicy {
  const { dev, ino } = statSync(root, { bigint: true });
  return {
    version: 1,
    profile: 'workspace',
    roots: [{ path: root, access: 'write', device: `${dev}`, inode: `${ino}` }],
    system: ['/usr', '/etc/ld.so.cache', '/etc/alternatives'],
    systemLinks: ['bin', 'lib', 'lib64', 'sbin'].map((name) => ({ path: `/${name}`, target: `usr/${name}` })),
    protected: [],
    private: [],
    hidden: true,
    symlinks: true,
    executeInRoots: true,
    paths: [],
    commands: [],
    unknownCommands: 'allow',
    domains: [],
    ports: [80, 443],
    environment: { pass: [], set: {} },
    limits: {
      timeoutMs: 120_000,
      processes: 512,
      memoryBytes: 4 * 2 ** 30,
      fileBytes: 2 ** 30,
      temporaryBytes: 256 * 2 ** 20,
      descriptors: 1024,
      outputBytes: 2 ** 20,
    },
    required: false,
    ...more,
  };
}

export function requestOf(
  policy: CompiledPolicy,
  argv: readonly string[],
  more: Partial<LaunchRequest> = {},
): LaunchRequest {
  const { processes, memoryBytes, fileBytes, temporaryBytes, descriptors } = policy.limits;
  return {
    argv,
    env: ['PATH=/usr/bin:/bin', 'HOME=/tmp/home'],
    cwd: policy.roots[0]?.path as string,
    limits: { processes, memoryBytes, fileBytes, temporaryBytes, descriptors },
    grants: [],
    ...more,
  };
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts and gathers; `error` is what `ended` rejected with. */
export async function runIn(
  policy: CompiledPolicy,
  argv: readonly string[],
  more: Partial<LaunchRequest> = {},
  input = '',
): Promise<Outcome> {
  const launcher = bubblewrapLauncher(policy);
  onTestFinished(() => launcher.close());
  return gather(launcher.launch(requestOf(policy, argv, more)), input);
}

export async function gather(launched: Launched, input = ''): Promise<Outcome> {
  launched.stdin.end(input);
  const texts = Promise.all([textOf(launched.stdout), textOf(launched.stderr)]);
  const { exitCode, signal } = await launched.ended;
  const [stdout, stderr] = await texts;
  return { exitCode, signal, stdout, stderr };
}

/** A shell line, for what is tried inside. */
export function shellIn(
  policy: CompiledPolicy,
  line: string,
  more: Partial<LaunchRequest> = {},
): Promise<Outcome> {
  return runIn(policy, ['sh', '-c', line], more);
}

async function textOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
