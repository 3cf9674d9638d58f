import { Random } from '@pairbench/testing';
import type { CheckedOptions } from '../arguments.ts';
import { type Durability, type EventLog, MAX_MAX_BYTES } from '../contract.ts';
import { openEventLogOn } from '../events/log.ts';
import type { EventLedger } from './event-ledger.ts';
import { type Policy, randomPolicy } from './simulated/crash.ts';
import type { SimulatedDisk } from './simulated/disk.ts';

export const LOG_DIR = '/log';

export const OPTIONS: CheckedOptions = {
  durability: 'flushed',
  segmentBytes: 4096,
  maxBytes: MAX_MAX_BYTES,
  readOnly: false,
  lockWaitMs: 0,
};

/** A broken promise; the message has all that it takes to see it again. */
export class Violation extends Error {}

/** Checks crash states of event logs; `states` counts them. */
export class CrashChecker {
  states = 0;
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /**
   * Opens `disk`, a state after a crash, and holds it against what `ledger` promises; appends, loses power, opens again, closes,
   * opens again. `depth` more crashes happen during the recovery.
   */
  check(disk: SimulatedDisk, ledger: EventLedger, afterPowerCut: boolean, depth: number): void {
    this.states += 1;
    if (depth > 0) this.#crashDuringRecovery(disk, ledger, afterPowerCut, depth);
    const log = this.#open(disk);
    this.#compare(log, ledger, afterPowerCut, 'after the crash');
    const recovered = this.#open(disk.afterPowerCut(() => 'lose'));
    this.#compare(recovered, ledger.copy(), true, 'after losing what its recovery had not flushed');
    if (this.#random.chance(0.3)) this.checkBuffered(disk, ledger, afterPowerCut);
    this.#append(log, ledger);
    // Acknowledged behind a recovery: durable whatever the recovery found.
    const again = this.#open(disk.afterPowerCut(() => 'lose'));
    this.#compare(again, ledger.copy(), true, 'after losing what the recovery had not flushed');
    this.#append(log, ledger);
    log.close();
    const reopened = this.#open(disk);
    if (!reopened.recovery.wasClosed || reopened.recovery.cutBytes > 0)
      throw new Violation('not closed in order');
    this.#compare(reopened, ledger, false, 'after closing it');
    reopened.close();
  }

  /** Opens it again in the buffered level and loses power before a flush: what was cut off must not come back. */
  checkBuffered(disk: SimulatedDisk, ledger: EventLedger, afterPowerCut: boolean): void {
    const trial = disk.afterProcessCrash();
    const promised = ledger.copy();
    const log = this.#open(trial, 'buffered');
    this.#compare(log, promised, afterPowerCut, 'in the buffered level');
    const sizes = this.#random.pick([[30], [30, 0], [30, 200], [1400, 30]]);
    for (const bytes of sizes) {
      const event = eventOf(promised.events.length, bytes);
      promised.begin([event]);
      log.append(event);
      promised.acknowledge(promised.events.length, log.flushedSeq);
    }
    const again = this.#open(trial.afterPowerCut(randomPolicy(this.#random)));
    this.#compare(again, promised, true, 'after going on without a flush');
  }

  /** One operation of the recovery, drawn at random, is where the next crash strikes. */
  #crashDuringRecovery(
    disk: SimulatedDisk,
    ledger: EventLedger,
    afterPowerCut: boolean,
    depth: number,
  ): void {
    const trial = disk.afterProcessCrash();
    const images: { disk: SimulatedDisk; power: boolean }[] = [];
    const strikeAt = this.#random.below(12);
    trial.onOperation = (index) => {
      if (index !== strikeAt) return;
      images.push(
        this.#random.chance(0.7)
          ? { disk: trial.afterPowerCut(randomPolicy(this.#random)), power: true }
          : { disk: trial.afterProcessCrash(), power: afterPowerCut },
      );
    };
    this.#open(trial);
    for (const image of images) this.check(image.disk, ledger.copy(), image.power, depth - 1);
  }

  /** A crash at every operation of the recovery, each under each of `policies`. */
  checkEveryRecovery(disk: SimulatedDisk, ledger: EventLedger, policies: readonly Policy[]): void {
    const trial = disk.afterProcessCrash();
    trial.onOperation = () => {
      for (const policy of policies) this.check(trial.afterPowerCut(policy), ledger.copy(), true, 0);
    };
    this.#open(trial);
  }

  #open(disk: SimulatedDisk, durability: Durability = 'flushed'): EventLog {
    try {
      return openEventLogOn(disk, LOG_DIR, { ...OPTIONS, durability });
    } catch (error) {
      throw new Violation(`it does not open: ${describe(error)}`, { cause: error });
    }
  }

  #compare(log: EventLog, ledger: EventLedger, afterPowerCut: boolean, when: string): void {
    const events: Uint8Array[] = [];
    try {
      for (const { bytes } of log.replay()) events.push(bytes);
    } catch (error) {
      throw new Violation(`it does not replay ${when}: ${describe(error)}`, { cause: error });
    }
    const problem =
      log.firstSeq + events.length === log.nextSeq
        ? ledger.settle(log.firstSeq, events, afterPowerCut)
        : `replays up to ${log.firstSeq + events.length}, but the next is ${log.nextSeq}`;
    if (problem !== undefined) throw new Violation(`${when} it ${problem}`);
  }

  #append(log: EventLog, ledger: EventLedger): void {
    const event = eventOf(ledger.events.length, this.#random.pick([0, 3, 40, 700]));
    ledger.begin([event]);
    const seq = log.append(event);
    if (seq !== ledger.events.length - 1)
      throw new Violation(`number ${seq} was given, ${ledger.events.length - 1} is next`);
    ledger.acknowledge(ledger.events.length, ledger.events.length);
  }
}

/** Different for every number and length. */
export function eventOf(seq: number, bytes: number): Buffer {
  const event = Buffer.alloc(bytes, `${seq}:`);
  return event;
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return `${code ?? ''} ${message ?? error}`;
}
