/** Equal lines in a row from which a snake is worth settling for. */
const LONG_SNAKE = 20;
/** Edits before anything but a shortest script is settled for. */
const PATIENCE = 256;
/** How far, in times the edits spent, a long snake must have got. */
const WORTH = 4;

const NEVER_FORWARD = -(2 ** 31);
const NEVER_BACKWARD = 2 ** 31 - 1;

/**
 * Halves a box of two sequences on a shortest edit script: Myers' search from both corners, in linear space, cut short
 * where it grows dear as in git. Diagonal `k` holds the lines `x` of the old and `y = x - k` of the new sequence, both
 * counted from the corner of the box.
 *
 * The forward front has got to `x` at least, the backward one to `x` at most; they start at opposite corners.
 */
export class BoxSplitter {
  /** Where to cut, from the corner of the box, and whether the two parts are worth a shortest script each. */
  x = 0;
  y = 0;
  isLowExact = false;
  isHighExact = false;
  readonly #old: Int32Array;
  readonly #new: Int32Array;
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  /** Index of diagonal 0 in both. */
  readonly #middle: number;
  readonly #mostEdits: number;
  // The box, and the diagonals that the fronts are on; set by `split`.
  #oldAt = 0;
  #newAt = 0;
  #width = 0;
  #height = 0;
  #forwardLow = 0;
  #forwardHigh = 0;
  #backwardLow = 0;
  #backwardHigh = 0;
  #sawLongSnake = false;

  /** Holds 8 bytes a line of both sequences. `mostEdits` ends a search that need not be exact. */
  constructor(oldTokens: Int32Array, newTokens: Int32Array, mostEdits: number) {
    this.#old = oldTokens;
    this.#new = newTokens;
    this.#mostEdits = mostEdits;
    this.#middle = newTokens.length + 1;
    const diagonals = oldTokens.length + newTokens.length + 3;
    this.#forward = new Int32Array(diagonals);
    this.#backward = new Int32Array(diagonals);
  }

