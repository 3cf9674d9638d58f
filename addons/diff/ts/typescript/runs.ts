import { KIND, type Runs } from '../core.ts';
import type { Cut } from './lines.ts';

/** Walks a path of edits from the start: between two edits stands all that is common there. */
export function runsOf(
  oldSide: Cut,
  newSide: Cut,
  prefix: number,
  edits: Uint8Array,
  common: (oldAt: number, newAt: number) => number,
): Runs {
  const runs = new RunList(oldSide, newSide);
  runs.add(KIND.common, prefix);
  runs.add(KIND.common, common(prefix, prefix));
  for (const isAddition of edits) {
    runs.add(isAddition === 1 ? KIND.added : KIND.removed, 1);
    runs.add(KIND.common, common(runs.oldAt, runs.newAt));
  }
  return runs.finish();
}

export class RunList {
  oldAt = 0;
  newAt = 0;
  readonly #oldEnds: Int32Array;
  readonly #newEnds: Int32Array;
  #runs = new Uint32Array(64);
  #used = 0;

  constructor(oldSide: Cut, newSide: Cut) {
    this.#oldEnds = oldSide.ends;
    this.#newEnds = newSide.ends;
  }

  add(kind: number, count: number): void {
    if (count === 0) return;
    if (kind !== KIND.added) this.oldAt += count;
    if (kind !== KIND.removed) this.newAt += count;
    if (this.#used > 0 && this.#runs[this.#used - 4] === kind) {
      this.#runs[this.#used - 3] = (this.#runs[this.#used - 3] as number) + count;
    } else {
      if (this.#used === this.#runs.length) {
        const longer = new Uint32Array(2 * this.#used);
        longer.set(this.#runs);
        this.#runs = longer;
      }
      this.#runs[this.#used] = kind;
      this.#runs[this.#used + 1] = count;
      this.#used += 4;
    }
    this.#runs[this.#used - 2] = this.oldAt === 0 ? 0 : (this.#oldEnds[this.oldAt - 1] as number);
    this.#runs[this.#used - 1] = this.newAt === 0 ? 0 : (this.#newEnds[this.newAt - 1] as number);
  }

  finish(): Runs {
    return this.#runs.slice(0, this.#used);
  }
}
