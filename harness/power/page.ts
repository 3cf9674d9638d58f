/** The proof of the gate as people read it. Pure. */

import type { Metric } from '../compare/sequence.ts';
import { formatNs } from '../gate/format.ts';
import { markdownTable } from '../report/table.ts';
import { LOOK_PAIRS } from '../stats/error-rate.ts';
import { ARMS, METRIC_OF, PLANTED_SHARE, PLANTED_TAIL, type PowerArm } from './arms.ts';
import { CASES, type PowerRecord } from './record.ts';
import type { CurvePoint, Rates } from './resample.ts';

const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
const change = (ratio: number) => `${ratio >= 1 ? '+' : ''}${percent(ratio - 1)}`;

/**
 * Upper end of the one-sided 95 % interval for a rate: exact where nothing was seen (the rule of three), Wilson's
 * otherwise.
 */
export function upperRate(seen: number, runs: number): number {
  if (seen === 0) return 1 - 0.05 ** (1 / runs);
  const z = 1.6449;
  const rate = seen / runs;
  const centre = rate + z ** 2 / (2 * runs);
  const spread = z * Math.sqrt((rate * (1 - rate)) / runs + z ** 2 / (4 * runs ** 2));
  return (centre + spread) / (1 + z ** 2 / runs);
}

/** Live verdicts on an arm's own metric. */
function liveCounts({ live }: PowerRecord, arm: PowerArm, metric: Metric = METRIC_OF[arm]) {
  const verdicts = live.flatMap((run) => run.verdicts.filter((unit) => unit.id === `${arm} ${metric}`));
  const count = (name: string) => verdicts.filter(({ verdict }) => verdict === name).length;
  return {
    runs: verdicts.length,
    regressed: count('regressed'),
    unchanged: count('unchanged'),
    improved: count('improved'),
    inconclusive: count('inconclusive'),
  };
}

export function summaryLines(record: PowerRecord): string[] {
  const { none, exactShare, tail } = record.rates;
  return [
    `noise: sd of a pair's log ratio ${percent(record.pairSd.p50Ns, 2)} (P50), ${percent(record.pairSd.p99Ns, 2)} (P99)`,
    `identical code: ${none.falseAlarms} of ${none.runs} resampled runs of ${none.cases} cases failed; inconclusive ${percent(none.same.p50Ns.inconclusive)} (P50), ${percent(none.same.p99Ns.inconclusive)} (P99)`,
    `+${percent(PLANTED_SHARE, 0)} on every call: found in ${percent(exactShare.planted.p50Ns.regressed)} of resampled runs, ${liveCounts(record, 'share').regressed} of ${record.live.length} live ones`,
    `+${percent(PLANTED_TAIL, 0)} on the P99: found in ${percent(tail.planted.p99Ns.regressed)} of resampled runs, ${liveCounts(record, 'tail').regressed} of ${record.live.length} live ones`,
  ];
}

