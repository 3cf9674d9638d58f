import { describe, expect, it } from 'vitest';
import { LoaderError } from './errors.ts';
import { pathVariable, readSwitch, switchVariable } from './switch.ts';

describe('readSwitch', () => {
  it('is auto when nothing is set, or set to nothing', () => {
    expect(readSwitch('tokenizer', {})).toEqual({ mode: 'auto' });
    expect(readSwitch('tokenizer', { PAIRBENCH_NATIVE: '', PAIRBENCH_TOKENIZER: '' })).toEqual({
      mode: 'auto',
    });
  });

  it('reads the common variable', () => {
    expect(readSwitch('tokenizer', { PAIRBENCH_NATIVE: 'off' })).toEqual({
      mode: 'off',
      variable: 'PAIRBENCH_NATIVE',
    });
  });

  it('lets the variable of the hot path win', () => {
    const env = { PAIRBENCH_NATIVE: 'off', PAIRBENCH_TOKENIZER: 'require' };
    expect(readSwitch('tokenizer', env)).toEqual({ mode: 'require', variable: 'PAIRBENCH_TOKENIZER' });
    expect(readSwitch('diff', env)).toEqual({ mode: 'off', variable: 'PAIRBENCH_NATIVE' });
  });

  it('refuses another value and names variable, value and what is allowed', () => {
    for (const value of ['1', 'true', 'OFF', ' off']) {
      expect(() => readSwitch('tokenizer', { PAIRBENCH_TOKENIZER: value })).toThrow(
        `PAIRBENCH_TOKENIZER is ${JSON.stringify(value)}; allowed are auto, off, require`,
      );
    }
    const error = thrownBy(() => readSwitch('diff', { PAIRBENCH_NATIVE: 'yes' }));
    expect(error).toBeInstanceOf(LoaderError);
    expect(error).toMatchObject({ code: 'ERR_BAD_SWITCH' });
  });

  it('names variables after the hot path', () => {
    expect(switchVariable('symbol-index')).toBe('PAIRBENCH_SYMBOL_INDEX');
    expect(pathVariable('symbol-index')).toBe('PAIRBENCH_SYMBOL_INDEX_PATH');
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
