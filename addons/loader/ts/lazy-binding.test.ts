import { expect, test } from 'vitest';
import { BindingMissingError } from './binding-missing.ts';
import { lazyBinding } from './lazy-binding.ts';

test('nothing is loaded before it is needed; then each function says what is missing', () => {
  const gone = lazyBinding({
    id: 'gone',
    packageName: '@pairbench/loader',
    from: import.meta.url,
    env: {},
  });
  for (const call of [gone.load, gone.nativeMemory, gone.resetNativePeak]) {
    expect(call).toThrow(BindingMissingError);
  }
});
