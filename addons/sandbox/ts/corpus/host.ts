/** Host code under attack: what a host does with a sandbox while somebody works against it. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Policy, SandboxError } from '../contract.ts';
import type { Ground } from '../testing/ground.ts';
import type { Finding, HostCase, MakeSandbox } from './case.ts';

const decoder = new TextDecoder();

/** The code of the error that `act` ends with; `undefined` when it ends well. */
async function refusal(act: () => unknown): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return (error as SandboxError).code ?? String(error);
  }
}

const withLink = (ground: Ground) => {
  mkdirSync(ground.in('real'));
  ground.file('real/secret.txt', 'nothing');
  symlinkSync(ground.outside, ground.in('link'));
};

/** Exchanges `real` and `link` from another process while `act` is repeated. */
async function whileFlipping(ground: Ground, ms: number, act: () => Promise<Finding>): Promise<Finding> {
  const flipper = spawn(ground.binary, ['flip', ground.in('real'), ground.in('link'), String(ms)], {
    stdio: 'ignore',
  });
  const over = once(flipper, 'exit');
  try {
    while (flipper.exitCode === null) {
      const found = await act();
      if (found !== undefined) return found;
      // An act that never waits would keep the end of the flipper from being noticed.
      await turn();
    }
  } finally {
    await over;
  }
  return ground.changes();
}

/** What a tool does that checks first and acts then. */
async function naive(ground: Ground, path: string, act: () => void): Promise<void> {
  try {
    const parent = realpathSync(resolve(path, '..'));
    if (parent === ground.w || parent.startsWith(`${ground.w}/`)) act();
  } catch {
    // In the midst of a flip.
  }
}

const settled = async (
  make: MakeSandbox,
  policy: Policy,
  act: (sandbox: Awaited<ReturnType<MakeSandbox>>) => Promise<Finding>,
) => {
  const sandbox = await make(policy);
  try {
    return await act(sandbox);
  } finally {
    await sandbox.close();
  }
};

const writesAndReads = (ground: Ground, make: MakeSandbox) =>
  settled(make, ground.policy(), async (sandbox) => {
    await sandbox.write(ground.in('own.txt'), 'own');
    const read = decoder.decode(await sandbox.read(ground.in('own.txt')));
    return read === 'own' ? undefined : `read ${read}`;
  });

