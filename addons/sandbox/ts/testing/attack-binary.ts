/** Builds the attack program and says where it is. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const PACKAGE = 'pairbench-sandbox-attacks';
const CHECKOUT = join(import.meta.dirname, '../../../..');

/** Cargo's own messages go to stderr. @throws when there is no Rust toolchain, or the program does not build */
export function buildAttacks(): string {
  const cargo = (words: readonly string[], stdout: 'pipe' | 'inherit') =>
    execFileSync('cargo', words, { cwd: CHECKOUT, stdio: ['ignore', stdout, 'inherit'], maxBuffer: 1 << 28 });
  cargo(['build', '--quiet', '--release', '--locked', '-p', PACKAGE], 'inherit');
  const metadata = cargo(['metadata', '--no-deps', '--locked', '--format-version=1'], 'pipe').toString();
  const { target_directory: target } = JSON.parse(metadata) as { target_directory: string };
  return join(target, 'release', 'attacks');
}
