/** Variables, words and what a program is started with. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Ground } from '../testing/ground.ts';
import type { AttackCase, Finding, Outcome } from './case.ts';
import { leaked, outsideChanged } from './oracles.ts';

/** Each with the secret in its value, in a form that harms nobody who obeys it. */
const variables = (secret: string): Record<string, string> => ({
  LD_LIBRARY_PATH: `/nonexistent/${secret}`,
  NODE_OPTIONS: `--title=${secret}`,
  PYTHONSTARTUP: `/nonexistent/${secret}`,
  PERL5LIB: `/nonexistent/${secret}`,
  RUBYLIB: `/nonexistent/${secret}`,
  BASH_ENV: `/nonexistent/${secret}`,
  ENV: `/nonexistent/${secret}`,
  GIT_SSH_COMMAND: secret,
  GIT_EXTERNAL_DIFF: secret,
  SSH_AUTH_SOCK: `/nonexistent/${secret}`,
  DBUS_SESSION_BUS_ADDRESS: `unix:path=/nonexistent/${secret}`,
  GITHUB_TOKEN: secret,
  AWS_SECRET_ACCESS_KEY: secret,
  CORPUS_API_KEY: secret,
  DATABASE_PASSWORD: secret,
  KUBECONFIG: `/nonexistent/${secret}`,
});

/** Words that a shell would not hand over as they are. */
const words = (ground: Ground): readonly string[] => [
  'two words',
  '"quoted"',
  "it's",
  `$(echo x > ${join(ground.outside, 'dollar')})`,
  `\`echo x > ${join(ground.outside, 'tick')}\``,
  `; echo x > ${join(ground.outside, 'semicolon')} ;`,
  'line\nbreak',
  '-n',
  '--',
  '',
  '*',
  '~',
  '\\',
  'é\u2028\u{1f600}',
  '\r',
  'a'.repeat(100_000),
];

export const environment: readonly AttackCase[] = [
  {
    id: 'E01a',
    title: 'Variables of the host that carry secrets or load code',
    layers: ['environment'],
    setUp: (ground) => {
      for (const [name, value] of Object.entries(variables(ground.secret))) ground.setVariable(name, value);
    },
    attack: (ground) => ground.attack('environment', ...Object.keys(variables(''))),
    oracle: leaked,
    twin: { argv: () => ['/bin/sh', '-c', 'test -n "$PATH" && test -n "$HOME"'] },
  },
  {
    id: 'E01b',
    title: 'A library that the host’s environment preloads: into the run, or into what starts it',
    layers: ['environment'],
    needs: ['compiler'],
    setUp: (ground) => {
      const mark = join(ground.outside, 'loaded');
      const source = `#include <fcntl.h>
#include <unistd.h>
__attribute__((constructor)) static void load(void) { close(open("${mark}", O_CREAT | O_WRONLY, 0644)); }
`;
      const library = join(ground.base, 'preload.so');
      execFileSync('gcc', ['-shared', '-fPIC', '-o', library, '-x', 'c', '-'], {
        input: source,
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      ground.setVariable('LD_PRELOAD', library);
    },
    attack: (ground) => ground.attack('arguments', 'x'),
    oracle: (ground): Finding =>
      existsSync(join(ground.outside, 'loaded')) ? 'the library was loaded' : undefined,
  },
  {
    id: 'E02',
    title: 'Words that a shell would read: they arrive byte for byte',
    layers: ['processes'],
    attack: (ground) => ground.attack('arguments', ...words(ground)),
    // The careless way: one line for a shell, each word between quotes.
    control: {
      argv: (ground) => {
        const plain = words(ground).filter((word) => !/["\\]/.test(word));
        return ['/bin/sh', '-c', `"${ground.attack('arguments', ...plain).join('" "')}"`];
      },
    },
    oracle: (ground: Ground, outcome: Outcome): Finding => {
      const changed = outsideChanged(ground);
      if (changed !== undefined) return changed;
      if (!outcome.reported) return undefined;
      const expected = Buffer.from(
        words(ground)
          .map((word) => `${word}\n`)
          .join(''),
      ).toString('latin1');
      return outcome.got === expected ? undefined : 'the words are not those that were given';
    },
  },
  {
    id: 'E06',
    title: 'A shell function that the host’s environment exports',
    layers: ['environment'],
    needs: ['bash'],
    setUp: (ground) => {
      ground.setVariable('BASH_FUNC_attacked%%', `() { echo ${ground.secret}; }`);
    },
    attack: (ground) => ['bash', '-c', 'attacked 2>/dev/null; exec "$0" arguments x', ground.binary],
    oracle: leaked,
  },
];
