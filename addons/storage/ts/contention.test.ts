import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Random } from '@pairbench/testing';
import { expect, it } from 'vitest';
import { type EngineId, engineIds, openEventLogOf } from './testing/engines.ts';
import { temporaryPath } from './testing/temporary-dir.ts';

const CONTENDER = fileURLToPath(new URL('./testing/contender.ts', import.meta.url));
const PROCESSES = 8;
const KILLS = 24;
const KILL_EVERY_MS = 150;

it('I1 I9 I14: eight processes of both engines fight for a log, holders are killed: no number twice, nothing lost', async () => {
  const dir = temporaryPath();
  const random = new Random(17);
  const told: string[] = [];
  const failures: string[] = [];
  const running = new Map<ChildProcess, { engine: EngineId; ended: Promise<void> }>();
  let started = 0;
  const start = (engine: EngineId) => {
    started += 1;
    const child = spawn(process.execPath, [CONTENDER, engine, dir, `p${started}`]);
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() as string;
      told.push(...lines);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => failures.push(text));
    const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
    running.set(child, { engine, ended });
  };
  for (let index = 0; index < PROCESSES; index += 1) start(engineIds[index % engineIds.length] as EngineId);
  await until(() => told.length > 20 || failures.length > 0);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, KILL_EVERY_MS));
    const victim = random.pick([...running.keys()]);
    const { engine } = running.get(victim) as { engine: EngineId };
    victim.kill('SIGKILL');
    await running.get(victim)?.ended;
    running.delete(victim);
    start(engine);
  }
  for (const child of running.keys()) child.kill('SIGKILL');
  await Promise.all([...running.values()].map(({ ended }) => ended));
  expect(failures).toEqual([]);

  const numbers = told.map((line) => Number(line.split(' ', 1)[0]));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.length).toBeGreaterThan(100);
  for (const engine of engineIds) {
    const log = openEventLogOf[engine](dir, { lockWaitMs: 5000 });
    const events = [...log.replay()].map(({ bytes }) => bytes.toString());
    log.close();
    for (const line of told) {
      const space = line.indexOf(' ');
      expect(events[Number(line.slice(0, space))]).toBe(line.slice(space + 1));
    }
    expect(new Set(events).size).toBe(events.length);
  }
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
