/** The crate imara-diff behind a binding made for measuring. */

import { createRequire } from 'node:module';
import { currentHost, platformTriple } from '@pairbench/loader';
import type * as binding from './native/binding.d.ts';

export function imaraPatch(histogram: boolean): (old: string, next: string) => string {
  const { imaraPatch: patch } = openBinding(`./native/diff-peers.${platformTriple(currentHost())}.node`);
  return (old, next) => patch(old, next, histogram);
}

function openBinding(file: string): typeof binding {
  try {
    return createRequire(import.meta.url)(file) as typeof binding;
  } catch (error) {
    throw new Error('the binding of the crate imara-diff is not built; it needs a Rust toolchain', {
      cause: error,
    });
  }
}
