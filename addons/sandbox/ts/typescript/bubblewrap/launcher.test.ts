import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LAYERS } from '../../contract.ts';
import { bubblewrapLauncher } from './index.ts';
import { trusted } from './program.ts';
import { gather, newRoot, policyOf, requestOf, runIn, shellIn, UNUSABLE } from './testing/confined.ts';

describe.skipIf(UNUSABLE !== undefined)('a run', () => {
  test('words reach the program byte for byte', async () => {
    const words = [
      '',
      ' ',
      '-n',
      '--',
      '$(id)',
      '`id`',
      '"',
      "'",
      '\\',
      'a\nb',
      'ü€\u{1f600}',
      '*',
      'x'.repeat(100_000),
      '-e',
    ];
    const { stdout, exitCode } = await runIn(policyOf(newRoot()), ['printf', '%s\\0', ...words]);
    expect([stdout, exitCode]).toEqual([`${words.join('\0')}\0`, 0]);
  });

  test('input, output and errors pass, exit codes and signals are told apart', async () => {
    const policy = policyOf(newRoot());
    expect(await runIn(policy, ['cat'], {}, 'hello')).toEqual({
      exitCode: 0,
      signal: null,
      stdout: 'hello',
      stderr: '',
    });
    expect(await shellIn(policy, 'echo bwrap: mine >&2; exit 7')).toMatchObject({
      exitCode: 7,
      signal: null,
      stderr: 'bwrap: mine\n',
    });
    expect(await shellIn(policy, 'exit 255')).toMatchObject({ exitCode: 255, signal: null });
    expect(await shellIn(policy, 'kill -SEGV $$')).toMatchObject({ exitCode: null, signal: 'SIGSEGV' });
  });

  test('a program that is not there, or is none, is told apart from one that fails', async () => {
    const root = newRoot();
    const policy = policyOf(root);
    writeFileSync(join(root, 'plain'), 'x');
    for (const name of ['no-such-program', '/no/such', `${root}/plain`, root, './plain/x', 'a\nb: c']) {
      await expect(runIn(policy, [name])).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' });
    }
    expect(await shellIn(policy, 'exit 127')).toMatchObject({ exitCode: 127 });
    await expect(runIn(policy, ['true', 'x'.repeat(300_000)])).rejects.toMatchObject({ code: 'ERR_LAUNCH' });
    await expect(runIn(policy, ['true'], { cwd: `${root}/gone` })).rejects.toMatchObject({
      code: 'ERR_LAUNCH',
      message: expect.stringContaining('chdir'),
    });
  });

  test("the environment is the one asked for, and the host's is nowhere", async () => {
    process.env.PAIRBENCH_SECRET_PROBE = 'sesame';
    onTestFinished(() => {
      delete process.env.PAIRBENCH_SECRET_PROBE;
    });
    const request = { env: ['PATH=/usr/bin', 'EMPTY=', 'A=b=c\n d', 'TOKEN=inside'] };
    const all = await runIn(policyOf(newRoot()), ['env', '-0'], request);
    // bwrap sets the working directory's name itself.
    expect(all.stdout.split('\0').filter((entry) => entry !== '' && !entry.startsWith('PWD='))).toEqual(
      request.env,
    );
    const first = await shellIn(
      policyOf(newRoot()),
      'cat /proc/[0-9]*/environ /proc/1/cmdline | tr "\\0" "\\n"; echo end',
    );
    expect(first.stdout).not.toMatch(/sesame|--setenv/);
    expect(first.stdout).toMatch(/end/);
  });

  test('nothing of the host is open but 0, 1 and 2', async () => {
    const { stdout } = await shellIn(policyOf(newRoot()), 'for f in /proc/$$/fd/*; do readlink $f; done');
    expect(
      stdout.split('\n').filter((line) => line !== '' && line !== '/dev/null' && !line.startsWith('socket:')),
    ).toEqual([]);
    expect(stdout.match(/socket:/g)).toHaveLength(3);
  });

  test('no capability, no new privileges, a session of its own, no process of the host', async () => {
    const { stdout } = await shellIn(
      policyOf(newRoot()),
      'grep -E "^(Cap|NoNewPrivs|Seccomp:)" /proc/self/status; ls -d /proc/[0-9]* | wc -l; cut -d" " -f7 /proc/self/stat',
    );
    expect(stdout.match(/^Cap\w+:\s+0{16}$/gm)).toHaveLength(5);
    expect(stdout).toMatch(/NoNewPrivs:\s+1\nSeccomp:\s+2\n/);
    const [processes, terminal] = stdout.trim().split('\n').slice(-2).map(Number);
    expect(processes).toBeLessThan(6);
    expect(terminal).toBe(0);
  });

  test('kill ends the whole tree, also what left its session', async () => {
    const policy = policyOf(newRoot());
    const launcher = bubblewrapLauncher(policy);
    const line = 'setsid sh -c "sleep 1000 & sleep 1000" & (sleep 1000 &) ; echo started; wait; sleep 1000';
    const launched = launcher.launch(requestOf(policy, ['sh', '-c', line]));
    const outcome = gather(launched);
    await new Promise((resolve) => launched.stdout.once('data', resolve));
    const start = performance.now();
    launched.kill();
    launched.kill();
    expect(await outcome).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect(performance.now() - start).toBeLessThan(2_000);
    // Its pipes ended too: nobody is left to hold them.
    const soon = launcher.launch(requestOf(policy, ['sleep', '1000']));
    soon.kill();
    expect(await gather(soon)).toMatchObject({ signal: 'SIGKILL' });
  });

  test('what a program leaves behind ends with it', async () => {
    const { stdout } = await shellIn(policyOf(newRoot()), '(setsid sleep 1000 &) ; echo done');
    expect(stdout).toBe('done\n');
  });

  test('limits hold', async () => {
    const policy = policyOf(newRoot());
    const limits = {
      ...requestOf(policy, ['x']).limits,
      fileBytes: 1000,
      descriptors: 20,
      temporaryBytes: 4 * 2 ** 20,
    };
    const { stdout } = await shellIn(policy, 'ulimit -n; ulimit -c; head -c 5000 /dev/zero > f; wc -c < f', {
      limits,
    });
    expect(stdout).toBe('20\n0\n1000\n');
    const full = await shellIn(policy, 'head -c 9000000 /dev/zero > /tmp/f; wc -c < /tmp/f', {
      limits: { ...limits, fileBytes: 1e9 },
    });
    expect(Number(full.stdout)).toBeLessThanOrEqual(4 * 2 ** 20);
  });
});

