/**
 * Builds every native package of the workspace: each folder of addons/ and suites/ whose package.json has a "napi"
 * section. `node scripts/build-addons.ts` by hand; `pnpm bench` and `pnpm test` call it first.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * A crate that is an addon here and a dependency there is built with the feature `napi` and without it. Cargo gives a
 * path's cdylib one file name for both, so that each build would undo the other; with this set the names differ.
 */
const SEPARATE_NAMES = { __CARGO_DEFAULT_LIB_METADATA: 'pairbench' };

/** Folders of native packages, relative to the root. */
export function nativePackages(): string[] {
  const below = (folder: string) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  const candidates = [...below('addons'), ...below('suites').map((suite) => join(suite, 'native'))];
  return candidates.filter((folder) => {
    const manifest = join(ROOT, folder, 'package.json');
    return existsSync(manifest) && 'napi' in JSON.parse(readFileSync(manifest, 'utf8'));
  });
}

export function hasCargo(): boolean {
  return spawnSync('cargo', ['--version'], { cwd: ROOT, stdio: 'ignore' }).status === 0;
}

/**
 * Builds all, release profile; a second run takes a second or two.
 * @returns why nothing could be built, or undefined when everything was
 */
export function buildAddons(): string | undefined {
  if (!hasCargo()) {
    return (
      'the native engines cannot be built: no working cargo on the PATH. Install Rust by rustup (https://rustup.rs); ' +
      'rust-toolchain.toml names the version. TypeScript engines and peers run without it'
    );
  }
  for (const folder of nativePackages()) {
    const dts = existsSync(join(ROOT, folder, 'ts')) ? 'ts/binding.d.ts' : 'binding.d.ts';
    const args = ['build', '--platform', '--release', '--features', 'napi', '--no-js', '--dts', dts];
    const build = spawnSync(join(ROOT, 'node_modules', '.bin', 'napi'), [...args, '--no-const-enum'], {
      cwd: join(ROOT, folder),
      encoding: 'utf8',
      env: { ...process.env, ...SEPARATE_NAMES },
      shell: process.platform === 'win32',
    });
    if (build.status !== 0) {
      const output = `${build.stdout ?? ''}${build.stderr ?? ''}`.trim().split('\n').slice(-25).join('\n');
      return `${folder} does not build:\n${build.error?.message ?? output}`;
    }
  }
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problem = buildAddons();
  if (problem !== undefined) process.stderr.write(`build: ${problem}\n`);
  else process.stderr.write(`build: ${nativePackages().join(', ') || 'nothing to build'}\n`);
  process.exitCode = problem === undefined ? 0 : 3;
}
