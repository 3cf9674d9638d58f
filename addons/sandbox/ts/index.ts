/**
 * Commands confined by the kernel and file actions that no symbolic link leads astray, on the engine chosen when this module
 * is loaded: native where its binding is there, else TypeScript. `PAIRBENCH_SANDBOX` (or `PAIRBENCH_NATIVE`) = auto | off | require.
 */
import { chooseEngine, type EngineName } from '@pairbench/loader';
import type { SandboxEngine } from './contract.ts';
import { loadNative, nativeEngine } from './native.ts';
import { typescriptEngine } from './typescript.ts';

export { type AuditEntry, readAuditLog } from './audit/log.ts';
export {
  type CommandRule,
  type ConfirmRequest,
  type Decision,
  type Enforcement,
  type Entry,
  type ExecuteOptions,
  type Execution,
  type Grant,
  type GrantRequest,
  INTENTS,
  type Intent,
  LAYERS,
  type Layer,
  type Limits,
  type PathRule,
  type Policy,
  type Preset,
  type Profile,
  type Reason,
  type Root,
  type Sandbox,
  type SandboxEngine,
  SandboxError,
  type SandboxErrorCode,
  type SandboxOptions,
  type Verdict,
} from './contract.ts';
export { ENVIRONMENT_NAMES } from './policy/environment.ts';
export { PROTECTED_NAMES } from './policy/names.ts';
export { preset } from './policy/presets.ts';
export { SYSTEM_PATHS } from './policy/system-paths.ts';

/** Both engines, whatever the switch says: for tests and measurements. */
export const engines: {
  typescript(): SandboxEngine;
  /** @throws BindingMissingError when there is no binding */
  native(): SandboxEngine;
} = {
  typescript: () => typescriptEngine,
  native: () => {
    loadNative();
    return nativeEngine;
  },
};

const chosen = chooseEngine<SandboxEngine>({ id: 'sandbox', ...engines });

/** The engine that is live, and why. */
export const engine: Readonly<{ name: EngineName; reason: string }> = {
  name: chosen.name,
  reason: chosen.reason,
};

export const { createSandbox } = chosen.engine;
