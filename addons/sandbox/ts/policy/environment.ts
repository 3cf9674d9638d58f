/** The environment of a confined process: made new for each run, of named variables only. */

import { SandboxError } from '../contract.ts';
import type { CompiledPolicy } from './compiled.ts';

/** Taken over from the host by default. `HOME` and `TMPDIR` are the launcher's: private, inside. */
export const ENVIRONMENT_NAMES: readonly string[] = [
  'PATH',
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_COLLATE',
  'LC_CTYPE',
  'LC_MESSAGES',
  'LC_MONETARY',
  'LC_NUMERIC',
  'LC_TIME',
  'TZ',
  'TERM',
  'COLORTERM',
  'NO_COLOR',
  'FORCE_COLOR',
  'CI',
  'USER',
  'LOGNAME',
];

/** By these a loader, an interpreter or a shell runs code of another's choice before the program's own. */
const LOADS_CODE =
  /^(LD_.*|DYLD_.*|_?GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|NODE_(?!ENV$).*|PYTHON(?!UNBUFFERED$|DONTWRITEBYTECODE$|HASHSEED$|IOENCODING$|UTF8$).*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|LUA_.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|MAVEN_OPTS|CLASSPATH|R_PROFILE.*|R_ENVIRON.*|PHPRC|PHP_INI_SCAN_DIR|BASH_ENV|BASH_FUNC_.*|BASHOPTS|SHELLOPTS|ENV|ZDOTDIR|PROMPT_COMMAND|PS[0-4]|IFS|CDPATH|GLOBIGNORE|FPATH|GIT_.*|SSH_ASKPASS|SUDO_.*|LESSOPEN|LESSCLOSE|RUSTC.*|RUSTFLAGS|CARGO_(?!TARGET_DIR$|TERM_|NET_OFFLINE$|INCREMENTAL$).*|NPM_CONFIG_.*|YARN_.*|PNPM_.*|PIP_.*|MAKEFLAGS|GNUMAKEFLAGS|RIPGREP_CONFIG_PATH|OPENSSL_CONF|OPENSSL_ENGINES|TERMINFO.*|TERMCAP|HOSTALIASES|RESOLV_HOST_CONF|MALLOC_.*|COMSPEC|PATHEXT|__.*)$/i;
/** Who wrote a commit: nothing runs by these. */
const HARMLESS_GIT = /^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)$/;
/** By these a process could speak for the user, or starts what the user likes to start. */
const SET_ONLY =
  /^(GIT_PAGER|GIT_TERMINAL_PROMPT|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER)$|(^|_)(TOKEN|TOKENS|KEY|KEYS|APIKEY|SECRET|SECRETS|CREDENTIAL|CREDENTIALS|COOKIE|PAT|DSN)$|PASSWORD|PASSWD|PASSPHRASE|^SSH_(?!ASKPASS$)|^GPG_|^AWS_|^AZURE_|^GOOGLE_|^KUBECONFIG$|^DOCKER_|^DBUS_|^XDG_RUNTIME_DIR$|^XAUTHORITY$|^WAYLAND_DISPLAY$|^DISPLAY$|_AUTH_SOCK$|^DATABASE_URL$/i;
/** Case is none on Windows, and npm reads its names in any. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `set-only`: a secret and the like. Not taken over from the host; the host may write a value itself, and knows that it does. */
export type EnvironmentNameKind = 'plain' | 'loads-code' | 'set-only' | 'invalid';

export function environmentNameKind(name: string): EnvironmentNameKind {
  if (!NAME.test(name) || name.length > 255) return 'invalid';
  if (HARMLESS_GIT.test(name)) return 'plain';
  if (SET_ONLY.test(name)) return 'set-only';
  return LOADS_CODE.test(name) ? 'loads-code' : 'plain';
}

/** Never taken over from the host. */
export function isRefusedEnvironmentName(name: string): boolean {
  return environmentNameKind(name) !== 'plain';
}

/** Never given a value either. */
export function isRefusedEnvironmentValueName(name: string): boolean {
  const kind = environmentNameKind(name);
  return kind === 'loads-code' || kind === 'invalid';
}

/**
 * `NAME=value`, sorted by name: what the policy passes of `host`, then what it sets, then `extra` of this run.
 * @throws SandboxError `ERR_INVALID_ARG_TYPE` for a name or value in `extra` that is refused
 */
export function scrubbedEnvironment(
  compiled: CompiledPolicy,
  host: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> = {},
): string[] {
  const values = new Map<string, string>();
  for (const name of compiled.environment.pass) {
    const value = Object.hasOwn(host, name) ? host[name] : undefined;
    if (typeof value !== 'string' || !isValue(value) || isRefusedEnvironmentName(name)) continue;
    values.set(name, name === 'PATH' ? absoluteEntries(value) : value);
  }
  for (const [name, value] of Object.entries(compiled.environment.set)) values.set(name, value);
  for (const [name, value] of Object.entries(extra)) {
    if (isRefusedEnvironmentValueName(name)) {
      throw new SandboxError('ERR_INVALID_ARG_TYPE', `env.${name} is a name that is not handed over`);
    }
    if (typeof value !== 'string' || !isValue(value)) {
      throw new SandboxError('ERR_INVALID_ARG_TYPE', `env.${name} must be a string without NUL`);
    }
    values.set(name, value);
  }
  return [...values].map(([name, value]) => `${name}=${value}`).sort();
}

function isValue(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** An empty or relative entry would look for programs in the working directory. */
function absoluteEntries(path: string): string {
  return path
    .split(':')
    .filter((entry) => entry.startsWith('/'))
    .join(':');
}
