/** What a run has promised, by sequence number: events that were acknowledged, and behind them those in flight. */
export class EventLedger {
  readonly events: Buffer[] = [];
  /** Numbers at which a recovered log may end: behind a whole commit. */
  readonly #ends = new Set<number>([0]);
  ackedSeq = 0;
  /** Survives a power cut. */
  durableSeq = 0;
  /** What was pruned for certain, and what may have been. */
  prunedSeq = 0;
  prunableSeq = 0;

  /** A commit is about to be asked for. */
  begin(events: readonly Buffer[]): void {
    this.events.push(...events);
    this.#ends.add(this.events.length);
  }

  /** A commit was refused and the log goes on as before it. */
  takeBack(count: number): void {
    this.#ends.delete(this.events.length);
    this.events.length -= count;
  }

  /** As `takeBack` for one event, wherever it stands among those in flight. */
  remove(event: Buffer): void {
    const index = this.events.indexOf(event);
    this.events.splice(index, 1);
    const later = [...this.#ends].filter((end) => end > index);
    for (const end of later) this.#ends.delete(end);
    for (const end of later) this.#ends.add(end - 1);
  }

  acknowledge(ackedSeq: number, flushedSeq: number): void {
    this.ackedSeq = Math.max(this.ackedSeq, ackedSeq);
    this.durableSeq = Math.max(this.durableSeq, flushedSeq);
  }

  /** The promises as they are now; goes on by itself. */
  copy(): EventLedger {
    const made = new EventLedger();
    made.events.push(...this.events);
    for (const end of this.#ends) made.#ends.add(end);
    made.ackedSeq = this.ackedSeq;
    made.durableSeq = this.durableSeq;
    made.prunedSeq = this.prunedSeq;
    made.prunableSeq = this.prunableSeq;
    return made;
  }

  /** What is wrong with a recovered log, or undefined. Afterwards the ledger holds what was recovered, all of it durable. */
  settle(firstSeq: number, recovered: readonly Uint8Array[], afterPowerCut: boolean): string | undefined {
    const nextSeq = firstSeq + recovered.length;
    const least = afterPowerCut ? this.durableSeq : this.ackedSeq;
    if (nextSeq < least) return `ends at ${nextSeq}, but ${least} had been promised`;
    if (nextSeq > this.events.length)
      return `ends at ${nextSeq}, but only ${this.events.length} were ever asked for`;
    if (!this.#ends.has(nextSeq)) return `ends at ${nextSeq}, inside a commit`;
    if (firstSeq < this.prunedSeq) return `begins at ${firstSeq}, but was pruned to ${this.prunedSeq}`;
    if (firstSeq > this.prunableSeq)
      return `begins at ${firstSeq}, but nothing beyond ${this.prunableSeq} was pruned`;
    for (let index = 0; index < recovered.length; index += 1) {
      const expected = this.events[firstSeq + index] as Buffer;
      if (!expected.equals(recovered[index] as Uint8Array))
        return `event ${firstSeq + index} is not what was written`;
    }
    this.events.length = nextSeq;
    for (const end of this.#ends) if (end > nextSeq) this.#ends.delete(end);
    this.ackedSeq = nextSeq;
    this.durableSeq = nextSeq;
    this.prunedSeq = firstSeq;
    return undefined;
  }
}
