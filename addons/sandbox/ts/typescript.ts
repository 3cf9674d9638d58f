import type { SandboxEngine } from './contract.ts';
import { sandboxesOn } from './sandbox.ts';
import { typescriptCore } from './typescript/core.ts';

/** The TypeScript engine: the same policy and verdicts; commands run under what the system offers (bubblewrap on Linux). */
export const typescriptEngine: SandboxEngine = { createSandbox: sandboxesOn(typescriptCore) };

export const { createSandbox } = typescriptEngine;
