/** Other people's tokenizers, called as their documentation says. */

import type { Encoding, TokenizerEngine } from '@pairbench/tokenizer/contract';
import type { Peer, SelfTimed } from 'pairbench/define';

/** What a peer can do of the contract; a case that asks for more does not list it. */
type PeerEngine = Partial<TokenizerEngine> & Partial<SelfTimed>;

async function gptTokenizer(): Promise<PeerEngine> {
  const o200k = await import('gpt-tokenizer/encoding/o200k_base');
  const cl100k = await import('gpt-tokenizer/encoding/cl100k_base');
  const countTokens = (text: string, encoding?: Encoding) =>
    encoding === 'cl100k_base' ? cl100k.countTokens(text) : o200k.countTokens(text);
  return {
    countTokens,
    countTokensBatch: (texts) => Uint32Array.from(texts, (text) => o200k.countTokens(text)),
    estimateJsonTokens: (value) => o200k.countTokens(JSON.stringify(value)),
  };
}

async function jsTiktoken(): Promise<PeerEngine> {
  const { Tiktoken } = await import('js-tiktoken/lite');
  const ranks = await import('js-tiktoken/ranks/o200k_base');
  const o200k = new Tiktoken(ranks.default);
  return { countTokens: (text) => o200k.encode(text, [], []).length };
}

async function tiktoken(): Promise<PeerEngine> {
  const { get_encoding } = await import('tiktoken');
  const o200k = get_encoding('o200k_base');
  const countTokens = (text: string) => o200k.encode_ordinary(text).length;
  return { countTokens, countTokensBatch: (texts) => Uint32Array.from(texts, countTokens) };
}

/** A Rust crate behind a binding made for measuring: texts are loaded once, Rust reads its own clock. */
function rustCrate(crate: 'toktok' | 'bpeOpenai' | 'own') {
  return async (): Promise<PeerEngine> => {
    const { rustPeer } = await import('./rust-peers.ts');
    return rustPeer(crate);
  };
}

const WITHOUT_CROSSING =
  'a Rust crate timed inside Rust, without the crossing from JavaScript; no user can call it so.';

export const peers = [
  {
    id: 'gpt-tokenizer',
    load: gptTokenizer,
    cases: ['count-10k', 'count-batch', 'count-short', 'estimate-json'],
    slowCases: ['count-10k-cl100k', 'count-10k-cold'],
  },
  {
    id: 'js-tiktoken',
    load: jsTiktoken,
    cases: ['count-short'],
    slowCases: ['count-10k'],
    note: 'its time grows with the square of the length of a piece.',
  },
  {
    id: 'tiktoken',
    load: tiktoken,
    cases: ['count-10k'],
    slowCases: ['count-short'],
    note: 'the npm package, WebAssembly. It is also the oracle of the expected answers.',
  },
  {
    id: 'toktok-rs',
    load: rustCrate('toktok'),
    cases: ['count-10k'],
    slowCases: ['count-10k-cl100k'],
    note: `${WITHOUT_CROSSING} Its Unicode tables are newer than tiktoken's: it differs on some 4,700 code points, none of them in these texts.`,
  },
  {
    id: 'bpe-openai',
    load: rustCrate('bpeOpenai'),
    cases: [],
    slowCases: ['count-10k'],
    note: WITHOUT_CROSSING,
  },
  {
    id: 'native-core',
    load: rustCrate('own'),
    cases: ['count-10k'],
    slowCases: ['count-10k-cl100k'],
    note: 'our own native engine timed like the Rust crates: the difference to native is the crossing.',
  },
] as const satisfies readonly Peer<PeerEngine>[];
