/** Nothing of a run is left: after its end, after a kill, after the death of the host. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { ENGINES, ground } from '../execution/testing/ground.ts';

const native = ENGINES.find(({ name }) => name === 'native');
const run = test.skipIf(native === undefined || native.skip !== undefined);
const under = native as NonNullable<typeof native>;

const RUNS = 1_000;
const AT_ONCE = 4;
// The promise is 200 ms, which the case sandbox/kill-tree is held to; here a machine may be busy with other tests.
const REAPED_MS = 5_000;

/** Seconds that no other process sleeps: found in its command line. */
const MARK = `86${process.pid}`;

function sleepers(mark = MARK): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  });
}

/** Descriptors and zombies that this process would keep. */
function held() {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return { descriptors: readdirSync('/proc/self/fd').length, children: children.trim() };
}

afterEach(() => expect(sleepers()).toEqual([]));

/** Leaves daemons behind by two forks and sessions of their own. */
const DAEMONS = `(setsid sh -c 'sleep ${MARK} & sleep ${MARK} &') & (sleep ${MARK} &) ; exit 0`;

run(`no orphan in ${RUNS} runs, no zombie, no descriptor`, async () => {
  await using at = ground(under);
  await at.sandbox.execute('true');
  const before = held();
  for (let done = 0; done < RUNS; done += AT_ONCE) {
    const all = Array.from({ length: AT_ONCE }, () => at.sandbox.execute('sh', ['-c', DAEMONS]));
    for (const { exitCode } of await Promise.all(all)) expect(exitCode).toBe(0);
    // After each batch, not at the end alone: an orphan might die by itself meanwhile.
    if (done % 100 === 0) expect(sleepers()).toEqual([]);
  }
  expect(held()).toEqual(before);
});

run('killed and reaped in time, with a tree of its own', async () => {
  await using at = ground(under);
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const controller = new AbortController();
    const begun = Promise.withResolvers<void>();
    const script = `${DAEMONS.replace('exit 0', `echo begun; sleep ${MARK}`)}`;
    const running = at.sandbox.execute('sh', ['-c', script], {
      signal: controller.signal,
      onOutput: () => begun.resolve(),
    });
    await begun.promise;
    const start = performance.now();
    controller.abort();
    await expect(running).rejects.toThrow();
    times.push(performance.now() - start);
    expect(sleepers()).toEqual([]);
  }
  times.sort((a, b) => a - b);
  expect(times[98]).toBeLessThan(REAPED_MS);
});

const HOST = `
import { createSandbox } from ${JSON.stringify(new URL('../native.ts', import.meta.url).href)};
const sandbox = createSandbox({ version: 1, profile: 'workspace', unknownCommands: 'allow',
  roots: [{ path: process.argv.at(-1), access: 'write' }] });
sandbox.execute('sh', ['-c', ${JSON.stringify(DAEMONS.replace('exit 0', `echo begun; sleep ${MARK}`))}], {
  onOutput: () => console.log('begun') });
`;

run.each(['SIGKILL', 'SIGTERM'] as const)('a host that ends by %s takes the tree with it', async (signal) => {
  await using at = ground(under);
  const host = spawn(process.execPath, ['--input-type=module', '-e', HOST, '--', at.root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(host.stdout, 'data');
  expect(sleepers().length).toBeGreaterThan(1);
  host.kill(signal);
  await once(host, 'exit');
  const start = performance.now();
  while (sleepers().length > 0 && performance.now() - start < 5_000) await sleep(5);
  expect(sleepers()).toEqual([]);
  expect(performance.now() - start).toBeLessThan(REAPED_MS);
});
