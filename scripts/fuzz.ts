/**
 * Fuzzes what reads hostile bytes with cargo-fuzz: each input must give a value or a typed error, without a panic and
 * within 512 MB.
 * `node scripts/fuzz.ts [storage] [sandbox] [symbols] --seconds 60`; needs nightly Rust and `cargo install cargo-fuzz`; exit 0 clean, 1 a
 * finding (its input is in addons/<addon>/fuzz/artifacts), 2 usage, 3 it cannot be run here.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const TARGETS: Readonly<Record<string, readonly string[]>> = {
  storage: ['open', 'decode'],
  sandbox: ['policy_reader', 'resolve'],
  symbols: ['decode', 'extract'],
};

function fuzz(addon: string, target: string, seconds: number): number {
  const limits = [`-max_total_time=${seconds}`, '-rss_limit_mb=512', '-max_len=8192', '-print_final_stats=1'];
  const cwd = fileURLToPath(new URL(`../addons/${addon}`, import.meta.url));
  return (
    spawnSync('cargo', ['+nightly', 'fuzz', 'run', target, '--', ...limits], { cwd, stdio: 'inherit' })
      .status ?? 1
  );
}

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' } },
  allowPositionals: true,
});
const addons = positionals.length > 0 ? positionals : Object.keys(TARGETS);
const unknown = addons.find((addon) => !Object.hasOwn(TARGETS, addon));
if (unknown !== undefined) {
  process.stderr.write(
    `no fuzz targets for ${unknown}; there are some for ${Object.keys(TARGETS).join(', ')}\n`,
  );
  process.exit(2);
}
if (spawnSync('cargo', ['+nightly', 'fuzz', '--version'], { stdio: 'ignore' }).status !== 0) {
  process.stderr.write(
    'cargo-fuzz or nightly Rust is missing: rustup toolchain install nightly && cargo install cargo-fuzz\n',
  );
  process.exit(3);
}
for (const addon of addons) {
  for (const target of TARGETS[addon] ?? []) {
    process.stdout.write(`== ${addon} ${target}, ${values.seconds} s\n`);
    if (fuzz(addon, target, Number(values.seconds)) !== 0) process.exit(1);
  }
}
