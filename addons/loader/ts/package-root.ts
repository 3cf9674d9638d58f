import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LoaderError } from './errors.ts';

export interface PackageRoot {
  directory: string;
  version: string;
}

/**
 * The folder of the package `name` that the module at `url` belongs to, found by walking up: sources lie in ts/,
 * the published files in dist/.
 * @throws LoaderError `ERR_NO_PACKAGE_ROOT`
 */
export function findPackageRoot(url: string, name: string): PackageRoot {
  for (let directory = dirname(fileURLToPath(url)); ; directory = dirname(directory)) {
    const manifest = readManifest(join(directory, 'package.json'));
    if (manifest?.name === name) return { directory, version: String(manifest.version) };
    if (directory === dirname(directory)) {
      throw new LoaderError('ERR_NO_PACKAGE_ROOT', `no package.json of ${name} stands above ${url}`);
    }
  }
}

function readManifest(path: string): { name?: unknown; version?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown; version?: unknown };
  } catch {
    return undefined;
  }
}
