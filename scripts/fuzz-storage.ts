/**
 * Fuzzes the readers of the storage addon with cargo-fuzz: hostile files must give a value or a typed error, without a
 * panic and within 512 MB.
 * `node scripts/fuzz-storage.ts --seconds 60`; needs nightly Rust and `cargo install cargo-fuzz`; exit 0 clean, 1 a finding
 * (its input is in addons/storage/fuzz/artifacts), 3 it cannot be run here.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ADDON = fileURLToPath(new URL('../addons/storage', import.meta.url));
const TARGETS = ['open', 'decode'];

function fuzz(target: string, seconds: number): number {
  const args = [
    '+nightly',
    'fuzz',
    'run',
    target,
    '--',
    `-max_total_time=${seconds}`,
    '-rss_limit_mb=512',
    '-max_len=8192',
    '-print_final_stats=1',
  ];
  return spawnSync('cargo', args, { cwd: ADDON, stdio: 'inherit' }).status ?? 1;
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
if (spawnSync('cargo', ['+nightly', 'fuzz', '--version'], { stdio: 'ignore' }).status !== 0) {
  process.stderr.write(
    'cargo-fuzz or nightly Rust is missing: rustup toolchain install nightly && cargo install cargo-fuzz\n',
  );
  process.exit(3);
}
for (const target of TARGETS) {
  process.stdout.write(`== ${target}, ${values.seconds} s\n`);
  if (fuzz(target, Number(values.seconds)) !== 0) process.exit(1);
}
