import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type Attempt, BindingMissingError, type BindingSource } from './binding-missing.ts';
import { findPackageRoot, type PackageRoot } from './package-root.ts';
import { currentHost, type Host, platformTriple } from './platform.ts';
import { type Environment, pathVariable } from './switch.ts';

/** What every binding exports beside its own functions. */
export interface BindingBase {
  /** `version` is that of the crate, equal to the package's. */
  bindingInfo(): { version: string };
}

export interface BindingRequest {
  /** Hot path, `tokenizer` for one. */
  id: string;
  /** npm package, `@pairbench/tokenizer` for one. */
  packageName: string;
  /** `import.meta.url` of a module inside that package. */
  from: string;
  env?: Environment;
  /** Another platform than the running one, for tests. */
  host?: Host;
}

export interface LoadedBinding<B extends BindingBase> {
  binding: B;
  source: BindingSource;
  /** The file, or the name of the platform package. */
  place: string;
}

/**
 * Loads a binding, synchronously: the file in `PAIRBENCH_<ID>_PATH` and then nothing else, or the platform package
 * `<package>-<triple>`, or the local build `<package root>/<id>.<triple>.node`. A binding of another version than
 * the package is refused. Costs one dlopen and a few file look-ups.
 * @throws BindingMissingError with every place that was looked at
 */
export function loadBinding<B extends BindingBase>(request: BindingRequest): LoadedBinding<B> {
  const { id, packageName, from, env = process.env, host = currentHost() } = request;
  const root = findPackageRoot(from, packageName);
  const attempts: Attempt[] = [];
  for (const [source, place] of placesOf(request, root, env, host)) {
    const outcome = tryPlace<B>(source, place, root, packageName);
    if ('binding' in outcome) return outcome;
    attempts.push(outcome);
  }
  throw new BindingMissingError({ id, packageName, packageDirectory: root.directory, host, attempts, env });
}

function placesOf(
  { id, packageName }: BindingRequest,
  root: PackageRoot,
  env: Environment,
  host: Host,
): [BindingSource, string][] {
  const explicit = env[pathVariable(id)];
  if (explicit !== undefined && explicit !== '') return [['path', resolve(explicit)]];
  const triple = platformTriple(host);
  return [
    ['platform-package', `${packageName}-${triple}`],
    ['local-build', join(root.directory, `${id}.${triple}.node`)],
  ];
}

function tryPlace<B extends BindingBase>(
  source: BindingSource,
  place: string,
  root: PackageRoot,
  packageName: string,
): LoadedBinding<B> | Attempt {
  if (source !== 'platform-package' && !existsSync(place)) {
    return { source, place, code: 'NOT_FOUND', message: 'there is no such file' };
  }
  try {
    const require = createRequire(join(root.directory, 'package.json'));
    const binding = require(place) as Partial<B>;
    if (typeof binding.bindingInfo !== 'function') {
      return { source, place, code: 'NO_BINDING', message: 'it loads, but exports no bindingInfo' };
    }
    const { version } = binding.bindingInfo();
    if (version === root.version) return { binding: binding as B, source, place };
    const message = `it is version ${version}, but ${packageName} is ${root.version}: the two go together`;
    return { source, place, code: 'VERSION_MISMATCH', message };
  } catch (error) {
    return { source, place, ...describeError(error, place) };
  }
}

function describeError(error: unknown, place: string): Pick<Attempt, 'code' | 'message'> {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const firstLine = String(message).split('\n', 1)[0] as string;
  if (code === 'MODULE_NOT_FOUND' && firstLine.includes(`'${place}'`)) {
    return { code: 'NOT_FOUND', message: 'it is not installed' };
  }
  return { code: typeof code === 'string' ? code : 'ERR_LOAD', message: firstLine };
}