  /** Cuts a box with neither side empty, which must start and end with lines that differ. */
  split(oldStart: number, oldEnd: number, newStart: number, newEnd: number, isExact: boolean): void {
    this.#oldAt = oldStart;
    this.#newAt = newStart;
    this.#width = oldEnd - oldStart;
    this.#height = newEnd - newStart;
    const corner = this.#width - this.#height;
    this.#forwardLow = this.#forwardHigh = 0;
    this.#backwardLow = this.#backwardHigh = corner;
    this.#forward[this.#middle] = 0;
    this.#backward[this.#middle + corner] = this.#width;
    // Fronts of which one is an odd number of edits ahead meet in the forward step, others in the backward one.
    const isOdd = corner % 2 !== 0;
    for (let edits = 1; ; edits++) {
      this.#sawLongSnake = false;
      if (this.#stepForward(isOdd) || this.#stepBackward(!isOdd)) {
        this.isLowExact = true;
        this.isHighExact = true;
        return;
      }
      if (isExact) continue;
      if (this.#sawLongSnake && edits > PATIENCE) {
        if (this.#takeForwardSnake(WORTH * edits) || this.#takeBackwardSnake(WORTH * edits)) return;
      }
      if (edits >= this.#mostEdits) {
        this.#takeFurthest();
        return;
      }
    }
  }

  /** One more edit; true if the fronts have met and `x`, `y` is where. */
  #stepForward(canMeet: boolean): boolean {
    const front = this.#forward;
    const middle = this.#middle;
    if (this.#forwardLow > -this.#height) {
      this.#forwardLow -= 1;
      front[middle + this.#forwardLow - 1] = NEVER_FORWARD;
    } else this.#forwardLow += 1;
    if (this.#forwardHigh < this.#width) {
      this.#forwardHigh += 1;
      front[middle + this.#forwardHigh + 1] = NEVER_FORWARD;
    } else this.#forwardHigh -= 1;
    const old = this.#old;
    const new_ = this.#new;
    const oldAt = this.#oldAt;
    const width = this.#width;
    const height = this.#height;
    for (let k = this.#forwardHigh; k >= this.#forwardLow; k -= 2) {
      const left = front[middle + k - 1] as number;
      const above = front[middle + k + 1] as number;
      const start = left >= above ? left + 1 : above;
      const newAt = this.#newAt - k;
      const stop = Math.min(width, height + k);
      let x = start;
      while (x < stop && old[oldAt + x] === new_[newAt + x]) x += 1;
      if (x - start > LONG_SNAKE) this.#sawLongSnake = true;
      front[middle + k] = x;
      if (
        canMeet &&
        k >= this.#backwardLow &&
        k <= this.#backwardHigh &&
        (this.#backward[middle + k] as number) <= x
      ) {
        this.x = x;
        this.y = x - k;
        return true;
      }
    }
    return false;
  }

  #stepBackward(canMeet: boolean): boolean {
    const front = this.#backward;
    const middle = this.#middle;
    if (this.#backwardLow > -this.#height) {
      this.#backwardLow -= 1;
      front[middle + this.#backwardLow - 1] = NEVER_BACKWARD;
    } else this.#backwardLow += 1;
    if (this.#backwardHigh < this.#width) {
      this.#backwardHigh += 1;
      front[middle + this.#backwardHigh + 1] = NEVER_BACKWARD;
    } else this.#backwardHigh -= 1;
    const old = this.#old;
    const new_ = this.#new;
    const oldAt = this.#oldAt;
    for (let k = this.#backwardHigh; k >= this.#backwardLow; k -= 2) {
      const left = front[middle + k - 1] as number;
      const right = front[middle + k + 1] as number;
      const start = left < right ? left : right - 1;
      const newAt = this.#newAt - k;
      const stop = Math.max(0, k);
      let x = start;
      while (x > stop && old[oldAt + x - 1] === new_[newAt + x - 1]) x -= 1;
      if (start - x > LONG_SNAKE) this.#sawLongSnake = true;
      front[middle + k] = x;
      if (
        canMeet &&
        k >= this.#forwardLow &&
        k <= this.#forwardHigh &&
        x <= (this.#forward[middle + k] as number)
      ) {
        this.x = x;
        this.y = x - k;
        return true;
      }
    }
    return false;
  }

  /** Cuts behind the long snake that got furthest beyond `leastScore`, if there is one. */
  #takeForwardSnake(leastScore: number): boolean {
    let best = leastScore;
    for (let k = this.#forwardHigh; k >= this.#forwardLow; k -= 2) {
      const x = this.#forward[this.#middle + k] as number;
      const y = x - k;
      if (x < LONG_SNAKE || x >= this.#width || y < LONG_SNAKE || y >= this.#height) continue;
      const score = x + y + Math.abs(k);
      // The lines that the crate compares are level from the corner of the box, not from the end of the snake.
      const end = Math.min(x, y);
      if (score <= best || !this.#areEqual(end - LONG_SNAKE, end - LONG_SNAKE)) continue;
      best = score;
      this.x = x;
      this.y = y;
    }
    this.isLowExact = true;
    this.isHighExact = false;
    return best > leastScore;
  }

  #takeBackwardSnake(leastScore: number): boolean {
    let best = leastScore;
    for (let k = this.#backwardHigh; k >= this.#backwardLow; k -= 2) {
      const x = this.#backward[this.#middle + k] as number;
      const y = x - k;
      if (x < 0 || x >= this.#width - LONG_SNAKE || y < 0 || y >= this.#height - LONG_SNAKE) continue;
      const score = this.#width - x + this.#height - y + Math.abs(k);
      if (score <= best || !this.#areEqual(x, y)) continue;
      best = score;
      this.x = x;
      this.y = y;
    }
    this.isLowExact = false;
    this.isHighExact = true;
    return best > leastScore;
  }

  #areEqual(x: number, y: number): boolean {
    for (let at = 0; at < LONG_SNAKE; at++) {
      if (this.#old[this.#oldAt + x + at] !== this.#new[this.#newAt + y + at]) return false;
    }
    return true;
  }

  /** Cuts where either front has covered most lines, the backward one if they are level. */
  #takeFurthest(): void {
    const width = this.#width;
    const height = this.#height;
    let ahead = -1;
    let aheadX = 0;
    for (let k = this.#forwardHigh; k >= this.#forwardLow; k -= 2) {
      const x = Math.min(this.#forward[this.#middle + k] as number, width, height + k);
      if (2 * x - k <= ahead) continue;
      ahead = 2 * x - k;
      aheadX = x;
    }
    let behind = Number.MAX_SAFE_INTEGER;
    let behindX = 0;
    for (let k = this.#backwardHigh; k >= this.#backwardLow; k -= 2) {
      const x = Math.max(this.#backward[this.#middle + k] as number, 0, k);
      if (2 * x - k >= behind) continue;
      behind = 2 * x - k;
      behindX = x;
    }
    const isForward = ahead > width + height - behind;
    this.x = isForward ? aheadX : behindX;
    this.y = (isForward ? ahead : behind) - this.x;
    this.isLowExact = isForward;
    this.isHighExact = !isForward;
  }
}
