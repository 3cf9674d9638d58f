/** Builds what is to be measured, then runs the harness. */

import { existsSync } from 'node:fs';
import { main } from '../harness/cli.ts';
import { buildAddons } from './build-addons.ts';

/** Commands that look at files only and need no binding. */
const NEEDS_NO_BUILD = new Set(['gate', 'report']);

export async function benchMain(argv: string[]): Promise<number> {
  const wantsHelp = argv.includes('--help') || argv.includes('-h');
  const native = readNative(argv) ?? process.env.PAIRBENCH_NATIVE ?? 'auto';
  if (!wantsHelp && native !== 'off' && !argv.some((word) => NEEDS_NO_BUILD.has(word))) {
    const missing = buildAddons();
    if (missing !== undefined && native === 'require') {
      process.stderr.write(`bench: native engines are required, but ${missing}\n`);
      return 3;
    }
    if (missing !== undefined) process.stderr.write(`bench: ${missing}\n`);
  }
  return main(
    argv,
    process.env,
    existsSync('suites') ? process.cwd() : new URL('..', import.meta.url).pathname,
  );
}

function readNative(argv: readonly string[]): string | undefined {
  const i = argv.findIndex((word) => word === '--native' || word.startsWith('--native='));
  return i < 0
    ? undefined
    : argv[i]?.startsWith('--native=')
      ? argv[i].slice('--native='.length)
      : argv[i + 1];
}
