/** Finds what there is to measure: `suites/<id>/suite.ts` below the root. The harness knows no hot path by name. */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Case, Peer, Suite } from './define.ts';
import { HarnessError, messageOf } from './errors.ts';

export interface LoadedSuite {
  readonly suite: Suite<unknown, unknown>;
  readonly peers: readonly Peer<unknown>[];
  readonly file: string;
}

/** The nearest folder upwards that holds a `suites` folder. */
export function findRoot(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'suites'))) return folder;
    if (dirname(folder) === folder) {
      throw new HarnessError(
        'ERR_SUITE',
        `no folder named suites in ${from} or above it: nothing to measure`,
      );
    }
  }
}

/** Suite files, sorted by id. */
export function suiteFiles(root: string): { id: string; file: string }[] {
  return readdirSync(join(root, 'suites'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ id: entry.name, file: join(root, 'suites', entry.name, 'suite.ts') }))
    .filter(({ file }) => existsSync(file))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function loadSuites(root: string): Promise<LoadedSuite[]> {
  const suites: LoadedSuite[] = [];
  for (const { id, file } of suiteFiles(root)) {
    const loaded = await loadSuite(file);
    if (loaded.suite.id !== id) {
      throw new HarnessError(
        'ERR_SUITE',
        `${file}: the suite calls itself "${loaded.suite.id}", its folder "${id}"`,
      );
    }
    suites.push(loaded);
  }
  if (suites.length === 0) throw new HarnessError('ERR_SUITE', `no suites/<id>/suite.ts below ${root}`);
  return suites;
}

/** Imports one suite and checks what a typo would otherwise turn into a silent gap. */
export async function loadSuite(file: string): Promise<LoadedSuite> {
  let suite: Suite<unknown, unknown>;
  let peers: readonly Peer<unknown>[];
  try {
    suite = ((await import(pathToFileURL(file).href)) as { default: Suite<unknown, unknown> }).default;
    checkShape(suite);
    peers = (await suite.peers?.())?.peers ?? [];
  } catch (error) {
    throw new HarnessError('ERR_SUITE', `${file} cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
  const caseIds = suite.cases.map((entry) => entry.id);
  const names = ['typescript', 'native', ...peers.map((peer) => peer.id)];
  const refuse = (what: string) => {
    throw new HarnessError('ERR_SUITE', `${file}: ${what}`);
  };
  for (const id of [suite.id, ...caseIds])
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) refuse(`"${id}" is not kebab-case`);
  for (const list of [caseIds, names]) {
    const repeated = list.find((name, i) => list.indexOf(name) !== i);
    if (repeated !== undefined) refuse(`"${repeated}" is there twice`);
  }
  for (const entry of suite.cases) {
    const batch = entry.batch ?? 1;
    if (entry.trials !== undefined && (!Number.isInteger(entry.trials) || entry.trials < 1))
      refuse(`case ${entry.id}: trials is ${entry.trials}, not a whole number from 1`);
    if (!Number.isInteger(batch) || batch < 1)
      refuse(`case ${entry.id}: batch is ${batch}, not a whole number from 1`);
    const { samples = 1 } = entry;
    if (!Number.isInteger(samples) || samples < 1)
      refuse(`case ${entry.id}: samples is ${samples}, not a whole number from 1`);
    if (batch > 1 && (entry.async || entry.cold))
      refuse(`case ${entry.id}: a batch can be neither async nor cold`);
    if (batch > 1 && entry.slowestInputs)
      refuse(`case ${entry.id}: a batch mixes inputs, so it has no slowest ones`);
  }
  for (const peer of peers) {
    const unknown = [...peer.cases, ...(peer.slowCases ?? [])].find((id) => !caseIds.includes(id));
    if (unknown !== undefined) refuse(`peer ${peer.id} names a case that is not there: "${unknown}"`);
  }
  return { suite, peers, file };
}

/** A suite may be plain JavaScript, or TypeScript that was never checked. */
function checkShape(suite: unknown): void {
  const need = (holds: boolean, what: string) => {
    if (!holds) throw new TypeError(what);
  };
  const { id, engines, cases } = (suite ?? {}) as Partial<Suite<unknown, unknown>>;
  need(typeof id === 'string', 'the default export is no suite: it has no id');
  for (const name of ['typescript', 'native'] as const)
    need(typeof engines?.[name] === 'function', `engines.${name} is no function`);
  need(Array.isArray(cases) && cases.length > 0, 'there are no cases');
  for (const entry of cases ?? []) {
    for (const key of ['id', 'title', 'unit'] as const)
      need(typeof entry[key] === 'string', `case ${entry.id}: ${key} is no text`);
    for (const key of ['prepare', 'answer'] as const)
      need(typeof entry[key] === 'function', `case ${entry.id}: ${key} is no function`);
  }
}

/** The case and the way to its engine, as a trial needs them. */
export function findCase(loaded: LoadedSuite, caseId: string, engine: string) {
  const found = loaded.suite.cases.find((entry) => entry.id === caseId) as Case<unknown, unknown> | undefined;
  if (found === undefined) throw new HarnessError('ERR_SUITE', `${loaded.suite.id} has no case "${caseId}"`);
  if (engine === 'typescript' || engine === 'native')
    return { case: found, load: loaded.suite.engines[engine] };
  const peer = loaded.peers.find((entry) => entry.id === engine);
  if (peer === undefined)
    throw new HarnessError('ERR_SUITE', `${loaded.suite.id} has no engine or peer "${engine}"`);
  return { case: found, load: peer.load };
}
