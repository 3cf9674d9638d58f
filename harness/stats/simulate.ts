/**
 * The gate against noise whose truth is known: `node harness/stats/simulate.ts` prints how often each verdict comes out
 * by noise and planted effect, false alarms of whole runs, and how often the interval holds the true ratio. Seeded: the
 * same numbers every time. About two minutes.
 */

import { type Random, seededRandom } from '../random.ts';
import { type ComparedCase, type Comparison, compareCases } from './compare.ts';
import { splitAlpha } from './error-rate.ts';
import { drawNormal } from './normal.ts';
import { noVerdicts, type VerdictCounts, verdictShares } from './verdict-counts.ts';

export type Noise = 'normal' | 'bursts';

export interface Simulation {
  readonly noise: Noise;
  /** Standard deviation of a pair's log ratio, without the bursts. */
  readonly sd: number;
  /** 0.05 makes head 5 % slower in the planted cases; in the others nothing changed. */
  readonly effect: number;
  readonly cases: number;
  /** How many of them have the effect, default one. */
  readonly plantedCases?: number;
  readonly margin: number;
  /** Of the family, over all looks. */
  readonly alpha: number;
  readonly runs: number;
  readonly seed: number;
}

export interface Tally {
  /** Shares of the verdicts on planted cases. */
  readonly planted: Readonly<VerdictCounts>;
  /** Mean pairs until a planted case was decided or the looks were used up. */
  readonly pairs: number;
  /** Shares of the verdicts on all other cases; all 0 where there is none. */
  readonly others: Readonly<VerdictCounts>;
  /** Share of the runs that called a case regressed whose true ratio is within its margin. */
  readonly falseAlarms: number;
  /** Share of the last intervals of all cases that hold the true ratio. */
  readonly coverage: number;
}

/** One process in twenty loses a fifth of its time to something else. */
const BURST_CHANCE = 0.05;
const BURST = 1.2;

function drawPair(noise: Noise, sd: number, random: Random): number {
  const burst = () => (noise === 'bursts' && random() < BURST_CHANCE ? Math.log(BURST) : 0);
  return sd * drawNormal(random) + burst() - burst();
}

/** Cost: about 5 ms a run of 40 cases. */
export function simulate(setting: Simulation): Tally {
  const random = seededRandom(setting.seed);
  const looks = splitAlpha(setting.alpha);
  const plantedCases = setting.plantedCases ?? 1;
  const effectOf = (index: number) => (index < plantedCases ? setting.effect : 0);
  const planted = noVerdicts();
  const others = noVerdicts();
  let pairs = 0;
  let falseAlarms = 0;
  let covered = 0;
  for (let run = 0; run < setting.runs; run++) {
    let alarm = false;
    for (const [index, { verdict, interval, pairs: used }] of runOnce().entries()) {
      (index < plantedCases ? planted : others)[verdict]++;
      if (index < plantedCases) pairs += used;
      if (verdict === 'regressed' && effectOf(index) <= setting.margin) alarm = true;
      const truth = 1 + effectOf(index);
      if (interval !== null && interval.low <= truth && truth <= interval.high) covered++;
    }
    if (alarm) falseAlarms++;
  }
  return {
    planted: verdictShares(planted),
    pairs: pairs / (setting.runs * plantedCases),
    others: verdictShares(others),
    falseAlarms: falseAlarms / setting.runs,
    coverage: covered / (setting.runs * setting.cases),
  };

  function runOnce(): readonly Comparison[] {
    const cases = Array.from({ length: setting.cases }, (_, i) => ({
      id: `case-${i}`,
      margin: setting.margin,
      logRatios: [] as number[],
    }));
    let found: readonly Comparison[] = [];
    for (const look of looks) {
      cases.forEach(({ logRatios }, i) => {
        if (found[i] !== undefined && found[i].verdict !== 'inconclusive') return;
        while (logRatios.length < look.pairs) {
          logRatios.push(drawPair(setting.noise, setting.sd, random) + Math.log1p(effectOf(i)));
        }
      });
      found = compareCases(cases satisfies readonly ComparedCase[], look);
    }
    return found;
  }
}

const GATE = { cases: 40, margin: 0.02, alpha: 0.01 };
const NOISES: readonly Noise[] = ['normal', 'bursts'];
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** One planted effect among forty cases. */
function* detectionTable(runs: number): Generator<string> {
  yield `One case of 40 changed, ${runs} runs a line; margin 2 %, family alpha 1 %, looks at 14, 20, 30 pairs`;
  yield '';
  yield '| noise | pair sd | effect | regressed | unchanged | inconclusive | improved | pairs | others unchanged | runs with a false alarm | coverage |';
  yield '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|';
  for (const noise of NOISES) {
    for (const sd of [0.01, 0.02, 0.05]) {
      for (const effect of [0, 0.02, 0.05, 0.1]) {
        const seed = Math.round(1e5 * sd + 1e3 * effect) + (noise === 'bursts' ? 1e6 : 0);
        const found = simulate({ ...GATE, noise, sd, effect, runs, seed });
        const { regressed, unchanged, inconclusive, improved } = found.planted;
        const verdicts = [regressed, unchanged, inconclusive, improved].map(percent).join(' | ');
        const rest = `${percent(found.others.unchanged)} | ${percent(found.falseAlarms)} | ${(100 * found.coverage).toFixed(2)} %`;
        yield `| ${noise} | ${percent(sd)} | ${percent(effect)} | ${verdicts} | ${found.pairs.toFixed(1)} | ${rest} |`;
      }
    }
  }
}

/** The worst case for the error rates: all forty cases exactly at their margin. */
function* levelTable(runs: number): Generator<string> {
  yield `All 40 cases exactly at their margin, ${runs} runs a line: the declared rates are 1 % of runs and 1 % of cases`;
  yield '';
  yield '| noise | pair sd | runs with a false alarm | cases passed |';
  yield '|---|--:|--:|--:|';
  for (const noise of NOISES) {
    const sd = 0.02;
    const found = simulate({ ...GATE, noise, sd, effect: GATE.margin, plantedCases: 40, runs, seed: 7 });
    yield `| ${noise} | ${percent(sd)} | ${percent(found.falseAlarms)} | ${percent(found.planted.unchanged)} |`;
  }
}

if (import.meta.main) {
  for (const line of detectionTable(400)) console.log(line);
  console.log();
  for (const line of levelTable(2_000)) console.log(line);
}
