import type { SandboxEngine } from './contract.ts';
import { nativeCore } from './native/core.ts';
import { sandboxesOn } from './sandbox.ts';

export { loadNative, nativeMemory, resetNativePeak } from './native/load.ts';
/** @internal for measurements */
export { type Stage, type StageTimes, timedStarts } from './native/stages.ts';

/** The native engine: Rust decides, opens and launches. */
export const nativeEngine: SandboxEngine = {
  createSandbox: sandboxesOn((compiled) => nativeCore(compiled)),
};

export const { createSandbox } = nativeEngine;
