/**
 * Kills a writer with SIGKILL at a random moment, opens the directory with one engine and then the other, compares with what had been
 * acknowledged, and starts the next writer on the same directory. What it shows: a dying process loses nothing. It says
 * nothing about a power cut, since the system keeps what a killed process wrote.
 * `node kill.ts --cycles 10000 --seed 1`
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@pairbench/testing';
import { engineIds, engineOf } from '../testing/engines.ts';
import { startWriter } from './child.ts';
import { Ledger } from './ledger.ts';

/** The longest a writer lives after its first line. */
const MOST_MS = 120;

export interface KillReport {
  cycles: number;
  events: number;
}

/** Runs `cycles` cycles in a directory of its own, engines in turn. Throws with the cycle and its seed. */
export async function killCycles(cycles: number, seed: number): Promise<KillReport> {
  const dir = mkdtempSync(join(tmpdir(), 'pairbench-kill-'));
  const random = new Random(seed);
  const ledger = new Ledger();
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const durability = random.below(4) === 0 ? 'buffered' : 'flushed';
      const engine = engineIds[cycle % engineIds.length] as (typeof engineIds)[number];
      const writer = startWriter({ engine, dir, seed: seed * 1000 + cycle, durability }, ledger);
      // One in five may also die while it opens.
      if (random.below(5) > 0) await writer.started;
      await new Promise((resolve) => setTimeout(resolve, random.below(MOST_MS)));
      writer.process.kill('SIGKILL');
      const end = await writer.ended;
      const where = `cycle ${cycle} (${engine}, ${durability}, seed ${seed})`;
      if (end !== 'SIGKILL')
        throw new Error(
          `${where}: the writer ended by itself (${end}): ${ledger.failures.join()} ${writer.errors()}`,
        );
      try {
        for (const id of random.below(2) === 0 ? engineIds : engineIds.toReversed())
          ledger.verify(engineOf(id), dir);
      } catch (error) {
        throw new Error(`${where}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
    }
    return { cycles, events: ledger.acknowledged };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { cycles: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
  });
  const { cycles, events } = await killCycles(Number(values.cycles), Number(values.seed));
  process.stdout.write(`${cycles} writers killed, ${events} events acknowledged, none lost\n`);
}
