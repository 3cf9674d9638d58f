/** What two revisions can be compared on: the cases and engines that both have. */

import { fileURLToPath } from 'node:url';
import { ENGINES } from '../define.ts';
import { HarnessError } from '../errors.ts';
import { type LoadedSuite, loadSuites } from '../house.ts';
import { type Filter, isChosen, isWanted } from '../plan.ts';
import { type Profile, SAMPLES_TO_GATE_P99 } from '../profile.ts';
import type { Target } from '../targets.ts';
import type { Subject } from './sequence.ts';

export const ARMS = ['base', 'head'] as const;
export type Arm = (typeof ARMS)[number];

/** A subject and where its two arms are found. */
export interface ComparedSubject extends Subject {
  readonly case: string;
  readonly engine: string;
  readonly cold: boolean;
  readonly minSamples: number;
  readonly arms: Readonly<Record<Arm, { readonly root: string; readonly suiteFile: string }>>;
}

export interface Chosen {
  readonly subjects: readonly ComparedSubject[];
  /** Cases and engines of the base that the head no longer has: each fails the comparison. */
  readonly gone: readonly string[];
  /** Those only the head has: nothing to compare with. */
  readonly added: readonly string[];
}

const CONTROLS = fileURLToPath(new URL('./controls.ts', import.meta.url));

/** The controls, the same file in both arms. */
export function controlSubjects(root: string, profile: Profile): ComparedSubject[] {
  const arm = { root, suiteFile: CONTROLS };
  return ['core', 'memory'].map((id) => ({
    id: `control/${id}`,
    case: `control/${id}`,
    engine: 'typescript',
    cold: false,
    minSamples: profile.minSamples,
    metrics: ['p50Ns'],
    arms: { base: arm, head: arm },
  }));
}

/**
 * Loads the suites of both checkouts, in this process.
 * @param affected ids of suites to take; others are left out
 * @throws HarnessError `ERR_USAGE` for a chosen case that neither revision has
 */
export async function chooseSubjects(
  roots: Readonly<Record<Arm, string>>,
  filter: Filter,
  affected: readonly string[],
  profile: Profile,
  targets: readonly Target[],
): Promise<Chosen> {
  const base = entriesOf(await loadSuites(roots.base), filter);
  const head = entriesOf(await loadSuites(roots.head), filter);
  refuseUnknown(filter, [...base.values(), ...head.values()]);
  const wanted = [...base.values()].filter(({ suite }) => affected.includes(suite));
  const subjects = wanted.flatMap((entry): ComparedSubject[] => {
    const other = head.get(entry.id);
    if (other === undefined) return [];
    const gated = !entry.batched && limitsP99(targets, entry) && profile.samplesForP99 >= SAMPLES_TO_GATE_P99;
    return [
      {
        id: entry.id,
        case: entry.case,
        engine: entry.engine,
        cold: entry.cold,
        minSamples: gated ? profile.samplesForP99 : profile.minSamples,
        metrics: gated ? ['p50Ns', 'p99Ns'] : ['p50Ns'],
        arms: {
          base: { root: roots.base, suiteFile: entry.file },
          head: { root: roots.head, suiteFile: other.file },
        },
      },
    ];
  });
  return {
    subjects,
    gone: [...base.keys()].filter((id) => !head.has(id)),
    added: [...head.keys()].filter((id) => !base.has(id)),
  };
}

interface Entry {
  readonly id: string;
  readonly suite: string;
  readonly case: string;
  readonly engine: string;
  readonly file: string;
  readonly cold: boolean;
  readonly batched: boolean;
}

/** Both engines of every chosen case, and peers that are named. */
function entriesOf(suites: readonly LoadedSuite[], filter: Filter): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { suite, peers, file } of suites) {
    for (const entry of suite.cases) {
      const id = `${suite.id}/${entry.id}`;
      if (!isChosen(id, suite.id, filter)) continue;
      const named = peers.filter(
        (peer) =>
          filter.engines.includes(peer.id) && [...peer.cases, ...(peer.slowCases ?? [])].includes(entry.id),
      );
      const engines = (entry.engines ?? ENGINES).filter((engine) => isWanted(engine, filter));
      for (const engine of [...engines, ...named.map((peer) => peer.id)]) {
        entries.set(`${id} ${engine}`, {
          id: `${id} ${engine}`,
          suite: suite.id,
          case: id,
          engine,
          file,
          cold: entry.cold === true,
          batched: (entry.batch ?? 1) > 1,
        });
      }
    }
  }
  return entries;
}

function refuseUnknown(filter: Filter, entries: readonly Entry[]): void {
  const unknown = filter.cases.find(
    (name) => !entries.some((entry) => entry.case === name || entry.suite === name),
  );
  if (unknown !== undefined)
    throw new HarnessError('ERR_USAGE', `neither revision has a suite or case "${unknown}"`);
  const engine = filter.engines.find((name) => !entries.some((entry) => entry.engine === name));
  if (engine !== undefined)
    throw new HarnessError('ERR_USAGE', `neither revision has an engine or peer "${engine}"`);
}

const limitsP99 = (targets: readonly Target[], entry: Entry) =>
  targets.some(
    (target) =>
      target.case === entry.case &&
      target.engine === entry.engine &&
      target.metric === 'p99Ns' &&
      target.status !== 'discarded',
  );
