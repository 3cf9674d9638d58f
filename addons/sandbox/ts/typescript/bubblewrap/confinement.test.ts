import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { proxyEnvironment } from '../../network/environment.ts';
import { createProxy } from '../../network/proxy.ts';
import type { ProtectedPattern } from '../../policy/compiled.ts';
import { findProgram } from './program.ts';
import { newRoot, policyOf, shellIn, UNUSABLE } from './testing/confined.ts';

const PROTECTED: ProtectedPattern[] = [
  { components: ['.git', 'hooks'], below: true },
  { components: ['.git', 'config'], below: true },
  { components: ['.bashrc'], below: true },
  { components: ['kept'], below: false },
];

describe.skipIf(UNUSABLE !== undefined)('files', () => {
  test("the root is written, nothing else is; the host's /tmp is not there", async () => {
    const root = newRoot();
    writeFileSync(join(dirname(root), 'beside'), 'secret');
    symlinkSync(join(dirname(root), 'beside'), join(root, 'link'));
    const { stdout } = await shellIn(
      policyOf(root),
      'echo a > f; cat f; cat ../beside; cat link; echo x > ../beside2; echo x > link; ls /etc/passwd /root /home; touch /usr/x /x /dev/x',
    );
    // What is written beside the root is in the run's own /tmp, and gone with it.
    expect(stdout).toBe('a\n');
    expect(readFileSync(join(root, 'f'), 'utf8')).toBe('a\n');
    expect(readFileSync(join(dirname(root), 'beside'), 'utf8')).toBe('secret');
    expect(existsSync(join(dirname(root), 'beside2'))).toBe(false);
  });

  test("the kernel's switches are not written, by the host's root either", async () => {
    const { stdout } = await shellIn(
      policyOf(newRoot()),
      'for f in vm/swappiness kernel/core_pattern; do [ -e /proc/sys/$f ] && echo here; (: >> /proc/sys/$f) && echo open; done; (: >> /proc/sysrq-trigger) && [ ! -c /proc/sysrq-trigger ] && echo open',
    );
    expect(stdout).toBe('here\nhere\n');
  });

  test('protected entries at the top of a root stay, and so do their ancestors', async () => {
    const root = newRoot();
    mkdirSync(join(root, '.GIT/hooks'), { recursive: true });
    writeFileSync(join(root, '.GIT/config'), 'old');
    writeFileSync(join(root, '.bashrc'), 'old');
    mkdirSync(join(root, 'kept'));
    const attempts = [
      'echo x > .GIT/hooks/h',
      'echo x > .GIT/config',
      'rm .GIT/config',
      'mv .GIT aside',
      'mv .GIT/hooks aside',
      'echo x > .bashrc',
      'mv .bashrc b',
      'rm -r kept',
      'mv kept k',
    ];
    const { stdout } = await shellIn(
      policyOf(root, { protected: PROTECTED }),
      `${attempts.map((line) => `(${line}) && echo "did ${line}"`).join('; ')}; echo y > .GIT/index; echo z > kept/f; cat .GIT/index kept/f`,
    );
    expect(stdout).toBe('y\nz\n');
    expect([
      readFileSync(join(root, '.GIT/config'), 'utf8'),
      readFileSync(join(root, '.bashrc'), 'utf8'),
    ]).toEqual(['old', 'old']);
  });

  test('rules and private paths hold, a grant lifts a confirm and no deny', async () => {
    const root = newRoot();
    for (const name of ['hidden', 'asked/part', 'frozen', 'state'])
      mkdirSync(join(root, name), { recursive: true });
    for (const name of ['hidden/f', 'asked/f', 'asked/part/f', 'frozen/f', 'state/f', 'word'])
      writeFileSync(join(root, name), `${name}\n`);
    const rule = (path: string, intents: ('read' | 'write')[], decision: 'deny' | 'confirm') => ({
      id: path,
      path: join(root, path),
      intents,
      decision,
    });
    const policy = policyOf(root, {
      paths: [
        rule('hidden', ['read'], 'deny'),
        rule('word', ['read'], 'deny'),
        rule('asked', ['read', 'write'], 'confirm'),
        rule('frozen', ['write'], 'deny'),
      ],
      private: [join(root, 'state')],
    });
    const line =
      'cat hidden/f word asked/f asked/part/f frozen/f state/f; echo x > frozen/f; chmod 777 hidden word; ls hidden asked state; (mv frozen g) && echo moved; (echo n > asked/part/n) && echo wrote';
    expect((await shellIn(policy, line)).stdout).toBe('frozen/f\n');
    const read = { id: 'g', path: join(root, 'asked/part'), intents: ['read'] as const };
    expect((await shellIn(policy, line, { grants: [read] })).stdout).toBe('asked/part/f\nfrozen/f\n');
    const all = [
      { ...read, intents: ['read', 'write'] as const },
      { id: 'h', path: join(root, 'hidden'), intents: ['read'] as const },
    ];
    expect((await shellIn(policy, line, { grants: all })).stdout).toBe('asked/part/f\nfrozen/f\nwrote\n');
  });

  test('a root inside a root has its own access; a root that was swapped is refused', async () => {
    const root = newRoot();
    mkdirSync(join(root, 'inner'));
    const inner = policyOf(join(root, 'inner')).roots[0];
    const policy = policyOf(root);
    const both = {
      ...policy,
      roots: [...policy.roots, { ...(inner as NonNullable<typeof inner>), access: 'read' as const }],
    };
    expect((await shellIn(both, 'touch f; touch inner/f; ls -A . inner')).stdout).toBe(
      '.:\nf\ninner\n\ninner:\n',
    );
    renameSync(root, `${root}-old`);
    mkdirSync(root);
    await expect(shellIn(policy, 'true')).rejects.toMatchObject({ code: 'ERR_LAUNCH', step: 'mounts' });
  });
});

describe.skipIf(UNUSABLE !== undefined)('network', () => {
  test('there is none', async () => {
    const { stdout } = await shellIn(
      policyOf(newRoot()),
      'cat /proc/net/dev | grep -vc "lo:\\||"; (exec 3<>/dev/tcp/127.0.0.1/80) && echo connected',
    );
    expect(stdout).toBe('0\n');
  });

  const lacking = ['socat', 'nsenter', 'curl'].filter((name) => findProgram(name, []) === undefined);
  test.skipIf(lacking.length > 0)('with domains, the proxy is reached and nothing else', async () => {
    const upstream = createServer((_, response) => void response.end('from outside'));
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void upstream.close());
    const { port } = upstream.address() as AddressInfo;
    const proxy = createProxy({
      domains: ['a.example'],
      ports: [port],
      lookup: async () => ['127.0.0.1'],
      allowPrivate: true,
    });
    onTestFinished(() => proxy.close());
    const policy = policyOf(newRoot(), { domains: ['a.example'], ports: [port] });
    const more = {
      proxy: { port: 3128, serve: proxy.serve },
      env: ['PATH=/usr/bin', ...proxyEnvironment(3128, proxy.token)],
    };
    const line = `curl -s http://a.example:${port}/; echo; curl -s http://b.example:${port}/; curl -sp http://a.example:${port}/; echo; curl -s --noproxy "*" http://127.0.0.1:${port}/ || echo no route; unset http_proxy; curl -s -x http://127.0.0.1:3128 http://a.example:${port}/`;
    const { stdout } = await shellIn(policy, line, more);
    expect(stdout).toBe(
      'from outside\npairbench sandbox: the policy does not list this host\nfrom outside\nno route\npairbench sandbox: the token is missing or wrong\n',
    );
  });
});
