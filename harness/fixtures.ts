/** The way from a set's id to its inputs: the fixtures room of the repository that is measured. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Case } from './define.ts';
import { HarnessError, messageOf } from './errors.ts';

interface FixturesRoom {
  loadSet(id: string): readonly unknown[] | Promise<readonly unknown[]>;
  /** One line a problem; empty when every fixture is as recorded. */
  verifyAll(): readonly string[] | Promise<readonly string[]>;
}

async function openRoom(root: string): Promise<FixturesRoom> {
  const file = join(root, 'fixtures', 'index.ts');
  if (!existsSync(file))
    throw new HarnessError('ERR_FIXTURES', `a case names a fixture set, but ${file} is not there`);
  return (await import(pathToFileURL(file).href)) as FixturesRoom;
}

export async function loadInputs(root: string, entry: Case<unknown, unknown>): Promise<readonly unknown[]> {
  try {
    const fixtures =
      typeof entry.inputs === 'string'
        ? await (await openRoom(root)).loadSet(entry.inputs)
        : await entry.inputs();
    const inputs = entry.select?.(fixtures) ?? fixtures;
    if (inputs.length === 0) throw new HarnessError('ERR_FIXTURES', `case ${entry.id} has no inputs`);
    return inputs;
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError('ERR_FIXTURES', messageOf(error), { cause: error });
  }
}

export async function fixtureProblems(root: string): Promise<readonly string[]> {
  if (!existsSync(join(root, 'fixtures', 'index.ts'))) return [];
  try {
    return await (await openRoom(root)).verifyAll();
  } catch (error) {
    return [messageOf(error)];
  }
}
