import { describe, expect, test } from 'vitest';
import { judge } from '../gate/judge.ts';
import type { Result, TrialRow } from '../result.ts';
import { caseOf, measurementOf, resultOf, rowsOf, targetOf, timesOf } from '../testing/result.ts';
import { reportIndex, reportName, reportPage, summaryTable } from './page.ts';

const SIX = [1_000, 1_010, 1_020, 1_030, 1_040, 1_050];
const FAST = rowsOf(
  'sums/add',
  'native',
  SIX.map((ns) => measurementOf(ns, 10_000, 5 * ns)),
);
const SLOW = timesOf(
  'sums/add',
  'typescript',
  SIX.map((ns) => ns * 4),
  100,
);
const RIVAL = timesOf(
  'sums/add',
  'rival',
  SIX.map((ns) => ns * 2),
);
const TARGETS = [
  targetOf({ metric: 'p99Ns', max: 6_000, source: 'Phase 6' }),
  targetOf({ metric: 'speedup', against: 'rival', min: 10 }),
];

const whole = (change: Partial<Result> = {}) => resultOf([...FAST, ...SLOW, ...RIVAL], change);
const page = (result: Result, targets = TARGETS) => reportPage(result, judge(result, targets));
const lineWith = (text: string, part: string) => text.split('\n').find((line) => line.includes(part)) ?? '';

describe('the page', () => {
  const text = page(whole());

  test('tells of the machine and how to make it again', () => {
    for (const part of ['0123456789ab', 'core 1', 'glibc 2.41', '26.10.0', '8 GB', 'seed 1', '0.10, 1.20'])
      expect(text).toContain(part);
    expect(text).toContain('`npx -y pnpm@12 bench --profile quick --seed 1`');
  });

  test('a P50 has its interval, a gated P99 too, a pooled one is marked, a small one refused', () => {
    expect(lineWith(text, '| **native** |')).toMatch(
      /\| 1\.0\d us \[1 us, 1\.05 us\] \| 5\.1\d us \[5 us, 5\.25 us\] \| 60,000 in 6 \|/,
    );
    expect(lineWith(text, '| **typescript** |')).toContain('*pooled*');
    expect(lineWith(text, '| rival |')).toMatch(/\] \| - \| 120 in 6 \|/);
  });

  test('how much faster native is, with its interval', () => {
    expect(lineWith(text, '| **typescript** |')).toMatch(/\| 4x \[4x, 4x\] as fast \|$/);
    expect(lineWith(text, '| **native** |')).toMatch(/\| - \|$/);
  });

  test('every verdict with its target and source', () => {
    expect(lineWith(text, '| met |')).toMatch(/p99Ns <= 6 us \| 5\.1\d us \|.*\| Phase 6 \|$/);
    expect(lineWith(text, '| **missed** |')).toContain('speedup over rival >= 10x');
    expect(text).toContain('**gate FAILED: 1 held target missed or unmeasured, 0 faults');
  });

  test('the same result gives the same page', () => {
    expect(page(whole())).toBe(text);
  });

  test('no table is broken: every row has as many cells as its head', () => {
    const broken: TrialRow = {
      case: 'sums/add',
      engine: 'weird',
      role: 'peer',
      trial: 0,
      position: 0,
      state: 'failed',
      error: 'a | b \\| c\n<script>d',
      addons: [],
    };
    const odd = page(resultOf([...FAST, broken]));
    const cells = (line: string) => line.replaceAll('\\\\', '').replaceAll('\\|', '').split('|').length;
    let head = 0;
    for (const line of odd.split('\n')) {
      if (!line.startsWith('|')) head = 0;
      else if (head === 0) head = cells(line);
      else expect(cells(line), line).toBe(head);
    }
    expect(lineWith(odd, '| weird |')).toContain('failed: a \\| b \\\\\\| c &lt;script>d');
  });
});

