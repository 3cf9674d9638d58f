/**
 * Every check of the project, one after another; the last line is `N passed, N failed[, N skipped]`.
 * Each tool counts as one test, cargo's and vitest's tests count by themselves.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAddons, hasCargo } from './build-addons.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VITEST_JSON = join(ROOT, '.vitest', 'result.json');

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Each failed test by name with the first line of why, where the tool tells. */
  failures?: readonly string[];
}

/** What is read of vitest's JSON report. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  readonly needsCargo?: boolean;
  /** Counts the tests in the tool's output; left out, the tool itself is the one test. */
  readonly count?: (output: string) => Tally | undefined;
}

const CHECKS: readonly Check[] = [
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'style', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'rustfmt', command: ['cargo', 'fmt', '--all', '--check'], needsCargo: true },
  {
    name: 'clippy',
    command: ['cargo', 'clippy', '--workspace', '--all-targets', '--all-features', '--', '-D', 'warnings'],
    needsCargo: true,
  },
  // A dot a test: thousands of names of what went well would hide the one that did not.
  {
    name: 'cargo test',
    command: ['cargo', 'test', '--quiet', '--workspace'],
    needsCargo: true,
    count: countCargo,
  },
  {
    name: 'vitest',
    command: ['vitest', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${VITEST_JSON}`],
    count: countVitest,
  },
];

export async function testMain(): Promise<number> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const failedChecks: string[] = [];
  const cargo = hasCargo();
  const problem = buildAddons();
  if (problem !== undefined) process.stdout.write(`native engines: ${problem}\n`);
  if (problem !== undefined && cargo) {
    tally.failed++;
    failedChecks.push('native build');
  }
  for (const check of CHECKS) {
    if (check.needsCargo === true && !cargo) {
      process.stdout.write(`\n== ${check.name}: skipped, no cargo on the PATH\n`);
      tally.skipped++;
      continue;
    }
    process.stdout.write(`\n== ${check.name}\n`);
    const startedMs = performance.now();
    const { code, output } = await runTool(check.command);
    const counted = check.count?.(output);
    const failedBeforeTests = code !== 0 && (counted === undefined || counted.failed === 0);
    tally.passed += counted?.passed ?? (code === 0 ? 1 : 0);
    tally.failed += (counted?.failed ?? 0) + (failedBeforeTests ? 1 : 0);
    tally.skipped += counted?.skipped ?? 0;
    if (code !== 0) failedChecks.push(check.name, ...(counted?.failures ?? []));
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    process.stdout.write(
      `== ${check.name}: ${code === 0 ? 'good' : `FAILED (exit ${code})`} in ${seconds} s\n`,
    );
  }
  // Once more at the end: the output above is long.
  if (failedChecks.length > 0)
    process.stdout.write(`\nfailed:\n${failedChecks.map((line) => `  ${line}\n`).join('')}`);
  const skipped = tally.skipped === 0 ? '' : `, ${tally.skipped} skipped`;
  process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed${skipped}\n`);
  return tally.failed === 0 ? 0 : 1;
}

function runTool(command: readonly string[]): Promise<{ code: number; output: string }> {
  const [tool = '', ...args] = command;
  const path = `${join(ROOT, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
  return new Promise((resolve) => {
    const child = spawn(tool, args, {
      cwd: ROOT,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    const pass = (chunk: string) => {
      output += chunk;
      process.stdout.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', pass);
    child.stderr.setEncoding('utf8').on('data', pass);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Sums the `test result:` lines of cargo. */
function countCargo(output: string): Tally | undefined {
  const lines = [...output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored/gm)];
  if (lines.length === 0) return undefined;
  const sum = (group: number) => lines.reduce((total, line) => total + Number(line[group]), 0);
  return { passed: sum(1), failed: sum(2), skipped: sum(3) };
}

function countVitest(): Tally | undefined {
  try {
    const report = JSON.parse(readFileSync(VITEST_JSON, 'utf8')) as VitestReport;
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
      failures: vitestFailures(report),
    };
  } catch {
    return undefined;
  } finally {
    // A stale report must not count for a run that wrote none.
    rmSync(VITEST_JSON, { force: true });
    mkdirSync(join(ROOT, '.vitest'), { recursive: true });
  }
}

function vitestFailures(report: VitestReport): string[] {
  const failures: string[] = [];
  for (const file of report.testResults) {
    const name = relative(ROOT, file.name);
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName, failureMessages } of failed)
      failures.push(`${name}: ${fullName}: ${firstLine(failureMessages[0] ?? '')}`);
    // A file that could not be loaded has no tests that failed.
    if (file.status === 'failed' && failed.length === 0) failures.push(`${name}: ${firstLine(file.message)}`);
  }
  return failures;
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] as string).slice(0, 300);
}
