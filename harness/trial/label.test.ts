import { expect, test } from 'vitest';
import { labelOf } from './label.ts';

test.each([
  [{ id: 'getEl', class: 'prefix', sha256: '' }, 'getEl (prefix)'],
  [{ id: 'getEl', class: '' }, 'getEl'],
  [{ id: 'getEl' }, 'getEl'],
  [{ class: 'prefix' }, 'input 7'],
  ['text', 'input 7'],
  [null, 'input 7'],
])('%j is called %s', (input, label) => {
  expect(labelOf(input, 7)).toBe(label);
});
