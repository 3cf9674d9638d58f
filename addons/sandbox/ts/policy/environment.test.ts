import { expect, test } from 'vitest';
import type { CompiledPolicy } from './compiled.ts';
import {
  ENVIRONMENT_NAMES,
  environmentNameKind,
  isRefusedEnvironmentName,
  scrubbedEnvironment,
} from './environment.ts';

const compiled = {
  environment: { pass: ENVIRONMENT_NAMES, set: { A: 'policy', B: 'policy' } },
} as unknown as CompiledPolicy;

test.each([
  ...[
    'LD_PRELOAD',
    'LD_AUDIT',
    'LD_LIBRARY_PATH',
    'DYLD_INSERT_LIBRARIES',
    'NODE_OPTIONS',
    'NODE_PATH',
    'PYTHONSTARTUP',
  ],
  ...[
    'PYTHONPATH',
    'PERL5OPT',
    'PERL5LIB',
    'RUBYOPT',
    'BASH_ENV',
    'ENV',
    'PROMPT_COMMAND',
    'PS4',
    'IFS',
    'GIT_SSH_COMMAND',
  ],
  ...[
    'GIT_CONFIG_COUNT',
    'BASH_FUNC_ls',
    'npm_config_script_shell',
    'RUSTC_WRAPPER',
    'JAVA_TOOL_OPTIONS',
    'SSH_ASKPASS',
  ],
])('%s loads code (E01)', (name) => {
  expect(environmentNameKind(name)).toBe('loads-code');
  expect(() => scrubbedEnvironment(compiled, {}, { [name]: 'x' })).toThrow(/not handed over/);
});

test.each([
  'SSH_AUTH_SOCK',
  'GITHUB_TOKEN',
  'OPENAI_API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'DB_PASSWORD',
  'NPM_TOKEN',
  'DBUS_SESSION_BUS_ADDRESS',
])('%s is not taken over, but may be set by the host', (name) => {
  expect(isRefusedEnvironmentName(name)).toBe(true);
  expect(scrubbedEnvironment(compiled, { [name]: 'host' })).not.toContain(`${name}=host`);
  expect(scrubbedEnvironment(compiled, {}, { [name]: 'x' })).toContain(`${name}=x`);
});

test.each(['PATH', 'NODE_ENV', 'CI', 'GIT_AUTHOR_NAME', 'PYTHONUNBUFFERED', 'MONKEY', 'RUST_BACKTRACE'])(
  '%s is plain',
  (name) => {
    expect(environmentNameKind(name)).toBe('plain');
  },
);

test('names that are none, and values with NUL, are refused', () => {
  for (const name of ['', 'A=B', 'A B', 'BASH_FUNC_x%%', '1A', 'A\0']) {
    expect(() => scrubbedEnvironment(compiled, {}, { [name]: 'x' })).toThrow();
  }
  expect(() => scrubbedEnvironment(compiled, {}, { X: 'a\0' })).toThrow(/NUL/);
});

test('the default names, then the policy, then the run; sorted; PATH without relative entries', () => {
  const host = {
    PATH: '/usr/bin::.:bin:/bin',
    TERM: 'xterm',
    HOME: '/root',
    LD_PRELOAD: 'x',
    SECRET: 's',
    LANG: 'a\0b',
  };
  expect(scrubbedEnvironment(compiled, host, { B: 'run' })).toEqual([
    'A=policy',
    'B=run',
    'PATH=/usr/bin:/bin',
    'TERM=xterm',
  ]);
});
