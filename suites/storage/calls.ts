/**
 * Makes so many calls of a case on an engine or peer and ends, with nothing of the harness around: for a look from outside.
 *
 *   node suites/storage/calls.ts <case> <engine> <calls>
 *   strace -f -c -e trace=fsync,fdatasync node suites/storage/calls.ts append lmdb 64
 */

import { loadSet } from '@pairbench/fixtures';
import type { Storage } from './engine.ts';
import { peers } from './peers.ts';
import suite from './suite.ts';

/** The case's operation, ready to be called. */
export async function prepared(caseId: string, engineId: string) {
  const entry = suite.cases.find(({ id }) => id === caseId);
  if (entry === undefined || typeof entry.inputs !== 'string') throw new Error(`there is no case ${caseId}`);
  const load =
    engineId === 'typescript' || engineId === 'native'
      ? suite.engines[engineId]
      : peers.find(({ id }) => id === engineId)?.load;
  if (load === undefined) throw new Error(`there is no engine or peer ${engineId}`);
  const fixtures = loadSet(entry.inputs);
  const inputs = entry.select?.(fixtures) ?? fixtures;
  const operation = await entry.prepare((await load()) as Storage, inputs);
  return { operation, inputs, expected: await entry.answer(inputs) };
}

if (import.meta.main) {
  const [caseId = '', engineId = '', calls = ''] = process.argv.slice(2);
  const { operation, inputs } = await prepared(caseId, engineId);
  for (let call = 0; call < Number(calls); call++) await operation(call % inputs.length);
}
