/**
 * The parser descends once for each level of nesting, on the thread's stack and without a limit of its own, and takes the square of
 * the time for some sources that are nested and broken. A source that is nested too deeply is refused by an estimate that ordinary
 * sources stay far below (of 4,000 files of packages none is near). Deliberate ones may get past: against these the native engine
 * has a stack for any source, this one has none.
 */

/** What a level of each kind takes at most, in units of 128 bytes; measured with oxc 0.146 on x86-64. */
const BRACKET = 25;
const CHOICE = 7;
const SIGN = 1;
/** 1.5 MiB: Node's worker threads have 4. */
const LIMIT = 12_000;

const COSTS = new Uint8Array(128);
for (const letter of '([{') COSTS[letter.charCodeAt(0)] = BRACKET;
for (const letter of '=?:<') COSTS[letter.charCodeAt(0)] = CHOICE;
for (const letter of '!~+-') COSTS[letter.charCodeAt(0)] = SIGN;
/** What ends a run of signs that may nest. */
const CLOSES = new Uint8Array(128);
for (const letter of ')]}') CLOSES[letter.charCodeAt(0)] = 2;
for (const letter of ';,') CLOSES[letter.charCodeAt(0)] = 1;

/** Brackets in strings and comments count too. */
export function isTooDeep(source: string): boolean {
  let depth = 0;
  let run = 0;
  for (let at = 0; at < source.length; at++) {
    const unit = source.charCodeAt(at);
    if (unit >= 128) continue;
    const cost = COSTS[unit] as number;
    if (cost === 0) {
      const closes = CLOSES[unit] as number;
      if (closes === 0) continue;
      run = 0;
      if (closes === 2 && depth > 0) depth -= BRACKET;
    } else {
      if (cost === BRACKET) depth += cost;
      else run += cost;
      if (depth + run > LIMIT) return true;
    }
  }
  return false;
}
