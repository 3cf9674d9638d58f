/** From offsets to lines and columns. Lines end with LF, CRLF or CR. */

import type { CheckedSymbol } from '../core.ts';

/** A symbol whose line is not known yet. */
export interface Entry {
  readonly name: string;
  readonly kind: number;
  /** Index of an earlier entry. */
  readonly container: number | undefined;
  /** UTF-16 code units. */
  readonly offset: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Goes forward through a source. */
class Cursor {
  readonly #source: string;
  #offset = 0;
  #lineStart = 0;
  #line = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** `to` is not before the present place. */
  advance(to: number): { readonly line: number; readonly column: number } {
    const end = Math.min(to, this.#source.length);
    for (; this.#offset < end; this.#offset++) {
      const unit = this.#source.charCodeAt(this.#offset);
      if (unit !== LINE_FEED && unit !== CARRIAGE_RETURN) continue;
      // Of CRLF the line feed ends the line.
      if (unit === CARRIAGE_RETURN && this.#source.charCodeAt(this.#offset + 1) === LINE_FEED) continue;
      this.#line++;
      this.#lineStart = this.#offset + 1;
    }
    return { line: this.#line, column: end - this.#lineStart };
  }
}

/** One pass over the source. `skipped` code units at its start were not parsed. */
export function placed(source: string, skipped: number, entries: readonly Entry[]): CheckedSymbol[] {
  const order = entries.map((_, at) => at).sort((one, other) => offsetOf(one) - offsetOf(other));
  function offsetOf(at: number): number {
    return (entries[at] as Entry).offset;
  }
  const cursor = new Cursor(source);
  const places = new Array<{ readonly line: number; readonly column: number }>(entries.length);
  for (const at of order) places[at] = cursor.advance(offsetOf(at) + skipped);
  return entries.map(({ name, kind, container }, at) => ({
    name,
    kind,
    container: container === undefined ? undefined : entries[container]?.name,
    ...(places[at] as { readonly line: number; readonly column: number }),
  }));
}

export function placeOf(source: string, offset: number): { readonly line: number; readonly column: number } {
  return new Cursor(source).advance(offset);
}
