/**
 * `node addons/sandbox/ts/corpus/run.ts --launcher native|typescript|bubblewrap|unconfined [--user root|nobody]
 * [--only F01,K03] [--json FILE] [--markdown FILE]`
 *
 * Builds the attack program, then starts itself once more: as the user asked for, by a parent that left descriptors
 * open, and at a terminal. `--markdown` also runs the usual bubblewrap line beside it, and
 * as root both as nobody too. Exit: 0 good, 1 an escape of ours, a dead
 * control or a broken twin, 2 usage.
 */

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAttacks } from '../testing/attack-binary.ts';
import { GROUND_DIRECTORY } from '../testing/ground.ts';
import { LAUNCHERS, type LauncherName, launcher } from '../testing/launchers.ts';
import type { CaseResult, User } from './case.ts';
import { CASES } from './index.ts';
import { type CorpusRun, failed, lastLine, line, markdown } from './report.ts';
import { runCase } from './runner.ts';

/** Nobody, in every distribution. */
const NOBODY = 65_534;

interface Options {
  readonly launcher: LauncherName;
  readonly user: User;
  readonly only: readonly string[];
}

/** Inside: one case after another. */
async function runAll(options: Options, binary: string): Promise<CorpusRun> {
  const results: CaseResult[] = [];
  const starter = launcher(options.launcher);
  for (const one of CASES) {
    if (options.only.length > 0 && !options.only.some((id) => one.id === id || one.id.slice(0, 3) === id))
      continue;
    const result = await runCase(one, starter, options.user, binary);
    process.stderr.write(`${line(result)}\n`);
    results.push(result);
  }
  return { launcher: options.launcher, user: options.user, kernel: release(), results };
}

/** Outside: prepares and starts the other one. */
export function runCorpus(options: Options): CorpusRun {
  const built = buildAttacks();
  const run = mkdtempSync(join(GROUND_DIRECTORY, 'pairbench-corpus-run-'));
  try {
    const [binary, leak, result] = [join(run, 'attacks'), join(run, 'leak'), join(run, 'result.json')];
    copyFileSync(built, binary);
    chmodSync(binary, 0o755);
    mkdirSync(leak);
    mkdirSync(join(run, 'outside'));
    writeFileSync(`${leak}.txt`, 'as it was\n');
    const asNobody = options.user === 'nobody' && process.getuid?.() === 0;
    if (asNobody)
      for (const path of [run, leak, `${leak}.txt`, join(run, 'outside')]) chownSync(path, NOBODY, NOBODY);
    const words = [leak, `${leak}.txt`, process.execPath, import.meta.filename, '--inside', binary];
    const only = options.only.length > 0 ? ['--only', options.only.join(',')] : [];
    const { status, error } = spawnSync(
      binary,
      [
        'careless',
        ...words,
        '--launcher',
        options.launcher,
        '--user',
        options.user,
        '--json',
        result,
        ...only,
      ],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
          ...process.env,
          HOME: run,
          PAIRBENCH_CORPUS_LEAK: leak,
          // Only what is there at the start of a process is seen in its /proc/PID/environ.
          PAIRBENCH_CORPUS_TOKEN: randomBytes(16).toString('hex'),
        },
        ...(asNobody ? { uid: NOBODY, gid: NOBODY } : {}),
      },
    );
    try {
      accessSync(result);
    } catch {
      throw new Error(
        `the corpus did not run as ${options.user}: ${error?.message ?? `exit code ${status}`}; can that user read the checkout?`,
      );
    }
    return JSON.parse(readFileSync(result, 'utf8')) as CorpusRun;
  } finally {
    rmSync(run, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      launcher: { type: 'string' },
      user: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'string' },
      markdown: { type: 'string' },
      inside: { type: 'string' },
    },
  });
  const name = values.launcher as LauncherName;
  const user = (values.user ?? (process.getuid?.() === 0 ? 'root' : 'nobody')) as User;
  if (!LAUNCHERS.includes(name) || !['root', 'nobody'].includes(user)) {
    process.stderr.write(
      `run.ts --launcher ${LAUNCHERS.join('|')} [--user root|nobody] [--only F01,K03] [--json FILE] [--markdown FILE]\n`,
    );
    return 2;
  }
  if (process.platform !== 'linux') {
    process.stderr.write('the corpus is about Linux\n');
    return 2;
  }
  const options = { launcher: name, user, only: values.only?.split(',') ?? [] };
  if (values.inside !== undefined) {
    const run = await runAll(options, values.inside);
    writeFileSync(values.json as string, JSON.stringify(run));
    return 0;
  }
  if (user === 'root' && process.getuid?.() !== 0) {
    process.stderr.write('only root can run the corpus as root\n');
    return 2;
  }
  const runs = [runCorpus(options)];
  if (values.markdown !== undefined && name !== 'bubblewrap') {
    // Root can be nobody as well.
    const isRoot = process.getuid?.() === 0 && values.user === undefined;
    if (isRoot) runs.push(runCorpus({ ...options, user: 'nobody' }));
    for (const { user } of [...runs]) runs.push(runCorpus({ ...options, launcher: 'bubblewrap', user }));
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(runs, null, 2)}\n`);
  if (values.markdown !== undefined) writeFileSync(values.markdown, markdown(runs));
  for (const run of runs) process.stdout.write(`${lastLine(run)}\n`);
  return runs.some((run) => run.launcher === name && failed(run)) ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main();
