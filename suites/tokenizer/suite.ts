/** The tokenizer's cases. Expected answers come from npm tiktoken by way of expected.json. */

import type { TokenizerEngine } from '@pairbench/tokenizer/contract';
import { defineSuite } from 'pairbench/define';
import { expectedCounts, expectedTexts, type TextFixture } from './expectation.ts';

const total = (counts: Iterable<number>) => [...counts].reduce((sum, count) => sum + count, 0);

export default defineSuite<TokenizerEngine, TextFixture>({
  id: 'tokenizer',
  engines: {
    typescript: () => import('@pairbench/tokenizer/typescript'),
    native: () => import('@pairbench/tokenizer/native'),
  },
  peers: () => import('./peers.ts'),
  cases: [],
});
