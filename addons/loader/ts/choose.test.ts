import { describe, expect, it, vi } from 'vitest';
import { BindingMissingError } from './binding-missing.ts';
import { chooseEngine } from './choose.ts';

const MISSING = new BindingMissingError({
  id: 'demo',
  packageName: '@pairbench/demo',
  packageDirectory: '/nowhere',
  host: { platform: 'darwin', arch: 'arm64', libc: undefined, glibcVersion: undefined },
  attempts: [{ source: 'path', place: 'my.node', code: 'NOT_FOUND', message: 'there is no such file' }],
  env: {},
});

function choose(env: Record<string, string>, native: () => string) {
  const typescript = vi.fn(() => 'ts');
  const spied = vi.fn(native);
  const choice = () => chooseEngine({ id: 'demo', native: spied, typescript, env });
  return { choice, typescript, native: spied };
}

function missing(): string {
  throw MISSING;
}

describe('chooseEngine', () => {
  it('takes the native engine and leaves the other unloaded', () => {
    const { choice, typescript } = choose({}, () => 'rs');
    expect(choice()).toEqual({ engine: 'rs', name: 'native', reason: 'the native binding is there' });
    expect(typescript).not.toHaveBeenCalled();
  });

  it('does not even look for a binding when switched off', () => {
    const { choice, native } = choose({ PAIRBENCH_NATIVE: 'off' }, () => 'rs');
    expect(choice()).toEqual({ engine: 'ts', name: 'typescript', reason: 'PAIRBENCH_NATIVE=off' });
    expect(native).not.toHaveBeenCalled();
  });

  it('falls back in auto, says why, and names an explicit file that failed', () => {
    expect(choose({}, missing).choice()).toEqual({
      engine: 'ts',
      name: 'typescript',
      reason: 'no native binding of @pairbench/demo for darwin-arm64: my.node: there is no such file',
      missing: MISSING,
    });
  });

  it('throws when required', () => {
    const { choice, typescript } = choose({ PAIRBENCH_DEMO: 'require' }, missing);
    expect(choice).toThrow(MISSING);
    expect(typescript).not.toHaveBeenCalled();
    expect(choose({ PAIRBENCH_DEMO: 'require' }, () => 'rs').choice()).toMatchObject({
      name: 'native',
      reason: 'PAIRBENCH_DEMO=require',
    });
  });

  it('does not swallow any other failure', () => {
    const broken = () => {
      throw new TypeError('a bug');
    };
    expect(choose({}, broken).choice).toThrow('a bug');
  });

  it('refuses an unknown value before anything is loaded', () => {
    const { choice, native, typescript } = choose({ PAIRBENCH_DEMO: 'on' }, () => 'rs');
    expect(choice).toThrow(expect.objectContaining({ code: 'ERR_BAD_SWITCH' }));
    expect(native).not.toHaveBeenCalled();
    expect(typescript).not.toHaveBeenCalled();
  });
});