export function powerPage(record: PowerRecord): string {
  const { environment: machine, rates, position } = record;
  const falseLive = record.live.filter(({ verdicts }) =>
    verdicts.some((unit) => unit.subject === 'same' && unit.verdict === 'regressed'),
  ).length;
  return `${[
    '# What the gate sees, and what it cries wolf at',
    '',
    `Made by \`${record.command}\` on ${record.createdAt.slice(0, 10)}: ${machine.cpuModel}, ${machine.cores} cores, ${machine.os}, Node ${machine.node}, trials bound to ${machine.pinnedToCore === null ? 'no core' : `core ${machine.pinnedToCore}`}; ${record.trials} trials in ${Math.round(record.seconds / 60)} min, ${record.disturbedTrials} still disturbed after they were repeated. Seed ${record.seed}. Data: [gate-power.json](data/gate-power.json).`,
    '',
    `The case is \`${record.subject}\`, in fresh processes, four arms in blocks ABCD DCBA of random order: the code as it is (base), the same again, a busy loop of ${percent(PLANTED_SHARE, 0)} of each call's own time, and every hundredth call held to ${percent(1 + PLANTED_TAIL, 0)} of the P99 that was measured before (${formatNs(record.p99BeforeNs)}). Each live run is the whole procedure of \`bench compare\` (${LOOK_PAIRS.join(', ')} pairs, Holm, second pass), its three comparisons sharing one base.`,
    '',
    '## Live runs',
    '',
    markdownTable(
      ['arm', 'metric', 'came to', 'runs', 'regressed', 'unchanged', 'improved', 'inconclusive'],
      ARMS.flatMap((arm) => {
        const metrics: Metric[] = arm === 'same' ? ['p50Ns', 'p99Ns'] : [METRIC_OF[arm]];
        return metrics.map((metric) => {
          const { runs, regressed, unchanged, improved, inconclusive } = liveCounts(record, arm, metric);
          const effect = record.effects.find((one) => one.arm === arm && one.metric === metric);
          return [
            { same: 'identical code', share: 'every call slower', tail: 'every hundredth call slower' }[arm],
            metric,
            effect === undefined ? '-' : change(effect.ratio),
            ...[runs, regressed, unchanged, improved, inconclusive].map(String),
          ];
        });
      }),
    ),
    '',
    `${falseLive} of ${record.live.length} live runs called identical code regressed (95 % upper bound of the rate ${percent(upperRate(falseLive, record.live.length))}).`,
    '',
    '## Resampled runs',
    '',
    `The same procedure on pairs drawn with replacement from the ${record.pool.length} measured blocks: ${CASES} cases with a P50 and a P99 each, none of them or one slowed down. It shows the procedure under this noise; it cannot show what never happened while the pool was measured, nor what a whole run has in common (a host that slows down for an hour).`,
    '',
    ratesTable([
      ['identical code', rates.none, undefined],
      ['one case: every call slower', rates.share, 'p50Ns'],
      ['one case: every hundredth call slower', rates.tail, 'p99Ns'],
      ['one case: exactly 5 % slower', rates.exactShare, 'p50Ns'],
      ['one case: P99 exactly 10 % slower', rates.exactTail, 'p99Ns'],
      ['one case alone: every call slower', rates.shareAlone, 'p50Ns'],
      ['one case alone: every hundredth call slower', rates.tailAlone, 'p99Ns'],
    ]),
    '',
    `On identical code ${rates.none.falseAlarms} of ${rates.none.runs} runs failed (95 % upper bound ${percent(upperRate(rates.none.falseAlarms, rates.none.runs), 2)}); before the second pass it were ${rates.none.firstPassAlarms}. *Exactly*: pairs of identical code with the effect put on their figures; the loop in the call comes to a little more than its share, since it reads the clock (see *came to*).`,
    '',
    '## Effect by number of pairs',
    '',
    `Share of runs that would see a slowdown of that size at each look, among ${CASES} cases with two metrics each (Holm's first step). Noise: standard deviation of a pair's log ratio ${percent(record.pairSd.p50Ns, 2)} for the P50, ${percent(record.pairSd.p99Ns, 2)} for the P99; margins ${percent(record.margin.p50Ns)} and ${percent(record.margin.p99Ns)}.`,
    '',
    curveTable(record.curve),
    '',
    '## Does the place in a block matter?',
    '',
    `Friedman's test over the places of all blocks: P50 p = ${position.p50Ns.p.toPrecision(2)} (effects ${position.p50Ns.effects.map((effect) => percent(effect, 2)).join(', ')}), P99 p = ${position.p99Ns.p.toPrecision(2)} (${position.p99Ns.effects.map((effect) => percent(effect, 2)).join(', ')}).`,
    '',
    'A wrong answer, a case that is gone, a crash and a result that cannot be read are no matter of chance: each fails in a test of its own.',
  ].join('\n')}\n`;
}

function ratesTable(rows: readonly (readonly [string, Rates, Metric | undefined])[]): string {
  return markdownTable(
    [
      'setting',
      'runs',
      'runs with a false alarm',
      'found',
      'planted inconclusive',
      'identical: unchanged P50, P99',
      'identical: inconclusive P50, P99',
      'pairs',
    ],
    rows.map(([name, rates, metric]) => {
      const has = Number.isFinite(rates.pairs);
      return [
        `${name} (${rates.cases})`,
        String(rates.runs),
        has ? String(rates.falseAlarms) : '-',
        metric === undefined ? '-' : percent(rates.planted[metric].regressed),
        metric === undefined ? '-' : percent(rates.planted[metric].inconclusive),
        has ? `${percent(rates.same.p50Ns.unchanged)}, ${percent(rates.same.p99Ns.unchanged)}` : '-',
        has ? `${percent(rates.same.p50Ns.inconclusive)}, ${percent(rates.same.p99Ns.inconclusive)}` : '-',
        has ? rates.pairs.toFixed(1) : '-',
      ];
    }),
  );
}

function curveTable(curve: Readonly<Record<Metric, readonly CurvePoint[]>>): string {
  const effects = [...new Set(curve.p50Ns.map(({ effect }) => effect))];
  const rows = (['p50Ns', 'p99Ns'] as const).flatMap((metric) =>
    LOOK_PAIRS.map((pairs) => [
      metric,
      String(pairs),
      ...effects.map((effect) =>
        percent(
          curve[metric].find((point) => point.pairs === pairs && point.effect === effect)?.found ?? 0,
          0,
        ),
      ),
    ]),
  );
  return markdownTable(['metric', 'pairs', ...effects.map((effect) => `+${percent(effect, 0)}`)], rows);
}
