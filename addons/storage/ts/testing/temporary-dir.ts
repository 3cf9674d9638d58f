import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A path in a new directory that goes when the test ends; nothing is there yet. */
export function temporaryPath(name = 'store'): string {
  const dir = mkdtempSync(join(tmpdir(), 'pairbench-storage-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, name);
}
