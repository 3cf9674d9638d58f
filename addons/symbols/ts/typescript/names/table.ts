/** A hash table of name numbers: open addressing, four bytes a place. The texts are with the names. */

const EMPTY = 0xffff_ffff;
/** A place whose name is gone. No name has this number. */
const GONE = 0xffff_fffe;
const LEAST_PLACES = 64;

export interface TableTexts {
  /** The hash of a name's text. */
  hashOf(name: number): number;
  isText(name: number, text: string): boolean;
}

export class NameTable {
  readonly #texts: TableTexts;
  #places: Uint32Array;
  /** Places that are not empty, those of gone names among them. */
  #taken = 0;
  #live = 0;

  /** With room for `names`, before it grows. */
  constructor(texts: TableTexts, names: number) {
    this.#texts = texts;
    this.#places = emptyPlaces(names);
  }

  /** The number of the name with this text and hash; -1 where there is none. */
  find(text: string, hash: number): number {
    const places = this.#places;
    const last = places.length - 1;
    for (let place = hash & last; ; place = (place + 1) & last) {
      const name = places[place] as number;
      if (name === EMPTY) return -1;
      if (name !== GONE && this.#texts.isText(name, text)) return name;
    }
  }

  /** Adds a name that is not there. */
  add(name: number, hash: number): void {
    if (this.#taken >= this.#places.length - (this.#places.length >>> 2)) this.#rebuild();
    this.#put(name, hash);
    this.#live++;
  }

  /** Takes out a name that is there. */
  remove(name: number): void {
    const places = this.#places;
    const last = places.length - 1;
    let place = this.#texts.hashOf(name) & last;
    while (places[place] !== name) place = (place + 1) & last;
    places[place] = GONE;
    this.#live--;
  }

  get heldBytes(): number {
    return this.#places.byteLength;
  }

  #put(name: number, hash: number): void {
    const places = this.#places;
    const last = places.length - 1;
    let place = hash & last;
    while (places[place] !== EMPTY) place = (place + 1) & last;
    places[place] = name;
    this.#taken++;
  }

  /** Without the places of gone names, and of the size that the others need. */
  #rebuild(): void {
    const old = this.#places;
    this.#places = emptyPlaces(this.#live + 1);
    this.#taken = 0;
    for (const name of old) {
      if (name < GONE) this.#put(name, this.#texts.hashOf(name));
    }
  }
}

/** At most five eighths full, for now. */
function emptyPlaces(names: number): Uint32Array {
  let places = LEAST_PLACES;
  while (places * 5 < names * 8) places *= 2;
  return new Uint32Array(places).fill(EMPTY);
}
