import { BindingMissingError, readSwitch } from '@pairbench/loader';

/**
 * Why the native engine of the addon `id` is not tested; `undefined` when it is. `PAIRBENCH_NATIVE=require` makes a missing
 * binding an error.
 */
export function whyNoBinding(id: string, load: () => unknown): string | undefined {
  const { mode, variable } = readSwitch(id);
  if (mode === 'off') return `${variable}=off`;
  try {
    load();
    return undefined;
  } catch (error) {
    if (mode === 'require' || !(error instanceof BindingMissingError)) throw error;
    return error.headline;
  }
}
