import { LoaderError } from './errors.ts';

/** `auto`: native where it loads, else TypeScript; `off`: TypeScript; `require`: no binding is an error. */
export const SWITCH_MODES = ['auto', 'off', 'require'] as const;

export type SwitchMode = (typeof SWITCH_MODES)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SwitchSetting {
  mode: SwitchMode;
  /** The variable that decided; absent when none is set. */
  variable?: string;
}

const COMMON_VARIABLE = 'PAIRBENCH_NATIVE';

/** `PAIRBENCH_TOKENIZER` for `tokenizer`: upper case, `-` as `_`. */
export function switchVariable(id: string): string {
  return `PAIRBENCH_${id.toUpperCase().replaceAll('-', '_')}`;
}

/** `PAIRBENCH_TOKENIZER_PATH` for `tokenizer`: the one binding to load, nothing else is tried. */
export function pathVariable(id: string): string {
  return `${switchVariable(id)}_PATH`;
}

/**
 * The switch of one addon: its own variable wins over `PAIRBENCH_NATIVE`, an empty value counts as unset.
 * @throws LoaderError `ERR_BAD_SWITCH` for any other value than auto, off and require
 */
export function readSwitch(id: string, env: Environment = process.env): SwitchSetting {
  for (const variable of [switchVariable(id), COMMON_VARIABLE]) {
    const value = env[variable];
    if (value === undefined || value === '') continue;
    const mode = SWITCH_MODES.find((known) => known === value);
    if (mode === undefined) {
      throw new LoaderError(
        'ERR_BAD_SWITCH',
        `${variable} is ${JSON.stringify(value)}; allowed are ${SWITCH_MODES.join(', ')}`,
      );
    }
    return { mode, variable };
  }
  return { mode: 'auto' };
}
