import { loadBinding } from '@pairbench/loader';
import type * as generated from '../binding.d.ts';

/** The generated types, so that a changed Rust signature fails the type check here. */
export type Binding = typeof generated;

let loaded: Binding | undefined;

/**
 * Loads the binding at the first call; a `BindingMissingError` explains why there is none.
 * @internal the binding's own types are not published
 */
export function loadNative(): Binding {
  loaded ??= loadBinding<Binding>({
    id: 'diff',
    packageName: '@pairbench/diff',
    from: import.meta.url,
  }).binding;
  return loaded;
}

/**
 * What the binding's own allocator has counted: bytes held now, the most held since the start or the last
 * `resetNativePeak`, allocations and their bytes since the start. For measurements, not for programs: the names may
 * change with any version, and a reading makes a few allocations of its own.
 * @throws BindingMissingError when there is no binding
 */
export function nativeMemory(): {
  liveBytes: number;
  peakBytes: number;
  allocations: number;
  allocatedBytes: number;
} {
  const { liveBytes, peakBytes, allocations, allocatedBytes } = loadNative().bindingInfo();
  return { liveBytes, peakBytes, allocations, allocatedBytes };
}

/** Lets `peakBytes` start anew at what is held now. For measurements. */
export function resetNativePeak(): void {
  loadNative().resetPeak();
}