describe('what a reader must know', () => {
  test('an interrupted run says so', () => {
    const text = page(whole({ interrupted: true, trialsPlanned: 99 }));
    expect(text).toContain('Interrupted: 18 of 99 trials were measured.');
  });

  test('engines left out, faults, drift, short samples, load and uncommitted changes are warnings', () => {
    const drifting = rowsOf('sums/sub', 'native', [measurementOf(200, 20, 200, { drift: 0.8 })]);
    const failed: TrialRow = { ...(SLOW[0] as TrialRow), state: 'failed', error: 'boom' };
    const result = resultOf([...FAST, failed, ...drifting]);
    const text = page({
      ...result,
      unavailable: [{ suite: 'sums', engine: 'native', reason: 'no binding' }],
      environment: { ...result.environment, dirty: true, loadBefore: 3 },
    });
    const warnings = text.slice(text.indexOf('## Warnings'));
    expect(warnings).toContain('- Fault: sums/add typescript: failed: boom');
    expect(warnings).toContain('- sums native was left out: no binding');
    expect(warnings).toContain('- sums/sub native: the second half of the samples differs by -20 %');
    expect(warnings).toContain(
      '- sums/sub native: a sample of 200 ns is under 20 clock readings (30 ns each)',
    );
    expect(warnings).toContain('- The revision had uncommitted changes.');
    expect(warnings).toContain('(load 3.00)');
    expect(warnings).not.toContain('sums/add native:');
  });

  test('a quiet good run has no warnings', () => {
    expect(page(whole())).not.toContain('## Warnings');
  });

  test('batches, cold cases, self-timed peers and notes are named', () => {
    const rows = [
      ...rowsOf('sums/batch', 'native', [measurementOf(7.5, 400, 7.5, { batch: 100 })]),
      ...rowsOf('sums/cold', 'native', [measurementOf(10_000, 5, 10_000, { cold: true })]),
      ...rowsOf('sums/self', 'rival', [measurementOf(500, 20, 500, { selfTimed: true })]),
    ];
    const text = page({
      ...resultOf(rows),
      cases: [
        caseOf('sums/batch'),
        caseOf('sums/cold'),
        caseOf('sums/self', [{ id: 'rival', note: 'rounds its answers' }]),
      ],
    });
    expect(text).toContain('| engine or peer | P50 of batch | P99 of batch |');
    expect(lineWith(text, '| **native** | 7.5')).toMatch(
      /\| 7\.5 ns \| 7\.5 ns \[7\.5 ns, 7\.5 ns\] \*pooled\* \|/,
    );
    expect(text).toContain('Cold: fresh process, each input once.');
    expect(text).toContain('rival: timed by itself, without the crossing.');
    expect(text).toContain('rival: rounds its answers');
  });

  test('an engine without a trial says why', () => {
    const text = page(resultOf(FAST, { unavailable: [] }));
    expect(lineWith(text, '| **typescript** |')).toContain('unmeasured');
    const without = page(
      resultOf(SLOW, { unavailable: [{ suite: 'sums', engine: 'native', reason: 'no binding' }] }),
    );
    expect(lineWith(without, '| **native** |')).toContain('not available here');
  });
});

describe('the short table', () => {
  const short = (result: Result) => summaryTable(result, judge(result, TARGETS), 'reports/x.md');

  test('has both engines, the fastest npm peer and a link', () => {
    expect(lineWith(short(whole()), '| sums/add |')).toMatch(
      /\| 4\.\d+ us \| 1\.0\d us \| 5\.1\d us \| 4x \| 2x rival \|$/,
    );
    expect(short(whole())).toContain('[the full report](reports/x.md)');
  });

  test('calls no control the fastest peer', () => {
    const result = whole();
    const cases = result.cases.map((entry) => ({ ...entry, peers: [{ id: 'rival', control: true }] }));
    expect(lineWith(short({ ...result, cases }), '| sums/add |')).toMatch(/\| 4x \| - \|$/);
    expect(page({ ...result, cases })).toContain('| rival');
  });

  test('has dashes, not NaN, for what was not measured', () => {
    const text = short(resultOf([...SLOW, ...RIVAL]));
    expect(lineWith(text, '| sums/add |')).toMatch(/us \| - \| - \| - \| - \|$/);
    expect(text).not.toContain('NaN');
    expect(page(resultOf([...SLOW, ...RIVAL]))).not.toContain('NaN');
  });
});

describe('the index', () => {
  const at = (day: string) => whole({ createdAt: `${day}T00:00:00.000Z` });
  const add = (index: string | undefined, result: Result) =>
    reportIndex(index, reportName(result), result, judge(result, TARGETS));

  test('a name is made of day, profile and processor', () => {
    expect(reportName(at('2026-11-22'))).toBe('2026-11-22-quick-example-cpu-9000-2-5-ghz');
  });

  test('keeps one line a report, newest first', () => {
    let index = add(undefined, at('2026-11-20'));
    index = add(index, at('2026-11-22'));
    index = add(index, at('2026-11-21'));
    const again = add(index, at('2026-11-21'));
    expect(again).toBe(index);
    const days = index.split('\n').flatMap((line) => /^- \[(\d{4}-\d\d-\d\d)/.exec(line)?.[1] ?? []);
    expect(days).toEqual(['2026-11-22', '2026-11-21', '2026-11-20']);
  });
});
