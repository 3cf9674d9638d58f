/** The tokenizer's cases. Expected answers come from npm tiktoken, by way of expected.json. */

import type { Encoding, TokenizerEngine } from '@pairbench/tokenizer/contract';
import { defineSuite } from 'pairbench/define';
import {
  clipToCl100k,
  type Fixture,
  splitTexts,
  textOf,
  textsOf,
  tokensOf,
  tokensOfEach,
} from './expectation.ts';

type Inputs = readonly Fixture[];

const counts = (inputs: Inputs) => inputs.map((input) => tokensOf(input));
const cl100kCounts = (inputs: Inputs) => inputs.map((input) => tokensOf(input, 'cl100k_base'));

/** One call a text. The encoding is left out for the default, as a user would. */
const countOneText = (encoding?: Encoding) => (engine: TokenizerEngine, inputs: Inputs) => {
  const texts = inputs.map(textOf);
  if (encoding === undefined) return (i: number) => engine.countTokens(texts[i] as string);
  return (i: number) => engine.countTokens(texts[i] as string, encoding);
};

export default defineSuite<TokenizerEngine, Fixture>({
  id: 'tokenizer',
  engines: {
    typescript: () => import('@pairbench/tokenizer/typescript'),
    native: async () => {
      const native = await import('@pairbench/tokenizer/native');
      // Now, not at the first call: without a binding the engine is unavailable, and says why.
      native.loadNative();
      return native;
    },
  },
  peers: () => import('./peers.ts'),
  cases: [
    {
      id: 'count-10k',
      title: 'Counts the o200k_base tokens of a text of about 10,000 tokens',
      unit: 'token',
      inputs: 'mixed-10k',
      prepare: countOneText(),
      answer: counts,
      units: counts,
    },
    {
      id: 'count-10k-cl100k',
      title: 'Counts the cl100k_base tokens of the same texts, each cut to about 10,000 of them',
      unit: 'token',
      inputs: 'mixed-10k',
      select: clipToCl100k,
      prepare: countOneText('cl100k_base'),
      answer: cl100kCounts,
      units: cl100kCounts,
    },
    {
      id: 'count-10k-cold',
      title: 'The first pass of a fresh process over the texts of count-10k',
      unit: 'token',
      inputs: 'mixed-10k',
      cold: true,
      prepare: countOneText(),
      answer: counts,
      units: counts,
    },
    {
      id: 'count-batch',
      title: 'Counts 400 chat messages of 50 to 2,000 characters in one call',
      unit: 'token',
      inputs: 'chat-400',
      prepare: (engine, inputs) => {
        const lists = inputs.map(textsOf);
        return (i) => engine.countTokensBatch(lists[i] as readonly string[]);
      },
      answer: (inputs) => inputs.map((input) => tokensOfEach(input)),
      units: counts,
    },
    {
      id: 'count-short',
      title: 'Counts one text of 20 to 200 characters',
      unit: 'token',
      inputs: 'short',
      batch: 64,
      select: splitTexts,
      prepare: countOneText(),
      answer: counts,
      units: counts,
    },
    {
      id: 'worst-case',
      title:
        'Counts a million characters that are hard on a tokenizer: one character repeated, white space, random bytes',
      unit: 'token',
      inputs: 'worst',
      prepare: countOneText(),
      answer: counts,
      units: counts,
    },
    {
      id: 'worst-half',
      title: 'The same with half a million characters: shows whether time grows with the length or faster',
      unit: 'token',
      inputs: 'worst-half',
      prepare: countOneText(),
      answer: counts,
      units: counts,
    },
    {
      id: 'estimate-json',
      title: 'Counts the tokens of a JSON value of 5 to 60 KB, as JSON.stringify would write it',
      unit: 'token',
      inputs: 'json-values',
      prepare: (engine, inputs) => {
        const values = inputs.map((input) => (input.kind === 'json' ? input.value : undefined));
        return (i) => engine.estimateJsonTokens(values[i]);
      },
      answer: counts,
      units: counts,
    },
  ],
});
