import { expect } from 'vitest';
import type { Hit } from '../contract.ts';

/** Equal hits. Much quicker than a deep comparison, which a difference is then told by. */
export function expectHits(found: readonly Hit[], expected: readonly Hit[], about: string): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  expect(found, about).toEqual(expected);
  throw new Error(`equal but for the order of properties: ${about}`);
}
