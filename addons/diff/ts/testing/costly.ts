import { Random } from '@pairbench/testing';

/** Lines of a small alphabet, so that almost all are shared and the search is long. */
export function costlyTexts(lines: number, seed = 1): [oldText: string, newText: string] {
  const random = new Random(seed);
  const make = () => Array.from({ length: lines }, () => `${random.below(50)}\n`).join('');
  return [make(), make()];
}
