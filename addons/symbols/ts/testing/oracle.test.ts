import { Random } from '@pairbench/testing';
import { expect, it } from 'vitest';
import { anyName } from './generate.ts';
import { foldOf, Oracle, queryLetters } from './oracle.ts';

/** The README's table, one way at a time. */
function scoreOfWay(
  query: string,
  name: string,
  places: readonly number[],
  starts: readonly boolean[],
): number {
  const letters = [...name];
  let score = [...query].length === letters.length ? 8 : 0;
  for (const [index, place] of places.entries()) {
    const before = places[index - 1];
    score += 16;
    if (letters[place] === [...query][index]) score += 1;
    if (place === 0) score += 10;
    else if (starts[place]) score += 8;
    else if (before === place - 1) score += 6;
    if (before !== undefined && place - before > 1) score -= 2 + Math.min(place - before - 1, 6);
  }
  return score;
}

function* waysOf(
  query: readonly number[],
  name: readonly (number | undefined)[],
  from = 0,
): Generator<number[]> {
  const [first, ...others] = query;
  if (first === undefined) return yield [];
  for (let place = from; place < name.length; place++) {
    if (name[place] !== first) continue;
    for (const way of waysOf(others, name, place + 1)) yield [place, ...way];
  }
}

/** By pattern, of names made of these letters: written out, not computed. */
const STARTS: Readonly<Record<string, string>> = {
  abab: '^...',
  aBab: '^^..',
  AbaB: '^..^',
  ABab: '^^..',
  AABb: '^.^.',
  a_bA: '^.^^',
  _ab_a: '^^..^',
  a1b1A: '^^^^^',
  aaBBaa: '^.^^..',
  aABab1a: '^^^..^^',
  bbbbbbbbbab: '^..........',
};

/** The better way is the one whose last place is smaller, then the one before it. */
function isBefore(one: readonly number[], other: readonly number[]): boolean {
  for (let index = one.length - 1; index >= 0; index--) {
    if (one[index] !== other[index]) return (one[index] as number) < (other[index] as number);
  }
  return false;
}

interface Best {
  score: number;
  places: number[];
}

function bestInOrder(query: string, name: string, starts: readonly boolean[]): Best | undefined {
  const folds = (text: string) => Array.from(text, (letter) => foldOf(letter.codePointAt(0) as number));
  let best: Best | undefined;
  for (const places of waysOf(folds(query) as number[], folds(name))) {
    const score = scoreOfWay(query, name, places, starts);
    if (best === undefined || score > best.score || (score === best.score && isBefore(places, best.places))) {
      best = { score, places };
    }
  }
  return best;
}

function bestOf(query: string, name: string, starts: readonly boolean[]): Best | undefined {
  const inOrder = bestInOrder(query, name, starts);
  if (inOrder !== undefined || query.length < 3) return inOrder;
  let best: Best | undefined;
  for (let pair = 0; pair + 1 < query.length; pair++) {
    const other = `${query.slice(0, pair)}${query[pair + 1]}${query[pair]}${query.slice(pair + 2)}`;
    if (other.toLowerCase() === query.toLowerCase()) continue;
    const found = bestInOrder(other, name, starts);
    if (found !== undefined && found.score - 9 > (best?.score ?? 0)) {
      best = { score: found.score - 9, places: found.places };
    }
  }
  return best;
}

it('gives the best of all ways, tried one by one', () => {
  const random = new Random(1);
  for (const [name, marks] of Object.entries(STARTS)) {
    const starts = [...marks].map((mark) => mark === '^');
    const oracle = new Oracle([['a', [{ name, kind: 'class', line: 0, column: 0 }]]]);
    for (let round = 0; round < 300; round++) {
      const query = Array.from({ length: random.between(1, 5) }, () => random.pick([...'aabbAB1_'])).join('');
      const [hit] = oracle.query(query);
      const best = bestOf(query, name, starts);
      expect({ score: hit?.score, places: hit?.positions }, `${query} in ${name}`).toEqual({
        score: best?.score,
        places: best?.places,
      });
    }
  }
});

it('leaves white space and combining marks out of a query', () => {
  expect(queryLetters('a\u0301 \tÉ\u00a0').map(({ letter, fold }) => [letter, fold])).toEqual([
    [0x61, 0x61],
    [0xc9, 0x65],
  ]);
});

it('folds as the README says', () => {
  const fold = (letter: string) => String.fromCodePoint(foldOf(letter.codePointAt(0) as number) ?? 0);
  expect([...'AzÉéЖİıßΣ中'].map(fold).join('')).toBe('azeeжiıßσ中');
  expect(foldOf(0x301)).toBeUndefined();
});

it('cuts only after the sort', () => {
  const random = new Random(2);
  const symbols = Array.from({ length: 200 }, (_, line) => ({
    name: anyName(random),
    kind: 'class' as const,
    line,
    column: 0,
  }));
  const oracle = new Oracle([['a', symbols]]);
  const all = oracle.query('', { limit: 1000 });
  expect(all).toHaveLength(200);
  expect(oracle.query('', { limit: 7 })).toEqual(all.slice(0, 7));
});
