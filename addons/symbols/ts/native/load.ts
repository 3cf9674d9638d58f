import { type LazyBinding, lazyBinding } from '@pairbench/loader';
import type * as generated from '../binding.d.ts';

/** The generated types, so that a changed Rust signature fails the type check here. */
export type Binding = typeof generated;

const binding = lazyBinding<Binding>({
  id: 'symbols',
  packageName: '@pairbench/symbols',
  from: import.meta.url,
});

/** @internal the binding's own types are not published */
export const loadNative: LazyBinding<Binding>['load'] = binding.load;

/** For measurements: see `LazyBinding` in @pairbench/loader. */
export const { nativeMemory, resetNativePeak } = binding;
