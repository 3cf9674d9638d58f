/** What a writer was promised, read from its standard output, and whether a directory keeps the promise. */

import { join } from 'node:path';
import type { StorageEngine } from '../contract.ts';
import { checkpointOf, eventOf, versionOf } from './contents.ts';

interface Versions {
  intended: number;
  acknowledged: number;
}

export class Ledger {
  /** Every event below was acknowledged. */
  acknowledged = 0;
  /** No event from here on was ever asked for. */
  intended = 0;
  readonly failures: string[] = [];
  readonly afterFailure: string[] = [];
  done = false;
  /** Events that stand at another number than the one their bytes were made for. */
  private readonly moved = new Map<number, number>();
  private readonly versions = new Map<string, Versions>();
  private rest = '';

  read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() as string;
    for (const line of lines) this.readLine(line);
  }

  private readLine(line: string): void {
    const [what = '', first = '', second = ''] = line.split(' ');
    if (what === 'i') this.intended = Math.max(this.intended, Number(first));
    else if (what === 'e') this.acknowledge(Number(first));
    else if (what === 'm') this.moved.set(Number(first), Number(second));
    else if (what === 'v') this.version(first).intended = Number(second);
    else if (what === 'c') this.version(first).acknowledged = Number(second);
    else if (what === 'x') this.failures.push(line.slice(2));
    else if (what === 'p') this.afterFailure.push(line.slice(2));
    else if (what === 'done') this.done = true;
    else throw new Error(`the writer said ${JSON.stringify(line)}`);
  }

  private acknowledge(below: number): void {
    this.acknowledged = Math.max(this.acknowledged, below);
    this.intended = Math.max(this.intended, below);
  }

  private version(id: string): Versions {
    const known = this.versions.get(id) ?? { intended: 0, acknowledged: 0 };
    this.versions.set(id, known);
    return known;
  }

  /**
   * Opens `dir` and compares all of it with what was promised; what it finds beyond becomes part of the promise, since it
   * was read. Throws where a promise is broken.
   */
  verify(engine: StorageEngine, dir: string): void {
    this.verifyEvents(engine, join(dir, 'events'));
    this.verifyCheckpoints(engine, join(dir, 'checkpoints'));
  }

  private verifyEvents(engine: StorageEngine, dir: string): void {
    using log = engine.openEventLog(dir, { lockWaitMs: 5000 });
    const { nextSeq, firstSeq } = log;
    if (nextSeq < this.acknowledged) {
      throw new Error(`events ${nextSeq} to ${this.acknowledged - 1} were acknowledged and are gone`);
    }
    if (nextSeq > this.intended) throw new Error(`event ${nextSeq - 1} was never asked for`);
    let expected = firstSeq;
    for (const { seq, bytes } of log.replay()) {
      if (seq !== expected) throw new Error(`event ${seq} stands where ${expected} belongs`);
      if (!bytes.equals(eventOf(this.moved.get(seq) ?? seq))) throw new Error(`event ${seq} has other bytes`);
      expected++;
    }
    if (expected !== nextSeq) throw new Error(`the replay ends before ${expected}, the log says ${nextSeq}`);
    this.acknowledge(nextSeq);
  }

  private verifyCheckpoints(engine: StorageEngine, dir: string): void {
    using checkpoints = engine.openCheckpoints(dir, { lockWaitMs: 5000 });
    const ids = new Set(checkpoints.list().map(({ id }) => id));
    for (const [id, promised] of this.versions) {
      if (!ids.has(id)) {
        if (promised.acknowledged > 0) throw new Error(`checkpoint ${id} is gone`);
        continue;
      }
      const bytes = checkpoints.load(id);
      const version = versionOf(bytes);
      if (version < promised.acknowledged || version > Math.max(promised.intended, promised.acknowledged)) {
        throw new Error(
          `checkpoint ${id} has version ${version}, promised was ${promised.acknowledged} to ${promised.intended}`,
        );
      }
      if (!bytes.equals(checkpointOf(id, version)))
        throw new Error(`version ${version} of ${id} has other bytes`);
      promised.acknowledged = version;
    }
  }
}
