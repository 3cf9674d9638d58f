/** A whole pairbench root in a temporary folder, and the real command line run in it as a child process. */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readResult } from '../result.ts';
import { temporaryFolder } from './folder.ts';

const CLI = new URL('../cli.ts', import.meta.url).href;

/** Stands for scripts/bench.mjs without the build. */
const ENTRY = `import { main } from ${JSON.stringify(CLI)};
process.exitCode = await main(process.argv.slice(2), process.env, process.cwd());
`;

/** A suite that is good in every way: two engines that add up lists of numbers. */
export const GOOD_SUITE = `
const lists = [[1, 2, 3], [4, 5], [6]];
const engine = { add: (list) => list.reduce((sum, n) => sum + n, 0) };
export default {
  id: 'sums',
  engines: { typescript: async () => engine, native: async () => engine },
  cases: [{
    id: 'add', title: 'Adds a list', unit: 'number', inputs: () => lists,
    prepare: (engine, inputs) => (i) => engine.add(inputs[i]),
    answer: () => [6, 9, 6],
    units: (inputs) => inputs.map((list) => list.length),
    batch: 500,
  }],
};
`;

/** A suite of one case on one engine; `change` replaces fields of the case, `engine` the engine. */
export const suiteOf = (change: string, engine = '{}', native = engine) => `
const typescript = ${engine};
const native = ${native};
export default {
  id: 'sums',
  engines: { typescript: async () => typescript, native: async () => native },
  cases: [{
    id: 'add', title: 'Adds', unit: 'number', inputs: () => [1, 2, 3],
    prepare: (engine, inputs) => (i) => inputs[i] + 1,
    answer: () => [2, 3, 4],
    ...${change},
  }],
};
`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface House {
  readonly root: string;
  /** Runs `bench` with these words until it ends. */
  run(line: string, env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** The same, with a look at its standard error while it runs. */
  start(line: string, onStderr: (text: string, interrupt: () => void) => void): Promise<Ended>;
  result(): ReturnType<typeof readResult>;
  read(name: string): string;
  has(name: string): boolean;
}

/** @param files `suites/sums/suite.ts` is the good suite where it is not given; targets are none where not given */
export function buildHouse(files: Readonly<Record<string, string>> = {}): House {
  const root = temporaryFolder({
    'suites/sums/suite.ts': GOOD_SUITE,
    'baselines/phase6.toml': '',
    'bench.ts': ENTRY,
    'package.json': '{ "type": "module" }',
    ...files,
  });
  const start: House['start'] = (line, onStderr) => launch(root, line, {}, onStderr);
  return {
    root,
    start,
    run: (line, env = {}) => launch(root, line, env, () => {}),
    result: () => readResult(join(root, '.pairbench', 'result.json')),
    read: (name) => readFileSync(join(root, name), 'utf8'),
    has: (name) => existsSync(join(root, name)),
  };
}

function launch(
  root: string,
  line: string,
  env: NodeJS.ProcessEnv,
  onStderr: (text: string, interrupt: () => void) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', 'bench.ts', ...line.split(' ').filter(Boolean)], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    onStderr(stderr, () => child.kill('SIGINT'));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
