/** Other ways to start a program. Each note says what confines it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { Peer } from 'pairbench/define';
import type { Engine, Workspace } from './engine.ts';

const STARTS = ['start'];

/** Its exit code and its output, once it has ended and both streams are closed. */
function ended(child: ChildProcess): Promise<string> {
  const pieces: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdin?.end();
  child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr?.resume();
  child.on('error', reject);
  child.on('close', (code) => resolve(`${code} ${Buffer.concat(pieces)}`));
  return promise;
}

const only = (work: Partial<Workspace>) => work as Workspace;

const plainSpawn: Engine = {
  open: ({ roots: [root] }) =>
    only({
      run: ([program = '', ...args]) =>
        ended(spawn(program, args, { cwd: root?.path as string, stdio: 'pipe' })),
    }),
};

/** Every namespace, no capability, a /dev, /proc and /tmp of its own: without Landlock, filter, watched names or limits. */
const bubblewrap: Engine = {
  open: ({ roots }) => {
    const binds = roots.flatMap(({ path }) => ['--bind', path, path]);
    const view = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', ...binds];
    const flags = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'];
    const cwd = ['--chdir', roots[0]?.path as string];
    return only({
      run: (argv) => ended(spawn('bwrap', [...view, ...flags, ...cwd, '--', ...argv], { stdio: 'pipe' })),
    });
  },
};

async function sandboxRuntime(): Promise<Engine> {
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');
  return {
    async open({ roots }) {
      const allowWrite = roots.map(({ path }) => path);
      process.chdir(allowWrite[0] as string);
      await SandboxManager.initialize({
        network: { allowedDomains: [], deniedDomains: [] },
        filesystem: { denyRead: [], allowWrite, denyWrite: [] },
      });
      // Its proxies would keep the trial alive.
      process.on('beforeExit', () => void SandboxManager.reset());
      return only({
        run: async (argv) =>
          ended(spawn(await SandboxManager.wrapWithSandbox(argv.join(' ')), { shell: true, stdio: 'pipe' })),
      });
    },
  };
}

/** The same acts on paths, by whoever may do them: no verdict, no descriptor, and a write that a reader sees half. */
const plainFiles: Engine = {
  open: () =>
    only({
      read: (path) => readFile(path),
      write: (path, data) => writeFile(path, data, { flush: true }),
      list: async (path) => (await readdir(path)).sort(),
    }),
};

export const peers = [
  {
    id: 'plain-spawn',
    load: async () => plainSpawn,
    cases: STARTS,
    control: true,
    note: 'a control: child_process.spawn, nothing confined.',
  },
  {
    id: 'bubblewrap',
    load: async () => bubblewrap,
    cases: STARTS,
    note: 'bwrap of the distribution, every namespace and no capability: five layers of the twelve. No Landlock, no filter of system calls, no watched names, no limits.',
  },
  {
    id: 'sandbox-runtime',
    load: sandboxRuntime,
    cases: [],
    slowCases: STARTS,
    note: '@anthropic-ai/sandbox-runtime by its library (wrapWithSandbox, then a shell): bubblewrap, its filter and its bridges. What `initialize` takes once is not in the figure.',
  },
  {
    id: 'plain-fs',
    load: async () => plainFiles,
    cases: ['read-4k', 'write-4k', 'list-1000'],
    control: true,
    note: 'a control: node:fs/promises on the path, no verdict and no protection from a link that is swapped.',
  },
] satisfies Peer<Engine>[];
