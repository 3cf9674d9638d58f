import { type BindingBase, type BindingRequest, loadBinding } from './load.ts';

/** What the allocator of a binding has counted. */
export interface NativeMemory {
  /** Bytes held now. */
  liveBytes: number;
  /** The most held since the start or the last `resetNativePeak`. */
  peakBytes: number;
  /** Allocations since the start. */
  allocations: number;
  /** Bytes of all allocations since the start, freed or not. */
  allocatedBytes: number;
}

/** What every binding exports that counts its memory. */
export interface CountingBinding extends BindingBase {
  bindingInfo(): { version: string } & NativeMemory;
  resetPeak(): void;
}

/** A binding that is loaded when it is first needed, and what its own allocator has counted. */
export interface LazyBinding<B extends CountingBinding> {
  /** Loads at the first call. @throws BindingMissingError, which explains why there is none */
  readonly load: () => B;
  /**
   * For measurements, not for programs: the names may change with any version, and a reading makes a few allocations of
   * its own. @throws BindingMissingError
   */
  readonly nativeMemory: () => NativeMemory;
  /** Lets `peakBytes` start anew at what is held now. */
  readonly resetNativePeak: () => void;
}

export function lazyBinding<B extends CountingBinding>(request: BindingRequest): LazyBinding<B> {
  let loaded: B | undefined;
  const load = () => {
    loaded ??= loadBinding<B>(request).binding;
    return loaded;
  };
  return {
    load,
    nativeMemory() {
      const { liveBytes, peakBytes, allocations, allocatedBytes } = load().bindingInfo();
      return { liveBytes, peakBytes, allocations, allocatedBytes };
    },
    resetNativePeak: () => load().resetPeak(),
  };
}
