import { Transform, type TransformCallback } from 'node:stream';

const PREFIX = Buffer.from('bwrap: ');
/** bwrap says one line, in which a path may stand. */
const MAX_HELD_BYTES = 8192;

/**
 * bwrap and the program share one standard error. What begins as bwrap's own message is held until it is known whether the
 * program ran: if it did, the bytes are the program's, else they belong into the error that the caller gets.
 */
export class OwnErrors extends Transform {
  #held: Buffer | undefined = Buffer.alloc(0);
  #ran: boolean | undefined;
  #finish: TransformCallback | undefined;

  /** To be called once. Gives back what was held when the program never ran. */
  settle(ran: boolean): string {
    this.#ran = ran;
    const text = ran ? '' : (this.#held?.toString('utf8') ?? '');
    if (!ran) this.#held = undefined;
    this.#finish?.();
    return text;
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    done(null, this.#ran === false ? undefined : this.#pass(piece));
  }

  #pass(piece: Buffer): Buffer | undefined {
    if (this.#held === undefined) return piece;
    const all = Buffer.concat([this.#held, piece]);
    const length = Math.min(PREFIX.length, all.length);
    const isOurs = all.subarray(0, length).equals(PREFIX.subarray(0, length));
    this.#held = isOurs && all.length <= MAX_HELD_BYTES ? all : undefined;
    return this.#held === undefined ? all : undefined;
  }

  override _flush(done: TransformCallback): void {
    const finish: TransformCallback = () => {
      if (this.#ran === true && this.#held !== undefined) this.push(this.#held);
      done();
    };
    if (this.#ran === undefined) this.#finish = finish;
    else finish();
  }
}
