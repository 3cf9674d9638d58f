/** Finds a native binding, reads the switch, explains what is missing, falls back to TypeScript. */
export { type Attempt, BindingMissingError, type BindingSource } from './binding-missing.ts';
export { type ChosenEngine, chooseEngine, type EngineName, type EngineRequest } from './choose.ts';
export { LoaderError, type LoaderErrorCode } from './errors.ts';
export { type CountingBinding, type LazyBinding, lazyBinding, type NativeMemory } from './lazy-binding.ts';
export { type BindingBase, type BindingRequest, type LoadedBinding, loadBinding } from './load.ts';
export { currentHost, type Host, platformTriple } from './platform.ts';
export {
  type Environment,
  pathVariable,
  readSwitch,
  SWITCH_MODES,
  type SwitchMode,
  type SwitchSetting,
  switchVariable,
} from './switch.ts';
