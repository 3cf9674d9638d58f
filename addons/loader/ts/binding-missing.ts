import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { LoaderError } from './errors.ts';
import { type Host, platformTriple } from './platform.ts';
import { type Environment, pathVariable, switchVariable } from './switch.ts';

export type BindingSource = 'path' | 'platform-package' | 'local-build';

/** A place that was looked at and why it gave nothing. */
export interface Attempt {
  source: BindingSource;
  /** A file, or the name of a package. */
  place: string;
  /** Node's code, `ERR_DLOPEN_FAILED` for one, or one of the loader's: `NOT_FOUND`, `VERSION_MISMATCH`, `NO_BINDING`. */
  code: string;
  message: string;
}

export interface MissingDetails {
  id: string;
  packageName: string;
  packageDirectory: string;
  host: Host;
  attempts: readonly Attempt[];
  env: Environment;
}

/** No binding could be loaded. The message names each place, what to do about it, and how to be silent. */
export class BindingMissingError extends LoaderError {
  declare readonly code: 'ERR_BINDING_MISSING';
  /** `linux-x64-gnu` for one. */
  readonly platform: string;
  readonly attempts: readonly Attempt[];
  /** The first line of the message. */
  readonly headline: string;

  constructor(details: MissingDetails) {
    const platform = platformTriple(details.host);
    const headline = `no native binding of ${details.packageName} for ${platform}`;
    super('ERR_BINDING_MISSING', [headline, ...explain(details, platform)].join('\n'));
    this.name = 'BindingMissingError';
    this.platform = platform;
    this.attempts = details.attempts;
    this.headline = headline;
  }
}

function explain(details: MissingDetails, platform: string): string[] {
  const { attempts, id } = details;
  return [
    'Looked at:',
    ...attempts.map(({ place, code, message }) => `  ${place}: ${message} (${code})`),
    'What helps:',
    ...advice(details, platform).map((line) => `  ${line}`),
    `${switchVariable(id)}=off uses the TypeScript engine without looking for a binding.`,
  ];
}

function advice(details: MissingDetails, platform: string): string[] {
  const { attempts, host, id } = details;
  const has = (code: string) => attempts.some((attempt) => attempt.code === code);
  if (has('ERR_DLOPEN_DISABLED')) {
    return ['Node was started with --no-addons: start it without, in NODE_OPTIONS too'];
  }
  const lines: string[] = [];
  if (attempts.some((attempt) => /GLIBC_\d|GLIBCXX_\d/.test(attempt.message))) {
    const here = host.glibcVersion ?? 'none';
    lines.push(
      `the binding wants a newer glibc than this system's ${here}: build it here, or use a newer system`,
    );
  } else if (has('ERR_DLOPEN_FAILED')) {
    const libc =
      host.libc === undefined ? '' : ` (${[host.libc, host.glibcVersion].filter(Boolean).join(' ')})`;
    lines.push(
      `the file is damaged, or for another system than ${platform}${libc}: install or build it again`,
    );
  }
  if (attempts.some((attempt) => attempt.source === 'path')) {
    lines.push(`${pathVariable(id)} names the only file that is tried: correct it or unset it`);
    return lines;
  }
  return [...lines, ...installAdvice(details)];
}

function installAdvice({ packageDirectory, env }: MissingDetails): string[] {
  // A published package carries no Cargo.toml.
  if (!existsSync(join(packageDirectory, 'Cargo.toml'))) {
    return ['npm install --include=optional   (platform packages are optional dependencies)'];
  }
  const build = 'npx -y pnpm@12 build:native   (in the repository)';
  if (hasCargo(env)) return [build];
  return ['install Rust first, cargo is not found: https://rustup.rs', build];
}

function hasCargo(env: Environment): boolean {
  const places = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean);
  places.push(join(env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin'));
  return places.some((place) => ['cargo', 'cargo.exe'].some((name) => isExecutable(join(place, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
