/** Policies that must not be taken for leave: rules on commands, empty and faulty lists. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Policy, SandboxError } from '../contract.ts';
import type { Ground } from '../testing/ground.ts';
import { laxProxy, listenTcp } from '../testing/roles.ts';
import type { Finding, HostCase, MakeSandbox } from './case.ts';
import { met } from './oracles.ts';

const rule = { id: 'no-push', command: ['git', 'push'], decision: 'deny' } as const;

/** Lines that end in what the rule denies, dressed up. */
const dressed: readonly (readonly string[])[] = [
  ['git', 'push'],
  ['git', 'push', '--force'],
  ['/usr/bin/git', 'push'],
  ['./git', 'push'],
  ['../../usr/bin/git', 'push'],
  ['sh', '-c', `${'git status; '.repeat(60)}git push`],
  ['sh', '-c', `${'true && '.repeat(10_000)}git push`],
  ['bash', '-c', '$(echo git) push'],
  ['bash', '-c', '{git,push}'],
  ['bash', '-c', 'git\u00a0push'],
  ['bash', '-c', 'git status\rgit push'],
  ['bash', '-c', 'cat <<E\n$(git push)\nE'],
  ['env', 'git', 'push'],
  ['xargs', 'git', 'push'],
  ['nice', '-n', '5', 'git', 'push'],
  ['timeout', '5', 'git', 'push'],
];

const allowed = (ground: Ground, make: MakeSandbox, more: Partial<Policy>): Promise<Finding> =>
  using(make, ground.policy(more), (sandbox) => {
    const passed = dressed.filter(
      ([command, ...rest]) => sandbox.evaluateCommand(command as string, rest).decision === 'allow',
    );
    return passed.length === 0
      ? undefined
      : `allowed: ${passed.map((words) => words.join(' ').slice(-40)).join(' | ')}`;
  });

async function using(
  make: MakeSandbox,
  policy: Policy,
  act: (sandbox: Awaited<ReturnType<MakeSandbox>>) => Finding | Promise<Finding>,
): Promise<Finding> {
  const sandbox = await make(policy);
  try {
    return await act(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** Policies that are not policies. Each must be refused as it is read. */
const faulty = (ground: Ground): Record<string, unknown> => {
  const { roots } = ground.policy();
  const base = ground.policy() as unknown as Record<string, unknown>;
  const domains = (...all: unknown[]) => ({ ...base, network: { domains: all } });
  return {
    'empty domain': domains(''),
    'bare star': domains('*'),
    'star and dot': domains('*.'),
    'star inside': domains('a.*.com'),
    'a URL': domains('https://example.com'),
    'a blank': domains('exam ple.com'),
    'a NUL': domains('evil\0.example.com'),
    'an address': domains('169.254.169.254'),
    'no string': domains(7),
    'domains undefined': { ...base, network: {} },
    'unknown key': { ...base, netwrok: { domains: [] } },
    'no roots': { ...base, roots: [] },
    'the whole file system': { ...base, roots: [{ path: '/', access: 'write' }] },
    'relative root': { ...base, roots: [{ path: 'w', access: 'write' }] },
    'no version': { ...base, version: undefined },
    'unknown profile': { ...base, profile: 'lax' },
    'negative limit': { ...base, limits: { processes: -1 } },
    'limit NaN': { ...base, limits: { memoryBytes: Number.NaN } },
    'truthy decision': { ...base, unknownCommands: 'Allow' },
    'root with NUL': { ...base, roots: [...roots, { path: `${ground.w}\0/../outside`, access: 'write' }] },
    'rule that fails its example': {
      ...base,
      commands: [{ ...rule, examples: { match: [['git', 'pull']] } }],
    },
  };
};

export const rules: readonly HostCase[] = [
  {
    id: 'E05',
    title: 'A denied command in sixteen disguises, when unknown ones are asked for',
    layers: ['processes'],
    host: (ground, make) => allowed(ground, make, { commands: [rule], unknownCommands: 'confirm' }),
    // A rule that looks for words in front of a string lets most of them pass.
    control: async () => {
      const passed = dressed.filter((words) => !words.join(' ').startsWith('git push'));
      return passed.length === 0 ? undefined : `${passed.length} would pass`;
    },
    hostTwin: (ground, make) =>
      using(
        make,
        ground.policy({ commands: [rule, { id: 'log', command: ['git', 'log'], decision: 'allow' }] }),
        (sandbox) => {
          const { decision } = sandbox.evaluateCommand('git', ['log']);
          return decision === 'allow' ? undefined : `git log: ${decision}`;
        },
      ),
  },
  {
    id: 'N12',
    title: 'An allowed name that leads to the host itself: refused in the policy, or not dialled',
    layers: ['network'],
    host: async (ground, make) => {
      const port = await listenTcp(ground, '127.0.0.1');
      const network = { domains: ['localhost', hostname()], ports: [port] };
      try {
        await using(make, ground.policy({ network }), async (sandbox) => {
          const requests = network.domains.map((name) => `CONNECT ${name}:${port} HTTP/1.1`);
          await sandbox.execute(ground.binary, ['proxy', ...requests]);
          return undefined;
        });
      } catch (error) {
        if ((error as SandboxError).code !== 'ERR_POLICY') throw error;
      }
      return met(ground);
    },
    control: async (ground) => {
      const port = await listenTcp(ground, '127.0.0.1');
      const proxy = await laxProxy(ground);
      const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy}` };
      const attack = spawn(ground.binary, ['proxy', `CONNECT localhost:${port} HTTP/1.1`], {
        env,
        stdio: 'ignore',
      });
      await once(attack, 'exit');
      return met(ground);
    },
    hostTwin: (ground, make) =>
      using(make, ground.policy({ network: { domains: ['allowed.test'] } }), async (sandbox) => {
        const { exitCode } = await sandbox.execute(ground.binary, ['arguments', 'x']);
        return exitCode === 0 ? undefined : `exit code ${exitCode}`;
      }),
  },
  {
    id: 'N15',
    title: 'Empty, missing and faulty lists are refused, or mean nothing at all',
    layers: ['network', 'mounts'],
    host: async (ground, make) => {
      const accepted: string[] = [];
      for (const [what, policy] of Object.entries(faulty(ground))) {
        try {
          const sandbox = await make(policy as Policy);
          await sandbox.close();
          accepted.push(what);
        } catch (error) {
          if ((error as SandboxError).code !== 'ERR_POLICY')
            accepted.push(`${what} (${String(error).slice(0, 80)})`);
        }
      }
      const empty = await using(make, ground.policy({ network: { domains: [] } }), (sandbox) =>
        sandbox.capabilities().network === 'none' ? undefined : 'an empty list opens the network',
      );
      return empty ?? (accepted.length === 0 ? undefined : `accepted: ${accepted.join(', ')}`);
    },
    control: {
      nonePossible:
        'a refusal to read has no counterpart without a reader; the twin shows that policies are read',
    },
    hostTwin: (ground, make) =>
      using(make, ground.policy({ network: { domains: ['example.com', '*.example.org'] } }), () => undefined),
  },
];
