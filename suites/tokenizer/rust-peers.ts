/** Rust crates behind a binding made for measuring: texts cross once, Rust reads its own clock. */

import { createRequire } from 'node:module';
import { currentHost, platformTriple } from '@pairbench/loader';
import type { Encoding, TokenizerEngine } from '@pairbench/tokenizer/contract';
import type { SelfTimed } from 'pairbench/define';
import type * as binding from './native/binding.d.ts';

const TIMERS = { toktok: 'timeToktok', bpeOpenai: 'timeBpeOpenai', own: 'timeOwn' } as const;

/** A text crosses at its first call, which the answer check makes; what is timed is Rust alone. */
export function rustPeer(crate: keyof typeof TIMERS): Partial<TokenizerEngine> & SelfTimed {
  const file = `./native/tokenizer-peers.${platformTriple(currentHost())}.node`;
  const peers = openBinding(file);
  const time = peers[TIMERS[crate]];
  const indexes = new Map<string, number>();
  let elapsedNs = 0;

  const indexOf = (text: string) => {
    let index = indexes.get(text);
    if (index === undefined) {
      index = peers.keep(text);
      indexes.set(text, index);
    }
    return index;
  };
  return {
    countTokens(text: string, encoding?: Encoding) {
      elapsedNs = time(indexOf(text), encoding === 'cl100k_base' ? 1 : 0);
      return peers.lastCount();
    },
    lastElapsedNs: () => elapsedNs,
  };
}

function openBinding(file: string): typeof binding {
  try {
    return createRequire(import.meta.url)(file) as typeof binding;
  } catch (error) {
    throw new Error('the binding that times Rust crates is not built; it needs a Rust toolchain', {
      cause: error,
    });
  }
}
