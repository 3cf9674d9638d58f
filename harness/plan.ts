/** Which trials run, and in which order. Pure: the same suites, choice and seed give the same plan. */

import { ENGINES, type Peer } from './define.ts';
import type { LoadedSuite } from './house.ts';
import { type Profile, SAMPLES_TO_GATE_P99 } from './profile.ts';
import { seededRandom, shuffled } from './random.ts';
import type { CaseInfo } from './result.ts';
import type { Target } from './targets.ts';

export interface PlannedTrial {
  readonly suiteFile: string;
  /** `suite/case` */
  readonly case: string;
  readonly engine: string;
  readonly role: 'engine' | 'peer';
  readonly trial: number;
  readonly cold: boolean;
  /** Samples this trial should take at least. */
  readonly minSamples: number;
}

export interface Choice {
  /** Case ids (`tokenizer/count-10k`) or suite ids; empty is everything. */
  readonly cases: readonly string[];
  readonly filter?: RegExp;
  /** Engine or peer names; empty is everything. */
  readonly engines: readonly string[];
  /** `suite engine` and `suite peer` pairs that cannot run here. */
  readonly unavailable: ReadonlySet<string>;
}

export interface Plan {
  readonly cases: CaseInfo[];
  readonly trials: PlannedTrial[];
  /** Run after all others and time nothing: engines, and the peers that a target compares the memory of. */
  readonly memoryTrials: PlannedTrial[];
  readonly complete: boolean;
}

/**
 * Each case's competitors run in blocks: a random order, then the same order backwards (ABBA or BAAB for two),
 * so that a slow drift of the machine falls on all of them alike.
 */
export function makePlan(
  suites: readonly LoadedSuite[],
  choice: Choice,
  profile: Profile,
  targets: readonly Target[],
  seed: number,
): Plan {
  const random = seededRandom(seed);
  const cases: CaseInfo[] = [];
  const trials: PlannedTrial[] = [];
  const memoryTrials: PlannedTrial[] = [];
  for (const { suite, peers, file } of suites) {
    for (const entry of suite.cases) {
      const id = `${suite.id}/${entry.id}`;
      if (!isChosen(id, suite.id, choice)) continue;
      const wanted = (name: string) => isWanted(name, choice);
      const engines = (entry.engines ?? ENGINES).filter(wanted);
      const isEngine = (name: string) => engines.some((engine) => engine === name);
      const takesSlow = (peer: Peer<unknown>) => profile.name === 'full' || choice.engines.includes(peer.id);
      const rivals = peers.filter(
        (peer) =>
          wanted(peer.id) &&
          (peer.cases.includes(entry.id) || (takesSlow(peer) && peer.slowCases?.includes(entry.id) === true)),
      );
      if (engines.length + rivals.length === 0) continue;
      cases.push({
        id,
        title: entry.title,
        unit: entry.unit,
        ...(entry.curve === undefined ? {} : { curve: entry.curve }),
        inputs: typeof entry.inputs === 'string' ? entry.inputs : 'made by the suite',
        engines,
        peers: rivals.map((peer) => ({
          id: peer.id,
          ...(peer.note === undefined ? {} : { note: peer.note }),
          ...(peer.control === true ? { control: true } : {}),
        })),
      });
      const runnable = engines.filter((engine) => !choice.unavailable.has(`${suite.id} ${engine}`));
      const competitors = [
        ...runnable,
        ...rivals.map((peer) => peer.id).filter((peer) => !choice.unavailable.has(`${suite.id} ${peer}`)),
      ];
      const planned = (engine: string, trial: number): PlannedTrial => ({
        suiteFile: file,
        case: id,
        engine,
        role: isEngine(engine) ? 'engine' : 'peer',
        trial,
        cold: entry.cold === true,
        minSamples: Math.min(
          samplesWanted(id, engine, profile, targets),
          entry.samples ?? Number.POSITIVE_INFINITY,
        ),
      });
      const trialCount = Math.min(profile.trials, entry.trials ?? profile.trials);
      for (let trial = 0; trial < trialCount; trial += 2) {
        const order = shuffled(competitors, random);
        const block = trial + 1 < trialCount ? [order, [...order].reverse()] : [order];
        for (const [half, names] of block.entries()) {
          for (const engine of names) trials.push(planned(engine, trial + half));
        }
      }
      const readMemory = competitors.filter((name) => isEngine(name) || isMemoryCompared(id, name, targets));
      for (let trial = 0; trial < profile.memoryTrials; trial++)
        for (const engine of readMemory) memoryTrials.push(planned(engine, trial));
    }
  }
  return { cases, trials, memoryTrials, complete: isEverything(choice) };
}

function isMemoryCompared(id: string, peer: string, targets: readonly Target[]): boolean {
  return targets.some(
    (target) =>
      target.case === id &&
      target.against === peer &&
      (target.metric === 'retainedRatio' || target.metric === 'operationPeakRatio') &&
      target.status !== 'discarded',
  );
}

function samplesWanted(id: string, engine: string, profile: Profile, targets: readonly Target[]): number {
  const limitsP99 = targets.some(
    (target) =>
      target.case === id &&
      target.status !== 'discarded' &&
      ((target.metric === 'p99Ns' && target.engine === engine) ||
        (target.metric === 'p99Speedup' && (target.engine === engine || target.against === engine))),
  );
  if (!limitsP99 || profile.samplesForP99 < SAMPLES_TO_GATE_P99) return profile.minSamples;
  return profile.samplesForP99;
}

export type Filter = Pick<Choice, 'cases' | 'filter' | 'engines'>;

/** Whether an engine or peer of that name takes part. */
export function isWanted(name: string, choice: Filter): boolean {
  return choice.engines.length === 0 || choice.engines.includes(name);
}

/** Whether a case was chosen, by its suite, its id or the filter. */
export function isChosen(id: string, suiteId: string, choice: Filter): boolean {
  if (choice.cases.length > 0 && !choice.cases.includes(id) && !choice.cases.includes(suiteId)) return false;
  return choice.filter === undefined || choice.filter.test(id);
}

function isEverything(choice: Choice): boolean {
  return choice.cases.length === 0 && choice.filter === undefined && choice.engines.length === 0;
}
