/**
 * The system paths that a command may read and execute by default: what programs need to start, and nothing that is
 * somebody's secret. Of each list only what exists is taken.
 */

import { existsSync, readdirSync } from 'node:fs';

/**
 * `/etc` is a list of entries, not the directory: it holds keys (`ssl/private`, `ssh`), password hashes and tokens
 * (`npmrc`, `pip.conf`, `gitconfig` with a credential). `/opt` is missing: what lies there is the host's own software,
 * with its data beside it; name what you need.
 */
const LINUX: readonly string[] = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/ld-musl-x86_64.path',
  '/etc/ld-musl-aarch64.path',
  '/etc/ca-certificates',
  '/etc/ca-certificates.conf',
  '/etc/ssl/certs',
  '/etc/ssl/cert.pem',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/certs',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/tls/openssl.cnf',
  '/etc/pki/ca-trust/extracted',
  '/etc/crypto-policies',
  '/etc/fonts',
  '/etc/localtime',
  '/etc/timezone',
  '/etc/locale.alias',
  '/etc/locale.conf',
  '/etc/mime.types',
  '/etc/magic',
  '/etc/terminfo',
  '/etc/passwd',
  '/etc/group',
  '/etc/nsswitch.conf',
  '/etc/hosts',
  '/etc/host.conf',
  '/etc/gai.conf',
  '/etc/protocols',
  '/etc/services',
  '/etc/os-release',
  '/etc/debian_version',
  '/etc/alpine-release',
  '/etc/redhat-release',
];
/** The settings of a Java are outside of it, and it does not start without. */
const LINUX_JAVA = /^java(-\d+-openjdk)?$/;

const DARWIN: readonly string[] = [
  '/usr',
  '/bin',
  '/sbin',
  '/System/Library',
  '/Library/Apple',
  '/Library/Developer/CommandLineTools',
  '/opt/homebrew',
  '/private/etc/ssl',
  '/private/etc/localtime',
  '/private/etc/passwd',
  '/private/etc/hosts',
  '/private/etc/protocols',
  '/private/etc/services',
];

/** Only read where the policy has domains: names are resolved by the proxy, but some programs want the file. */
const WITH_NETWORK: readonly string[] = ['/etc/resolv.conf'];

/** The default of `Policy.system`, before what does not exist is left out. Windows has none: see the matrix. */
export const SYSTEM_PATHS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: LINUX,
  darwin: DARWIN,
  win32: [],
};

export function defaultSystemPaths(platform: NodeJS.Platform, hasNetwork: boolean): string[] {
  const listed = [...(SYSTEM_PATHS[platform] ?? []), ...(hasNetwork ? WITH_NETWORK : [])];
  return [...listed, ...(platform === 'linux' ? javaSettings() : [])].filter((path) => existsSync(path));
}

function javaSettings(): string[] {
  try {
    return readdirSync('/etc')
      .filter((name) => LINUX_JAVA.test(name))
      .map((name) => `/etc/${name}`);
  } catch {
    return [];
  }
}