describe('capabilities', () => {
  test.skipIf(UNUSABLE !== undefined)(
    'say what is given and what is not; required layers are refused before anything starts',
    () => {
      const root = newRoot();
      const { layers, missing, launcher, network } = bubblewrapLauncher(policyOf(root)).capabilities();
      expect([launcher, network]).toEqual(['bubblewrap', 'none']);
      expect([...layers, ...missing.map(({ layer }) => layer)].sort()).toEqual([...LAYERS].sort());
      expect(missing.map(({ layer }) => layer)).toEqual(expect.arrayContaining(['landlock', 'names']));
      const required = policyOf(root, { required: true });
      expect(() => bubblewrapLauncher(required).launch(requestOf(required, ['true']))).toThrow(
        expect.objectContaining({ code: 'ERR_ENFORCEMENT', missing }),
      );
    },
  );

  test('without bwrap nothing runs, also with the best effort', () => {
    const policy = policyOf(newRoot());
    const launcher = bubblewrapLauncher(policy, { path: '/no/such/bwrap' });
    expect(launcher.capabilities()).toMatchObject({ layers: [], network: 'none' });
    expect(() => launcher.launch(requestOf(policy, ['true']))).toThrow(
      expect.objectContaining({ code: 'ERR_ENFORCEMENT' }),
    );
  });

  test('a program that others could have put there is not taken', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pairbench-bwrap-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, 'bwrap');
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
    expect(trusted(path, [])).toBe(path);
    expect(trusted(path, [directory])).toBeUndefined();
    chmodSync(directory, 0o777);
    expect(trusted(path, [])).toBeUndefined();
    chmodSync(directory, 0o755);
    chmodSync(path, 0o775);
    expect(trusted(path, [])).toBeUndefined();
  });
});
