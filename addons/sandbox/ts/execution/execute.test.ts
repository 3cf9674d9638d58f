import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LAYERS, SandboxError } from '../contract.ts';
import { ENGINES, ground, text } from './testing/ground.ts';

describe.each(ENGINES)('runs on the $name engine', (under) => {
  const run = test.skipIf(under.skip !== undefined);

  run('words arrive byte for byte', async () => {
    await using at = ground(under);
    const words = [
      '',
      'a b',
      '$(id)',
      '`',
      "'",
      '"',
      '-n',
      '--',
      '\n',
      '\r\n',
      'ä',
      '\u{1f600}',
      'x'.repeat(100_000),
    ];
    const { stdout, exitCode } = await at.sandbox.execute('printf', ['<%s>', ...words]);
    expect(exitCode).toBe(0);
    const { stdoutCut } = await at.sandbox.execute('true');
    expect(stdoutCut).toBe(false);
    expect(text(stdout)).toBe(words.map((word) => `<${word}>`).join(''));
  });

  run('exit codes, signals and both streams come back', async () => {
    await using at = ground(under);
    const ended = await at.sandbox.execute('sh', ['-c', 'echo out; echo err >&2; exit 42']);
    expect(ended).toMatchObject({
      exitCode: 42,
      signal: null,
      timedOut: false,
      stdoutBytes: 4,
      stderrBytes: 4,
    });
    expect([text(ended.stdout), text(ended.stderr)]).toEqual(['out\n', 'err\n']);
    const killed = await at.sandbox.execute('sh', ['-c', 'kill -TERM $$']);
    expect([killed.exitCode, killed.signal]).toSatisfy(
      // bubblewrap tells a signal as a shell does.
      ([code, signal]) => signal === 'SIGTERM' || (under.name === 'typescript' && code === 128 + 15),
    );
  });

  run('input is read to its end, and a program need not read it', async () => {
    await using at = ground(under);
    const input = Buffer.alloc(3_000_000, 'line\n');
    const { stdout } = await at.sandbox.execute('wc', ['-c'], { input });
    expect(text(stdout).trim()).toBe('3000000');
    expect((await at.sandbox.execute('true', [], { input })).exitCode).toBe(0);
    expect(text((await at.sandbox.execute('cat')).stdout)).toBe('');
  });

  run('output is cut where the limit says, counted and streamed whole', async () => {
    await using at = ground(under);
    let streamed = 0;
    const { stdout, stdoutBytes, stdoutCut, stderrCut } = await at.sandbox.execute(
      'sh',
      ['-c', 'head -c 5000000 /dev/zero'],
      {
        limits: { outputBytes: 1000 },
        onOutput: (_, { length }) => {
          streamed += length;
        },
      },
    );
    expect([stdout.length, stdoutBytes, stdoutCut, stderrCut, streamed]).toEqual([
      1000,
      5_000_000,
      true,
      false,
      5_000_000,
    ]);
  });

  run('a time-out kills the whole tree, also what holds the pipe', async () => {
    await using at = ground(under);
    const begin = performance.now();
    const { timedOut, signal, stdout } = await at.sandbox.execute(
      'sh',
      ['-c', 'echo begun; (setsid sleep 1000 &) ; sleep 1000 & wait'],
      { limits: { timeoutMs: 300 } },
    );
    expect([timedOut, signal, text(stdout)]).toEqual([true, 'SIGKILL', 'begun\n']);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });

  run('an abort rejects with its reason once everything is gone', async () => {
    await using at = ground(under);
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = at.sandbox.execute('sleep', ['1000'], { signal: controller.signal });
    await sleep(100);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(at.sandbox.execute('true', [], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  run('an abort or a time-out before the program runs is one all the same', async () => {
    await using at = ground(under);
    const reason = new Error('at once');
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController();
      const running = at.sandbox.execute('sleep', ['1000'], { signal: controller.signal });
      setTimeout(() => controller.abort(reason), i / 4);
      await expect(running).rejects.toBe(reason);
      const late = await at.sandbox.execute('sleep', ['1000'], { limits: { timeoutMs: 1 + (i % 6) } });
      expect([late.timedOut, late.exitCode]).toEqual([true, null]);
    }
  });

  run('what onOutput throws ends the run and comes back', async () => {
    await using at = ground(under);
    const fault = new Error('mine');
    const running = at.sandbox.execute('sh', ['-c', 'echo x; sleep 1000'], {
      onOutput: () => {
        throw fault;
      },
    });
    await expect(running).rejects.toBe(fault);
  });

  run('the working directory lies in a root', async () => {
    await using at = ground(under);
    mkdirSync(join(at.root, 'in/ner'), { recursive: true });
    symlinkSync('/usr', join(at.root, 'out'));
    const where = async (cwd: string) => text((await at.sandbox.execute('pwd', [], { cwd })).stdout).trim();
    expect(await where('in/ner')).toBe(join(at.root, 'in/ner'));
    expect(await where(join(at.root, 'in/../in'))).toBe(join(at.root, 'in'));
    for (const cwd of ['/', '/usr', '..', 'out', `${at.root}-evil`, '/proc/self/cwd']) {
      await expect(where(cwd), cwd).rejects.toMatchObject({ code: 'ERR_DENIED' });
    }
    writeFileSync(join(at.root, 'file'), '');
    await expect(where('file')).rejects.toThrow(SandboxError);
    await expect(where('absent')).rejects.toThrow(SandboxError);
  });

  run('a program that is not there, or is none, is told', async () => {
    await using at = ground(under);
    writeFileSync(join(at.root, 'plain'), 'x');
    for (const command of ['there-is-none', '/usr/bin/there-is-none', './plain']) {
      await expect(at.sandbox.execute(command), command).rejects.toMatchObject({
        code: 'ERR_COMMAND_NOT_FOUND',
      });
    }
  });

  run('the environment is scrubbed, and what is set arrives', async () => {
    process.env.PAIRBENCH_TEST_SECRET = 'do not tell';
    try {
      await using at = ground(under, { environment: { set: { FIXED: 'a=b c' } } });
      const { stdout } = await at.sandbox.execute('env', [], { env: { MINE: 'x\ny' } });
      const said = text(stdout);
      expect(said).toContain('FIXED=a=b c\n');
      expect(said).toContain('MINE=x\ny\n');
      expect(said).toContain('HOME=/tmp/home\n');
      expect(said).not.toContain('do not tell');
      await expect(at.sandbox.execute('env', [], { env: { LD_PRELOAD: '/x.so' } })).rejects.toMatchObject({
        code: 'ERR_INVALID_ARG_TYPE',
      });
    } finally {
      delete process.env.PAIRBENCH_TEST_SECRET;
    }
  });

  run('the report says what is in force', async () => {
    await using at = ground(under);
    const { enforcement } = await at.sandbox.execute('true');
    expect(enforcement).toEqual(at.sandbox.capabilities());
    const missing = enforcement.missing.map(({ layer }) => layer);
    expect(new Set([...enforcement.layers, ...missing])).toEqual(new Set(LAYERS));
    if (under.name === 'native') expect(missing).toEqual([]);
  });

  run('limits hold', async () => {
    await using at = ground(under, {
      limits: { fileBytes: 1_000_000, temporaryBytes: 2_000_000, descriptors: 64 },
    });
    const script = 'head -c 3000000 /dev/zero > big; head -c 900000 /dev/zero > /tmp/a; ulimit -n; ulimit -c';
    const { stdout } = await at.sandbox.execute('sh', ['-c', script]);
    if (under.name === 'native') expect(text(stdout)).toBe('64\n0\n');
    expect(readFileSync(join(at.root, 'big')).length).toBeLessThanOrEqual(1_000_000);
    await expect(at.sandbox.execute('true', [], { limits: { timeoutMs: 10 ** 9 } })).rejects.toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
    });
  });

  run('many at once, each with its own words', async () => {
    await using at = ground(under);
    const runs = Array.from({ length: 20 }, (_, i) =>
      at.sandbox.execute('sh', ['-c', `echo ${i}; exit ${i}`]),
    );
    const all = await Promise.all(runs);
    const told = all.map(({ exitCode, stdout }) => [exitCode, text(stdout)]);
    expect(told).toEqual(runs.map((_, i) => [i, `${i}\n`]));
  });

  run('close kills what runs', async () => {
    const at = ground(under);
    const running = at.sandbox.execute('sleep', ['1000']);
    await sleep(100);
    await at.sandbox.close();
    expect((await running).signal).toBe('SIGKILL');
    await expect(at.sandbox.execute('true')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await at[Symbol.asyncDispose]();
  });

  test('bad arguments are typed errors', async () => {
    if (under.skip !== undefined) return;
    await using at = ground(under);
    const bad: [unknown, unknown?, unknown?][] = [
      [''],
      [7],
      ['a\0b'],
      ['\ud800'],
      ['true', 'x'],
      ['true', ['a\0']],
      ['true', ['x'.repeat(200_000)]],
      ['true', [], null],
      ['true', [], { shell: true }],
      ['true', [], { input: 7 }],
      ['true', [], { cwd: 7 }],
      ['true', [], { cwd: 'a\0' }],
      ['true', [], { env: { A: 'x\0' } }],
      ['true', [], { limits: { unknown: 1 } }],
    ];
    for (const [command, args, options] of bad) {
      const running = at.sandbox.execute(command as string, args as string[], options as object);
      await expect(running, JSON.stringify([command, args, options])).rejects.toThrow(SandboxError);
    }
  });
});
