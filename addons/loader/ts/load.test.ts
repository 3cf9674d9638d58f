import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BindingMissingError } from './binding-missing.ts';
import { type BindingRequest, loadBinding } from './load.ts';
import type { Host } from './platform.ts';

const HOST: Host = { platform: 'linux', arch: 'x64', libc: 'glibc', glibcVersion: '2.36' };
const LOCAL_BUILD = 'demo.linux-x64-gnu.node';

let root: string;
let request: BindingRequest;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pairbench-loader-'));
  write('package.json', '{"name":"@pairbench/demo","version":"1.2.3","type":"module"}');
  write('dist/inner/engine.js', '');
  request = {
    id: 'demo',
    packageName: '@pairbench/demo',
    from: pathToFileURL(join(root, 'dist/inner/engine.js')).href,
    env: {},
    host: HOST,
  };
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** A stand-in for a binding: what matters here is that `require` gives an object. */
function writeModule(path: string, version: string, name: string): string {
  return write(path, `module.exports = { bindingInfo: () => ({ version: '${version}' }), name: '${name}' };`);
}

function writePlatformPackage(version: string): void {
  const directory = 'node_modules/@pairbench/demo-linux-x64-gnu';
  write(`${directory}/package.json`, '{"name":"@pairbench/demo-linux-x64-gnu","main":"demo.cjs"}');
  writeModule(`${directory}/demo.cjs`, version, 'platform package');
}

function missing(overrides: Partial<BindingRequest> = {}): BindingMissingError {
  try {
    loadBinding({ ...request, ...overrides });
  } catch (error) {
    if (error instanceof BindingMissingError) return error;
    throw error;
  }
  throw new Error('a binding was found');
}

describe('the order of places', () => {
  it('takes the explicit path before all others', () => {
    const file = writeModule('elsewhere/mine.cjs', '1.2.3', 'explicit');
    writePlatformPackage('1.2.3');
    const found = loadBinding({ ...request, env: { PAIRBENCH_DEMO_PATH: file } });
    expect(found).toMatchObject({ source: 'path', place: file, binding: { name: 'explicit' } });
  });

  it('takes the platform package', () => {
    writePlatformPackage('1.2.3');
    expect(loadBinding(request)).toMatchObject({
      source: 'platform-package',
      place: '@pairbench/demo-linux-x64-gnu',
      binding: { name: 'platform package' },
    });
  });

  it('tries nothing else when the explicit path fails', () => {
    writePlatformPackage('1.2.3');
    const error = missing({ env: { PAIRBENCH_DEMO_PATH: join(root, 'nowhere.node') } });
    expect(error.attempts).toEqual([
      {
        source: 'path',
        place: join(root, 'nowhere.node'),
        code: 'NOT_FOUND',
        message: 'there is no such file',
      },
    ]);
    expect(error.message).toContain('PAIRBENCH_DEMO_PATH names the only file that is tried');
  });

  it('looks at the platform package, then at the local build', () => {
    const error = missing();
    expect(error.attempts.map(({ source, place, code }) => [source, place, code])).toEqual([
      ['platform-package', '@pairbench/demo-linux-x64-gnu', 'NOT_FOUND'],
      ['local-build', join(root, LOCAL_BUILD), 'NOT_FOUND'],
    ]);
  });
});

describe('bindings that do not fit', () => {
  it('refuses another version', () => {
    writePlatformPackage('1.2.4');
    const [attempt] = missing().attempts;
    expect(attempt).toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(attempt?.message).toBe('it is version 1.2.4, but @pairbench/demo is 1.2.3: the two go together');
  });

  it('refuses a module without bindingInfo', () => {
    const file = write('other.cjs', 'module.exports = {};');
    expect(missing({ env: { PAIRBENCH_DEMO_PATH: file } }).attempts[0]).toMatchObject({ code: 'NO_BINDING' });
  });

  it('reports a file that is no shared library', () => {
    write(LOCAL_BUILD, 'garbage, not a library');
    const error = missing();
    expect(error.attempts[1]).toMatchObject({ source: 'local-build', code: 'ERR_DLOPEN_FAILED' });
    expect(error.message).toContain(
      'the file is damaged, or for another system than linux-x64-gnu (glibc 2.36)',
    );
  });

  it('does not take a missing dependency of the platform package for a missing package', () => {
    const directory = 'node_modules/@pairbench/demo-linux-x64-gnu';
    write(`${directory}/package.json`, '{"main":"demo.cjs"}');
    write(`${directory}/demo.cjs`, "require('not-there');");
    expect(missing().attempts[0]).toMatchObject({ code: 'MODULE_NOT_FOUND' });
  });
});

describe('BindingMissingError', () => {
  it('explains an installed package', () => {
    const error = missing();
    expect(error).toMatchObject({ code: 'ERR_BINDING_MISSING', platform: 'linux-x64-gnu' });
    expect(error.message.split('\n')).toEqual([
      'no native binding of @pairbench/demo for linux-x64-gnu',
      'Looked at:',
      '  @pairbench/demo-linux-x64-gnu: it is not installed (NOT_FOUND)',
      `  ${join(root, LOCAL_BUILD)}: there is no such file (NOT_FOUND)`,
      'What helps:',
      '  npm install --include=optional   (platform packages are optional dependencies)',
      'PAIRBENCH_DEMO=off uses the TypeScript engine without looking for a binding.',
    ]);
  });

  it('explains a source checkout, with and without cargo', () => {
    write('Cargo.toml', '');
    const bare = { PATH: join(root, 'bin'), CARGO_HOME: join(root, 'cargo') };
    expect(missing({ env: bare }).message).toContain('install Rust first, cargo is not found');
    chmodSync(write('bin/cargo', ''), 0o755);
    const { message } = missing({ env: bare });
    expect(message).toContain('npx -y pnpm@12 build:native');
    expect(message).not.toContain('install Rust');
  });

  it('explains a glibc that is too old', () => {
    const place = write('new.cjs', 'throw new Error("version `GLIBC_2.99\' not found");');
    const { message } = missing({ env: { PAIRBENCH_DEMO_PATH: place } });
    expect(message).toContain("wants a newer glibc than this system's 2.36");
  });

  it('explains --no-addons', () => {
    const code = 'throw Object.assign(new Error("no"), { code: "ERR_DLOPEN_DISABLED" });';
    const place = write('disabled.cjs', code);
    const { message } = missing({ env: { PAIRBENCH_DEMO_PATH: place } });
    expect(message).toContain('Node was started with --no-addons');
  });
});

it('says so when the module belongs to no such package', () => {
  expect(() => loadBinding({ ...request, packageName: '@pairbench/other' })).toThrow(
    expect.objectContaining({ code: 'ERR_NO_PACKAGE_ROOT' }),
  );
});
