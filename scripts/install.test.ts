/** The packed addons as a user installs them: by npm, into an empty project, with and without the binding. */

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packAddons } from './pack-addons.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'pairbench-install-'));
const project = join(work, 'project');
const scope = join(project, 'node_modules', '@pairbench');

interface Use {
  /** A module that makes `answer` with what the addon exports. */
  readonly program: string;
  readonly answer: unknown;
}

const USES: Readonly<Record<string, Use>> = {
  tokenizer: {
    program: `import { countTokens, decode, encode, engine } from '@pairbench/tokenizer';
      const text = 'naïve 日本語 text, with 12345 numbers and\\n\\ttabs 👩‍👩‍👧';
      const answer = [countTokens(text), countTokens(text, 'cl100k_base'), decode(encode(text)) === text];`,
    // As tiktoken counts.
    answer: [24, 30, true],
  },
  storage: {
    program: `import { engine, openEventLog } from '@pairbench/storage';
      import { rmSync } from 'node:fs';
      rmSync('log', { recursive: true, force: true });
      const log = openEventLog('log');
      log.append('first');
      log.append('second');
      log.close();
      const again = openEventLog('log', { readOnly: true });
      const answer = [...again.replay()].map(({ seq, bytes }) => [seq, new TextDecoder().decode(bytes)]);
      again.close();`,
    answer: [
      [0, 'first'],
      [1, 'second'],
    ],
  },
  diff: {
    program: `import { createTwoFilesPatch, engine } from '@pairbench/diff';
      const answer = createTwoFilesPatch('a', 'b', 'x\\ny\\n', 'x\\nz\\n').split('\\n').slice(3);`,
    answer: ['@@ -1,2 +1,2 @@', ' x', '-y', '+z', ''],
  },
  sandbox: {
    program: `import { createSandbox, engine, preset } from '@pairbench/sandbox';
      const sandbox = createSandbox(preset('safe', { root: process.cwd() }));
      const answer = [sandbox.evaluate('package.json', 'read').decision, sandbox.evaluate('/etc/shadow', 'read').decision];
      await sandbox.close();`,
    answer: ['allow', 'deny'],
  },
  symbols: {
    program: `import { engine, openSymbolIndex } from '@pairbench/symbols';
      const index = openSymbolIndex();
      index.updateFile('a.tsx', 'export class Users { getUserName<T>() { return <a/>; } }');
      const answer = index.query('gun').map(({ name, container, line, column }) => [name, container, line, column]);`,
    answer: [['getUserName', 'Users', 0, 21]],
  },
};

const addons = Object.keys(USES);
const hasBinding = (addon: string) =>
  readdirSync(join(ROOT, 'addons', addon)).some((file) => file.endsWith('.node'));

function run(addon: string, env: Record<string, string> = {}): { engine: string; answer: unknown } {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PAIRBENCH_'));
  const printed = execFileSync(process.execPath, [`${addon}.mjs`], {
    cwd: project,
    encoding: 'utf8',
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return JSON.parse(printed);
}

beforeAll(() => {
  const tarballs = packAddons(join(work, 'packages'));
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }');
  for (const [addon, { program }] of Object.entries(USES)) {
    const print = 'console.log(JSON.stringify({ engine: engine.name, answer }));';
    writeFileSync(join(project, `${addon}.mjs`), `${program}\n${print}\n`);
  }
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...tarballs], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}, 180_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

test('every addon is tried', () => {
  const built = readdirSync(join(ROOT, 'addons')).filter((addon) =>
    existsSync(join(ROOT, 'addons', addon, 'ts', 'binding.d.ts')),
  );
  expect(addons.toSorted()).toEqual(built.toSorted());
});

describe.each(addons)('%s', (addon) => {
  const installed = join(scope, addon);

  test('the packed files are what the manifest promises, and nothing else', () => {
    const manifest = readFileSync(join(installed, 'package.json'), 'utf8');
    expect(manifest).not.toMatch(/workspace:|catalog:/);
    const { files } = JSON.parse(manifest) as { files: string[] };
    const promised = files.filter((file) => !file.startsWith('!'));
    for (const file of [...promised, 'LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts']) {
      expect(existsSync(join(installed, file)), file).toBe(true);
    }
    const left = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' });
    expect(left.filter((file) => /\.test\.|(^|\/)(fuzz|testing|proof)\b/.test(file))).toEqual([]);
  });

  test('documents beside the README that it links to are packed', () => {
    const links = readFileSync(join(installed, 'README.md'), 'utf8').matchAll(/\]\(([\w.-]+\.md)[)#]/g);
    for (const [, file] of links) expect(existsSync(join(installed, file as string)), file).toBe(true);
  });

  test.skipIf(!hasBinding(addon))('answers natively, and the same with the binding deleted', () => {
    const { answer } = USES[addon] as Use;
    expect(run(addon)).toEqual({ engine: 'native', answer });
    expect(run(addon, { [`PAIRBENCH_${addon.toUpperCase()}`]: 'off' })).toEqual({
      engine: 'typescript',
      answer,
    });

    for (const name of readdirSync(scope).filter((name) => name.startsWith(`${addon}-`))) {
      rmSync(join(scope, name), { recursive: true });
    }
    expect(run(addon)).toEqual({ engine: 'typescript', answer });
    expect(() => run(addon, { PAIRBENCH_NATIVE: 'require' })).toThrow(/ERR_BINDING_MISSING/);
  });
});
