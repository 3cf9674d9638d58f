/** Builds what is to be measured, then runs the harness. */

import { main } from '../harness/cli.ts';
import { buildAddons } from './build-addons.ts';

/** Commands that look at files only and need no binding; `compare` builds in checkouts of its own. */
const NEEDS_NO_BUILD = new Set(['gate', 'report', 'bless', 'compare', 'list', 'help', '--help', '-h']);

export async function benchMain(argv: string[]): Promise<number> {
  const native = nativeMode(argv);
  if (native !== 'off' && !argv.some((word) => NEEDS_NO_BUILD.has(word))) {
    const problem = buildAddons();
    if (problem !== undefined) process.stderr.write(`bench: ${problem}\n`);
    if (problem !== undefined && native === 'require') return 3;
  }
  return main(argv, process.env, process.cwd());
}

/** The harness reads the option again, strictly; here it only decides whether to build. */
function nativeMode(argv: readonly string[]): string {
  const at = argv.findIndex((word) => word.startsWith('--native'));
  const option = argv[at]?.split('=')[1] ?? argv[at + 1];
  return (at < 0 ? undefined : option) ?? process.env.PAIRBENCH_NATIVE ?? 'auto';
}
