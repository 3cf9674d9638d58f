import { BindingMissingError } from './binding-missing.ts';
import { type Environment, readSwitch } from './switch.ts';

export type EngineName = 'native' | 'typescript';

export interface EngineRequest<T> {
  /** Hot path, `tokenizer` for one: names the switch. */
  id: string;
  /** Loads the native engine; a `BindingMissingError` means that there is none. */
  native: () => T;
  typescript: () => T;
  env?: Environment;
}

export interface ChosenEngine<T> {
  engine: T;
  name: EngineName;
  /** Why this one, in a line. */
  reason: string;
  /** With `name` typescript and the switch on auto: the full explanation. */
  missing?: BindingMissingError;
}

/**
 * Chooses by the switch and loads nothing but the engine chosen. In `auto` a missing binding gives the TypeScript
 * engine; any other failure of `native` is thrown.
 * @throws LoaderError `ERR_BAD_SWITCH`; BindingMissingError when the switch says require
 */
export function chooseEngine<T>({ id, native, typescript, env }: EngineRequest<T>): ChosenEngine<T> {
  const { mode, variable } = readSwitch(id, env);
  if (mode === 'off') return { engine: typescript(), name: 'typescript', reason: `${variable}=off` };
  try {
    const reason = mode === 'require' ? `${variable}=require` : 'the native binding is there';
    return { engine: native(), name: 'native', reason };
  } catch (error) {
    if (mode === 'require' || !(error instanceof BindingMissingError)) throw error;
    const [first] = error.attempts;
    // A named file that fails is never passed over in silence.
    const why = first?.source === 'path' ? `: ${first.place}: ${first.message}` : '';
    return { engine: typescript(), name: 'typescript', reason: `${error.headline}${why}`, missing: error };
  }
}