export const host: readonly HostCase[] = [
  {
    id: 'F06c',
    title: 'The host’s own write, while a directory is exchanged with a link',
    layers: ['mounts'],
    setUp: withLink,
    host: (ground, make) =>
      settled(make, ground.policy(), (sandbox) =>
        whileFlipping(ground, 500, async () => {
          await refusal(() => sandbox.write(ground.in('real/file.txt'), 'written by the host'));
          return undefined;
        }),
      ),
    control: (ground) =>
      whileFlipping(ground, 500, async () => {
        const path = ground.in('real/file.txt');
        await naive(ground, path, () => writeFileSync(path, 'written by the host'));
        return undefined;
      }),
    hostTwin: writesAndReads,
  },
  {
    id: 'F06d',
    title: 'The host’s own read, while a directory is exchanged with a link',
    layers: ['mounts'],
    setUp: withLink,
    host: (ground, make) =>
      settled(make, ground.policy(), (sandbox) =>
        whileFlipping(ground, 500, async () => {
          let read = '';
          await refusal(async () => {
            read = decoder.decode(await sandbox.read(ground.in('real/secret.txt')));
          });
          return read.includes(ground.secret) ? 'the secret was read' : undefined;
        }),
      ),
    control: (ground) =>
      whileFlipping(ground, 1500, async () => {
        const path = ground.in('real/secret.txt');
        let read = '';
        await naive(ground, path, () => {
          read = readFileSync(path, 'latin1');
        });
        return read.includes(ground.secret) ? 'the secret was read' : undefined;
      }),
    hostTwin: writesAndReads,
  },
  {
    id: 'F34',
    title: 'The host’s own tools on links, `..` and a sibling’s name',
    layers: ['mounts'],
    setUp: (ground) => {
      symlinkSync(ground.outside, ground.in('link'));
      symlinkSync(ground.secretFile, ground.in('link.txt'));
    },
    host: (ground, make) =>
      settled(make, ground.policy(), async (sandbox) => {
        for (const path of ['link.txt', 'link/secret.txt', '../outside/secret.txt', ground.secretFile]) {
          const code = await refusal(() => sandbox.read(path));
          if (code !== 'ERR_DENIED') return `read ${path}: ${code}`;
        }
        for (const path of [
          'link/new',
          '../w-evil/new',
          `${ground.w}-evil/new`,
          'link.txt/../../outside/x',
          '.git/hooks/x',
        ]) {
          const code = await refusal(() => sandbox.write(path, 'x'));
          if (code === undefined) return `wrote ${path}`;
        }
        const code = await refusal(() => sandbox.list('link'));
        return code === undefined ? 'listed the link' : ground.changes();
      }),
    control: async (ground) => {
      writeFileSync(ground.in('link/new'), 'x');
      return ground.changes();
    },
    hostTwin: writesAndReads,
  },
  {
    id: 'F26a',
    title: 'The root exchanged with a link between the policy and the run',
    layers: ['mounts'],
    host: (ground, make) =>
      settled(make, ground.policy(), async (sandbox) => {
        swapRoot(ground);
        await refusal(() =>
          sandbox.execute(ground.binary, ['create', join(ground.w, 'new.txt')], { cwd: ground.w }),
        );
        await refusal(() => sandbox.write(join(ground.w, 'new2.txt'), 'x'));
        return ground.changes();
      }),
    control: async (ground) => {
      swapRoot(ground);
      writeFileSync(join(ground.w, 'new.txt'), 'x');
      return ground.changes();
    },
    hostTwin: writesAndReads,
  },
  {
    id: 'F26b',
    title: 'Directories on the way to a mount exchanged while runs start',
    layers: ['mounts'],
    setUp: withLink,
    host: (ground, make) =>
      settled(
        make,
        ground.policy({
          roots: [
            { path: ground.w, access: 'write' },
            { path: ground.in('real'), access: 'write' },
            { path: ground.tools, access: 'read' },
          ],
        }),
        (sandbox) =>
          whileFlipping(ground, 600, async () => {
            await refusal(() => sandbox.execute(ground.binary, ['create', ground.in('real/new.txt')]));
            return undefined;
          }),
      ),
    control: (ground) =>
      whileFlipping(ground, 600, async () => {
        const path = ground.in('real/new.txt');
        await refusal(() => execFileSync(ground.binary, ['create', path], { stdio: 'ignore' }));
        return undefined;
      }),
  },
  {
    id: 'E02b',
    title: 'A NUL in a word, a variable or a directory',
    layers: ['processes'],
    host: (ground, make) =>
      settled(make, ground.policy(), async (sandbox) => {
        const acts: Record<string, () => Promise<unknown>> = {
          word: () => sandbox.execute(ground.binary, ['arguments', 'a\0b']),
          program: () => sandbox.execute(`${ground.binary}\0x`, ['arguments']),
          variable: () => sandbox.execute(ground.binary, ['arguments'], { env: { A: 'a\0B=c' } }),
          directory: () => sandbox.execute(ground.binary, ['arguments'], { cwd: `${ground.w}\0x` }),
        };
        for (const [what, act] of Object.entries(acts)) {
          const code = await refusal(act);
          if (code === undefined || !code.startsWith('ERR_')) return `${what}: ${code}`;
        }
        return undefined;
      }),
    control: { nonePossible: 'Node’s own child_process refuses it too' },
  },
  {
    id: 'E01c',
    title: 'Variables that load code, given with the policy or the run',
    layers: ['environment'],
    host: async (ground, make) => {
      for (const name of ['LD_PRELOAD', 'LD_AUDIT', 'LD_LIBRARY_PATH', 'BASH_ENV', 'BASH_FUNC_ls%%']) {
        const env = { [name]: '/nonexistent/x' };
        const found = await settled(make, ground.policy(), async (sandbox) => {
          let shown = '';
          const code = await refusal(async () => {
            const ended = await sandbox.execute(ground.binary, ['environment', name], { env });
            shown = decoder.decode(ended.stdout);
          });
          return code === undefined && shown.includes('nonexistent') ? `${name} arrived` : undefined;
        });
        if (found !== undefined) return found;
      }
      return undefined;
    },
    control: async (ground) => {
      const env = { BASH_ENV: '/nonexistent/x' };
      const shown = execFileSync(ground.binary, ['environment', 'BASH_ENV'], { env }).toString();
      return shown.includes('nonexistent') ? 'BASH_ENV arrived' : undefined;
    },
    hostTwin: (ground, make) =>
      settled(make, ground.policy(), async (sandbox) => {
        const ended = await sandbox.execute(ground.binary, ['environment', 'OWN'], { env: { OWN: 'mine' } });
        return decoder.decode(ended.stdout).includes('mine') ? undefined : 'OWN did not arrive';
      }),
  },
  {
    id: 'E04',
    title: 'A working directory outside, removed, or exchanged with a link',
    layers: ['mounts'],
    setUp: (ground) => {
      mkdirSync(ground.in('gone'));
      symlinkSync(ground.outside, ground.in('link'));
    },
    host: (ground, make) =>
      settled(make, ground.policy(), async (sandbox) => {
        rmSync(ground.in('gone'), { recursive: true });
        for (const cwd of [
          ground.outside,
          ground.evil,
          ground.base,
          '/',
          '..',
          'gone',
          'link',
          `${ground.w}/../w-evil`,
        ]) {
          const code = await refusal(() => sandbox.execute(ground.binary, ['create', 'here'], { cwd }));
          if (code === undefined) return `ran in ${cwd}`;
        }
        return ground.changes();
      }),
    control: async (ground) => {
      execFileSync(ground.binary, ['create', 'here'], { cwd: ground.in('link'), stdio: 'ignore' });
      return ground.changes();
    },
    hostTwin: (ground, make) =>
      settled(make, ground.policy(), async (sandbox) => {
        mkdirSync(ground.in('sub'));
        const { exitCode } = await sandbox.execute(ground.binary, ['create', 'here'], { cwd: 'sub' });
        return exitCode === 0 ? undefined : `exit code ${exitCode}`;
      }),
  },
];

function swapRoot(ground: Ground): void {
  renameSync(ground.w, join(ground.base, 'w-before'));
  symlinkSync(ground.outside, ground.w);
}
