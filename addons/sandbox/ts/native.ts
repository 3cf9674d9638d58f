import type { SandboxEngine } from './contract.ts';
import { nativeCore } from './native/core.ts';
import { sandboxesOn } from './sandbox.ts';

export { loadNative, nativeMemory, resetNativePeak } from './native/load.ts';

/** The native engine: Rust decides, opens and launches. */
export const nativeEngine: SandboxEngine = { createSandbox: sandboxesOn(nativeCore) };

export const { createSandbox } = nativeEngine;
