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
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packAddons } from './pack-addons.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const hasBinding = readdirSync(join(ROOT, 'addons', 'tokenizer')).some((file) => file.endsWith('.node'));
const work = mkdtempSync(join(tmpdir(), 'pairbench-install-'));
const project = join(work, 'project');
const scope = join(project, 'node_modules', '@pairbench');
const platformPackages = () => readdirSync(scope).filter((name) => /^tokenizer-/.test(name));

const PROGRAM = `
import { countTokens, encode, decode, engine } from '@pairbench/tokenizer';
const text = 'naïve 日本語 text, with 12345 numbers and\\n\\ttabs 👩‍👩‍👧';
console.log(JSON.stringify({ count: countTokens(text), cl100k: countTokens(text, 'cl100k_base'),
  roundTrip: decode(encode(text)) === text, engine: engine.name, reason: engine.reason }));
`;

function count(env: Record<string, string> = {}) {
  const { PAIRBENCH_NATIVE: _, PAIRBENCH_TOKENIZER: __, ...inherited } = process.env;
  const printed = execFileSync(process.execPath, ['count.mjs'], {
    cwd: project,
    encoding: 'utf8',
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return JSON.parse(printed) as {
    count: number;
    cl100k: number;
    roundTrip: boolean;
    engine: string;
    reason: string;
  };
}

beforeAll(() => {
  const tarballs = packAddons(join(work, 'packages'));
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }');
  writeFileSync(join(project, 'count.mjs'), PROGRAM);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...tarballs], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}, 180_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

test('the packed files are what the manifest promises, and nothing else', () => {
  const manifest = JSON.parse(readFileSync(join(scope, 'tokenizer', 'package.json'), 'utf8'));
  expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:/);
  expect(existsSync(join(scope, 'tokenizer', 'dist', 'index.js'))).toBe(true);
  expect(existsSync(join(scope, 'tokenizer', 'dist', 'index.d.ts'))).toBe(true);
  expect(existsSync(join(scope, 'tokenizer', 'README.md'))).toBe(true);
  expect(existsSync(join(scope, 'tokenizer', 'LICENSE'))).toBe(true);
  const files = readdirSync(join(scope, 'tokenizer', 'dist'));
  expect(files.filter((file) => file.includes('.test.') || file.startsWith('fuzz'))).toEqual([]);
});

test.skipIf(!hasBinding)('counts natively, and the same with the binding deleted', () => {
  const native = count();
  expect(native.engine).toBe('native');
  expect(native.roundTrip).toBe(true);
  expect(count({ PAIRBENCH_TOKENIZER: 'off' })).toMatchObject({ count: native.count, engine: 'typescript' });

  for (const name of platformPackages()) rmSync(join(scope, name), { recursive: true });
  const typescript = count();
  expect(typescript.engine).toBe('typescript');
  expect(typescript).toMatchObject({ count: native.count, cl100k: native.cl100k, roundTrip: true });
  expect(() => count({ PAIRBENCH_NATIVE: 'require' })).toThrow(/ERR_BINDING_MISSING/);
});
