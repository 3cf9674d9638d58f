/** Directories and questions of the cases; made anew in every trial, removed when it ends. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Intent } from '@pairbench/sandbox/contract';

/** Not in /tmp: confined commands have one of their own there. */
const PLACE = '/var/tmp';

export function directory(name: string): string {
  const path = realpathSync(mkdtempSync(join(PLACE, `pairbench-suite-sandbox-${name}-`)));
  process.on('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface Question {
  /** Below the tree's base. */
  readonly path: string;
  readonly intent: Intent;
  /** `decision reason`, as a reader of docs/sandbox-policy-matrix.md would say. */
  readonly expected: string;
}

const PACKAGES = 20;
const FILES = 16;

const ask = (path: string, intent: Intent, expected: string): Question => ({ path, intent, expected });

/** Ordinary paths four times of five, as an agent's are; the rest is what a policy is for. */
export const QUESTIONS: readonly Question[] = Array.from({ length: PACKAGES }, (_, at) => at).flatMap(
  (at) => {
    const base = `work/packages/package-${at}`;
    const files = Array.from({ length: FILES }, (_, file) => `${base}/src/lib/module-${file}.ts`);
    return [
      ...files.flatMap((file) => [ask(file, 'read', 'allow allowed'), ask(file, 'write', 'allow allowed')]),
      ask(`${base}/src/lib/new-file.ts`, 'write', 'allow allowed'),
      ask(`${base}/src`, 'list', 'allow allowed'),
      ask(`${base}/.npmrc`, 'write', 'deny protected'),
      ask(`${base}/.vscode/tasks.json`, 'write', 'deny protected'),
      ask('work/.git/hooks/pre-commit', 'write', 'deny protected'),
      ask('work/.git/HEAD', 'read', 'allow allowed'),
      ask(`${base}/../../../outside/secret`, 'read', 'deny outside'),
      ask('work-evil/file', 'write', 'deny outside'),
      ask(`${base}/link-out/secret`, 'read', 'deny outside'),
      ask(`${base}/link-in/module-1.ts`, 'write', 'allow allowed'),
    ];
  },
);

/** The tree that the questions are about: its base. */
export function questionTree(): string {
  const base = directory('evaluate');
  const file = (path: string) => {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), path);
  };
  for (const path of ['work/.git/HEAD', 'work/.git/hooks/x', 'outside/secret', 'work-evil/file']) file(path);
  for (const { path, expected } of QUESTIONS) {
    if (expected === 'allow allowed' && /module-\d+\.ts$/.test(path) && !path.includes('link')) file(path);
  }
  for (let at = 0; at < PACKAGES; at++) {
    symlinkSync('../../../outside', join(base, `work/packages/package-${at}/link-out`));
    symlinkSync('src/lib', join(base, `work/packages/package-${at}/link-in`));
  }
  return base;
}

export const FILE_BYTES = 4096;
export const FILE_COUNT = 64;
export const LISTED = 1_000;

/** What file `i` holds. */
export function contents(i: number): Uint8Array {
  return Buffer.from(`${i} `.repeat(FILE_BYTES).slice(0, FILE_BYTES));
}

/** A root with files to read and to replace. */
export function fileTree(): string {
  const root = directory('files');
  for (let i = 0; i < FILE_COUNT; i++) writeFileSync(join(root, `file-${i}`), contents(i));
  return root;
}

export const listedNames = (): string[] => Array.from({ length: LISTED }, (_, i) => `entry-${i}.ts`).sort();

export function listTree(): string {
  const root = directory('list');
  for (const name of listedNames()) writeFileSync(join(root, name), '');
  return root;
}
