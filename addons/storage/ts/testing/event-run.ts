import type { CheckedOptions } from '../arguments.ts';
import type { EventLog } from '../contract.ts';
import { openEventLogOn } from '../events/log.ts';
import { eventOf, LOG_DIR, OPTIONS, Violation } from './crash-checker.ts';
import { EventLedger } from './event-ledger.ts';
import { SimulatedDisk } from './simulated/disk.ts';

/** An event log on a simulated disk, with a ledger of what it promised. */
export class EventRun {
  readonly disk: SimulatedDisk;
  readonly ledger = new EventLedger();
  readonly #options: CheckedOptions;
  #log: EventLog | undefined;
  #made = 0;
  #problem: string | undefined;
  /** Calls of `appendAsync` that have not been answered. */
  #unanswered = 0;
  /** A writer is open and no recovery is under way: what a reader may see is known. */
  isSteady = false;

  constructor(seed: number, options: Partial<CheckedOptions> = {}) {
    this.disk = new SimulatedDisk(seed);
    this.#options = { ...OPTIONS, ...options };
  }

  get log(): EventLog {
    return this.#log as EventLog;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  open(): void {
    this.#log = openEventLogOn(this.disk, LOG_DIR, this.#options);
    this.isSteady = true;
    this.#acknowledged(this.log.nextSeq);
  }

  /** One of the given length, different from every other. */
  event(bytes: number): Buffer {
    this.#made += 1;
    return eventOf(this.#made * 1000 + this.ledger.events.length, bytes);
  }

  append(bytes: number): void {
    this.#commit([this.event(bytes)], (events) => this.log.append(events[0] as Buffer));
  }

  appendBatch(sizes: readonly number[]): void {
    this.#commit(
      sizes.map((bytes) => this.event(bytes)),
      (events) => this.log.appendBatch(events),
    );
  }

  #commit(events: Buffer[], call: (events: Buffer[]) => number): void {
    const expected = this.ledger.events.length;
    this.ledger.begin(events);
    let seq: number;
    try {
      seq = call(events);
    } catch (error) {
      // The log goes on: then nothing of it may ever appear.
      if (this.#goesOn()) this.ledger.takeBack(events.length);
      throw error;
    }
    if (seq !== expected) throw new Violation(`number ${seq} was given, ${expected} is next`);
    // An empty batch is no commit: it acknowledges nothing that is under way.
    if (events.length > 0) this.#acknowledged(expected + events.length);
  }

  #goesOn(): boolean {
    try {
      this.log.appendBatch([]);
      return true;
    } catch {
      return false;
    }
  }

  appendAsync(bytes: number): void {
    const event = this.event(bytes);
    this.ledger.begin([event]);
    this.#unanswered += 1;
    this.log.appendAsync(event).then(
      (seq) => {
        this.#unanswered -= 1;
        const expected = this.ledger.events.indexOf(event);
        if (seq !== expected) this.#problem ??= `number ${seq} was given, ${expected} is next`;
        this.ledger.acknowledge(expected + 1, this.#options.durability === 'flushed' ? expected + 1 : 0);
      },
      () => {
        this.#unanswered -= 1;
        if (this.#goesOn()) this.ledger.remove(event);
      },
    );
  }

  /** Lets the oldest asynchronous call of the disk happen, and everything that follows from it at once. */
  async step(): Promise<boolean> {
    const hadWork = this.disk.step();
    await new Promise((resolve) => setImmediate(resolve));
    return hadWork;
  }

  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (await this.step());
    if (this.#problem !== undefined) throw new Violation(this.#problem);
  }

  flush(): void {
    this.log.flush();
    this.ledger.acknowledge(0, this.log.flushedSeq);
  }

  prune(before: number): void {
    const segments = this.log.firstSeq;
    this.ledger.prunableSeq = Math.max(this.ledger.prunableSeq, Math.min(before, this.ledger.events.length));
    const firstSeq = this.log.prune(before);
    if (firstSeq < segments || firstSeq > before) {
      if (firstSeq !== segments)
        throw new Violation(`pruned to ${firstSeq}, but only ${before} was asked for`);
    }
    this.ledger.prunedSeq = firstSeq;
  }

  close(): void {
    this.isSteady = false;
    const goesOn = this.#goesOn();
    this.log.close();
    if (goesOn) this.ledger.acknowledge(this.ledger.events.length, this.ledger.events.length);
  }

  /** As after `kill -9`: the handle is forgotten, its lock is free. */
  kill(): SimulatedDisk {
    return this.disk.afterProcessCrash();
  }

  #acknowledged(seq: number): void {
    this.ledger.acknowledge(seq, this.log.flushedSeq);
  }
}
