/**
 * Packs every public addon as users will install it: the package itself (JavaScript and types), and one package a
 * platform for each binding that was built. `node scripts/pack-addons.ts [FOLDER]`, FOLDER being dist/packages.
 */

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');
const IS_WINDOWS = process.platform === 'win32';

interface Manifest {
  name: string;
  version: string;
  license: string;
  private?: boolean;
  engines?: Record<string, string>;
  napi?: { binaryName: string };
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}

const readManifest = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** @returns the tarballs, loader first, then each addon followed by its platform packages */
export function packAddons(outFolder: string): string[] {
  const out = resolve(outFolder);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const addons = readdirSync(join(ROOT, 'addons'))
    .map((name) => join(ROOT, 'addons', name))
    .filter((folder) => existsSync(join(folder, 'package.json')) && readManifest(folder).private !== true)
    .sort((a, b) => Number(basename(b) === 'loader') - Number(basename(a) === 'loader') || (a < b ? -1 : 1));
  return addons.flatMap((folder) => packOne(folder, out));
}

function packOne(folder: string, out: string): string[] {
  const manifest = readManifest(folder);
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  run(join(BIN, 'tsc'), ['-p', 'tsconfig.build.json'], folder);
  const platforms = builtBindings(folder, manifest).map(({ file, platform }) =>
    packPlatform(join(folder, file), platform, manifest, out),
  );
  return [packMain(folder, platforms, out), ...platforms.map(({ tarball }) => tarball)];
}

/** Bindings lying in the addon's folder: `tokenizer.linux-x64-gnu.node`. */
function builtBindings(folder: string, { napi }: Manifest): { file: string; platform: string }[] {
  if (napi === undefined) return [];
  const pattern = new RegExp(`^${napi.binaryName}\\.(.+)\\.node$`);
  return readdirSync(folder).flatMap((file) => {
    const platform = pattern.exec(file)?.[1];
    return platform === undefined ? [] : [{ file, platform }];
  });
}

/** pnpm writes workspace and catalog versions out; the platform packages are added to what it packed. */
function packMain(folder: string, platforms: readonly Platform[], out: string): string {
  const stage = mkdtempSync(join(tmpdir(), 'pairbench-pack-'));
  try {
    run('npx', ['-y', 'pnpm@12', 'pack', '--pack-destination', stage], folder);
    const [packed = ''] = readdirSync(stage).filter((file) => file.endsWith('.tgz'));
    run('tar', ['-xzf', packed], stage);
    const unpacked = join(stage, 'package');
    const manifest = readManifest(unpacked);
    delete manifest.devDependencies;
    delete manifest.scripts;
    delete manifest.napi;
    if (platforms.length > 0) {
      manifest.optionalDependencies = Object.fromEntries(
        platforms.map(({ name }) => [name, manifest.version]),
      );
    }
    copyFileSync(join(ROOT, 'LICENSE'), join(unpacked, 'LICENSE'));
    return npmPack(unpacked, manifest, out);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

interface Platform {
  readonly name: string;
  readonly tarball: string;
}

function packPlatform(binding: string, platform: string, addon: Manifest, out: string): Platform {
  const [os = '', cpu = '', abi] = platform.split('-');
  const manifest = {
    name: `${addon.name}-${platform}`,
    version: addon.version,
    description: `The ${platform} binding of ${addon.name}`,
    license: addon.license,
    os: [os],
    cpu: [cpu],
    ...(os === 'linux' ? { libc: [abi === 'musl' ? 'musl' : 'glibc'] } : {}),
    main: basename(binding),
    files: [basename(binding)],
    engines: addon.engines ?? {},
  };
  const stage = mkdtempSync(join(tmpdir(), 'pairbench-pack-'));
  try {
    copyFileSync(binding, join(stage, basename(binding)));
    copyFileSync(join(ROOT, 'LICENSE'), join(stage, 'LICENSE'));
    return { name: manifest.name, tarball: npmPack(stage, manifest, out) };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function npmPack(folder: string, manifest: object, out: string): string {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const printed = run('npm', ['pack', '--json', '--pack-destination', out], folder);
  const [entry] = JSON.parse(printed) as { filename: string }[];
  return join(out, entry?.filename ?? '');
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: IS_WINDOWS,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const tarball of packAddons(process.argv[2] ?? join(ROOT, 'dist', 'packages'))) {
    process.stdout.write(`${tarball}\n`);
  }
}
