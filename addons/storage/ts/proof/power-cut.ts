/**
 * Cuts the power under a real kernel: a writer works on an ext4 file system in a loop-mounted image, which is shut down without writing its journal
 * (FS_IOC_SHUTDOWN, NOLOGFLUSH); what had not been flushed is gone. The image is mounted again and compared with what had been acknowledged.
 * Linux, root, loop devices, mkfs.ext4, perl (for the ioctl). About a second a cycle.
 * `node power-cut.ts --cycles 100 --seed 1 [--mount-options data=writeback]`; exit 0 whole, 1 a promise broken, 3 it cannot be done here.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@pairbench/testing';
import { type EngineId, engineIds, engineOf } from '../testing/engines.ts';
import { startWriter } from './child.ts';
import { Ledger } from './ledger.ts';

const IMAGE_BYTES = '200M';
/** _IOR('X', 125, __u32); flag 2: do not write the journal. */
const SHUT_DOWN =
  'sysopen(my $dir, $ARGV[0], 0) or die $!; my $flag = pack("L", 2); ioctl($dir, 0x8004587d, $flag) or die $!';
const MOST_MS = 400;

class CannotRun extends Error {}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) throw new CannotRun(`${command}: ${error.message}`);
  if (status !== 0) throw new CannotRun(`${command} ${args.join(' ')}: ${stderr.trim()}`);
}

/** The kernel may need a moment to let go of what a killed process had open. */
async function unmount(mountPoint: string): Promise<void> {
  for (let left = 50; spawnSync('umount', [mountPoint]).status !== 0; left--) {
    if (left === 0) throw new CannotRun(`${mountPoint} stays busy`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function powerCuts(cycles: number, seed: number, mountOptions: string): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'pairbench-power-'));
  const [image, mountPoint] = [join(home, 'image'), join(home, 'mount')];
  const random = new Random(seed);
  const ledger = new Ledger();
  const mount = () => run('mount', ['-o', `loop,${mountOptions}`, image, mountPoint]);
  run('truncate', ['-s', IMAGE_BYTES, image]);
  run('mkfs.ext4', ['-q', '-F', image]);
  mkdirSync(mountPoint);
  try {
    mount();
    for (let cycle = 0; cycle < cycles; cycle++) {
      const engine = engineIds[cycle % engineIds.length] as EngineId;
      const writer = startWriter(
        { engine, dir: join(mountPoint, 'storage'), seed: seed * 1000 + cycle },
        ledger,
      );
      if (random.below(5) > 0) await writer.started;
      await new Promise((resolve) => setTimeout(resolve, random.below(MOST_MS)));
      run('perl', ['-e', SHUT_DOWN, mountPoint]);
      writer.process.kill('SIGKILL');
      await writer.ended;
      await unmount(mountPoint);
      mount();
      try {
        for (const id of engineIds) ledger.verify(engineOf(id), join(mountPoint, 'storage'));
      } catch (error) {
        throw new Error(
          `cycle ${cycle} (${engine}, seed ${seed}): ${error instanceof Error ? error.message : error}`,
          { cause: error },
        );
      }
    }
    return ledger.acknowledged;
  } finally {
    spawnSync('umount', [mountPoint]);
    rmSync(home, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      cycles: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      'mount-options': { type: 'string', default: 'data=ordered' },
    },
  });
  try {
    const events = await powerCuts(Number(values.cycles), Number(values.seed), values['mount-options']);
    process.stdout.write(`${values.cycles} power cuts, ${events} events acknowledged, none lost\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = error instanceof CannotRun ? 3 : 1;
  }
}
