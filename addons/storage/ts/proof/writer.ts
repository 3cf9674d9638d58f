/**
 * A program that writes to a storage directory until it is killed, and says on standard output what it was promised.
 * `node writer.ts --engine native --dir DIR --seed 1 [--commits 40] [--durability buffered]`
 *
 * Lines: `i N` it is about to write events below number N; `e N` every event below N was acknowledged; `v ID V` and
 * `c ID V` the same for version V of checkpoint ID; `x CODE` a call failed; `p CODE` what the next call then said.
 * `m N V` event N holds the bytes made for event V, those between having been refused. Exit 0 after `--commits`, 3 after a failure.
 */

import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@pairbench/testing';
import {
  type Checkpoints,
  type Durability,
  type EventLog,
  type StorageEngine,
  StorageError,
} from '../contract.ts';
import { checkpointOf, eventOf, versionOf } from './contents.ts';

export const SEGMENT_BYTES = 64 * 1024;
const CHECKPOINT_IDS = ['session', 'plan'];
const STDOUT = 1;

function say(line: string): void {
  writeSync(STDOUT, `${line}\n`);
}

/** The parent of what the engine makes: its own entry is this program's to flush. */
function makeDurably(dir: string): void {
  mkdirSync(dir, { recursive: true });
  const parent = openSync(dirname(dir), 'r');
  fsyncSync(parent);
  closeSync(parent);
}

function codeOf(error: unknown): string {
  if (error instanceof StorageError) return error.code;
  return `${error}`;
}

async function pause(turns: number): Promise<void> {
  for (let left = turns; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
}

class Writer {
  private readonly random: Random;
  private readonly log: EventLog;
  private readonly checkpoints: Checkpoints;

  constructor(engine: StorageEngine, dir: string, seed: number, durability: Durability) {
    this.random = new Random(seed);
    const options = { segmentBytes: SEGMENT_BYTES, durability, lockWaitMs: 5000 };
    this.log = engine.openEventLog(join(dir, 'events'), options);
    this.checkpoints = engine.openCheckpoints(join(dir, 'checkpoints'), options);
    say(`e ${this.log.nextSeq}`);
  }

  /** One commit of a kind that chance chooses. */
  async commit(): Promise<void> {
    const pick = this.random.below(100);
    if (pick < 45) this.append();
    else if (pick < 60) this.batch();
    else if (pick < 80) await this.together();
    else if (pick < 95) this.save();
    else this.log.prune(Math.max(this.log.firstSeq, this.log.nextSeq - 200));
  }

  close(): void {
    this.log.close();
    this.checkpoints.close();
  }

  /** What a call says after another one failed. */
  afterFailure(): void {
    try {
      say(`i ${this.log.nextSeq + 1}`);
      this.log.append(eventOf(this.log.nextSeq));
      say(`e ${this.log.nextSeq}`);
    } catch (error) {
      say(`p ${codeOf(error)}`);
    }
  }

  private append(): void {
    const seq = this.log.nextSeq;
    say(`i ${seq + 1}`);
    this.expect(seq, this.log.append(eventOf(seq)));
    say(`e ${seq + 1}`);
  }

  private batch(): void {
    const seq = this.log.nextSeq;
    const count = 1 + this.random.below(20);
    say(`i ${seq + count}`);
    this.expect(seq, this.log.appendBatch(Array.from({ length: count }, (_, i) => eventOf(seq + i))));
    say(`e ${seq + count}`);
  }

  /** Several at once, a plain append between them. */
  private async together(): Promise<void> {
    const seq = this.log.nextSeq;
    const count = 1 + this.random.below(32);
    const plain = this.random.below(2);
    say(`i ${seq + count + plain}`);
    const promises = Array.from({ length: count }, (_, i) => this.log.appendAsync(eventOf(seq + i)));
    let refused: unknown;
    for (const promise of promises) {
      promise.catch((error: unknown) => {
        refused ??= error;
      });
    }
    if (plain === 1) {
      await pause(this.random.below(3));
      if (refused !== undefined) throw refused;
      const number = this.log.append(eventOf(seq + count));
      if (number < seq + count) {
        // Those before it were refused where nobody had heard of it yet: their numbers are given again.
        say(`m ${number} ${seq + count}`);
        say(`e ${number + 1}`);
        await Promise.all(promises);
      }
      this.expect(seq + count, number);
      // A plain append commits what was asked for before it.
      say(`e ${seq + count + 1}`);
    }
    const numbers = await Promise.all(promises);
    numbers.forEach((number, i) => {
      this.expect(seq + i, number);
    });
    say(`e ${seq + count + plain}`);
  }

  private save(): void {
    const id = CHECKPOINT_IDS[this.random.below(CHECKPOINT_IDS.length)] as string;
    const there = this.checkpoints.list().some((entry) => entry.id === id);
    const version = there ? versionOf(this.checkpoints.load(id)) + 1 : 1;
    say(`v ${id} ${version}`);
    this.checkpoints.save(id, checkpointOf(id, version));
    say(`c ${id} ${version}`);
  }

  private expect(expected: number, got: number): void {
    if (got === expected) return;
    say(`x an append returned ${got} where ${expected} was next`);
    process.exit(4);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', default: 'typescript' },
      dir: { type: 'string' },
      seed: { type: 'string', default: '1' },
      commits: { type: 'string', default: 'Infinity' },
      durability: { type: 'string', default: 'flushed' },
    },
  });
  const dir = values.dir as string;
  const engine: StorageEngine =
    values.engine === 'native'
      ? (await import('../native.ts')).nativeEngine
      : (await import('../typescript.ts')).typescriptEngine;
  let writer: Writer | undefined;
  try {
    makeDurably(dir);
    writer = new Writer(engine, dir, Number(values.seed), values.durability as Durability);
    for (let done = 0; done < Number(values.commits); done++) await writer.commit();
    writer.close();
    say('done');
    return 0;
  } catch (error) {
    say(`x ${codeOf(error)}`);
    writer?.afterFailure();
    return 3;
  }
}

if (import.meta.main) process.exitCode = await main();
