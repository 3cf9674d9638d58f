/**
 * Builds every native package of the workspace: each folder of addons/ and suites/<id>/native whose package.json has a
 * "napi" section. `node scripts/build-addons.ts` by hand; `pnpm bench` and `pnpm test` call it first.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What the bindings lying there were built from; in target/, so that `cargo clean` forgets it. */
const BUILT_FROM = join(ROOT, 'target', 'addons-built-from');

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
 * Builds all, release profile, unless the sources are those of the last build: the napi command compiles its crate anew
 * at every call, which is a quarter of a minute for nothing.
 * @returns why nothing could be built, or undefined when everything was
 */
export function buildAddons(): string | undefined {
  if (!hasCargo()) {
    return (
      'the native engines cannot be built: no working cargo on the PATH. Install Rust by rustup (https://rustup.rs); ' +
      'rust-toolchain.toml names the version. TypeScript engines and peers run without it'
    );
  }
  const sources = sourceDigest();
  if (isBuiltFrom(sources)) return undefined;
  process.stderr.write('building the native engines (the first time takes about two minutes)\n');
  for (const folder of nativePackages()) {
    const problem = buildOne(folder);
    if (problem !== undefined) return problem;
  }
  mkdirSync(join(ROOT, 'target'), { recursive: true });
  writeFileSync(BUILT_FROM, sources);
  return undefined;
}

function buildOne(folder: string): string | undefined {
  const dts = existsSync(join(ROOT, folder, 'ts')) ? 'ts/binding.d.ts' : 'binding.d.ts';
  const options = [
    '--platform',
    '--release',
    '--features',
    'napi',
    '--no-js',
    '--dts',
    dts,
    '--no-const-enum',
  ];
  const build = spawnSync(
    join(ROOT, 'node_modules', '.bin', 'napi'),
    ['build', ...options, '--', '--locked'],
    {
      cwd: join(ROOT, folder),
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  if (build.status === 0) return undefined;
  const output = `${build.stdout ?? ''}${build.stderr ?? ''}`.trim().split('\n').slice(-25).join('\n');
  return `${folder} does not build:\n${build.error?.message ?? output}`;
}

/** Everything that a binding's bytes depend on, in one hash. */
function sourceDigest(): string {
  const digest = createHash('sha256');
  const files = globSync(
    [
      'Cargo.{toml,lock}',
      'rust-toolchain.toml',
      '{addons/*,suites/*/native}/{Cargo.toml,package.json,build.rs}',
      '{addons/*,suites/*/native}/{src,build}/**/*.rs',
    ],
    { cwd: ROOT },
  );
  for (const file of files.sort())
    digest
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return digest.digest('hex');
}

function isBuiltFrom(sources: string): boolean {
  if (!existsSync(BUILT_FROM) || readFileSync(BUILT_FROM, 'utf8') !== sources) return false;
  return nativePackages().every((folder) => globSync('*.node', { cwd: join(ROOT, folder) }).length > 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problem = buildAddons();
  if (problem !== undefined) process.stderr.write(`build: ${problem}\n`);
  else process.stderr.write(`build: ${nativePackages().join(', ') || 'nothing to build'}\n`);
  process.exitCode = problem === undefined ? 0 : 3;
}
