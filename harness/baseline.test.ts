import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Baseline,
  type BaselineEntry,
  baselineFile,
  parseBaseline,
  readBaseline,
  writeBaseline,
} from './baseline.ts';
import { HarnessError } from './errors.ts';
import { baselineOf } from './gate/blessing.ts';
import { temporaryFolder } from './testing/folder.ts';
import { measurementOf, resultOf, rowsOf, timesOf } from './testing/result.ts';

const SIX = [1_000, 1_010, 1_020, 1_030, 1_040, 1_050];
const BASELINE = baselineOf(
  resultOf([...timesOf('sums/add', 'native', SIX), ...timesOf('sums/add', 'typescript', SIX)]),
);
const TEXT = JSON.stringify(BASELINE);

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(HarnessError);
    expect(error).toMatchObject({ code: 'ERR_BASELINE', exitCode: 2 });
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

const parse = (value: unknown) => refusal(() => parseBaseline(JSON.stringify(value), 'b.json'));

/** The baseline with other fields in its first entry. */
const firstEntry = (change: object) => ({
  ...BASELINE,
  entries: BASELINE.entries.map((entry, i) => (i === 0 ? { ...entry, ...change } : entry)),
});

describe('reading', () => {
  test('what was written is read, batches and P99s too', () => {
    const rows = [
      ...timesOf('sums/add', 'native', SIX),
      ...rowsOf(
        'sums/many',
        'native',
        SIX.map((ns) => measurementOf(ns, 10, ns, { batch: 500 })),
      ),
      ...rowsOf(
        'sums/tail',
        'native',
        SIX.map((ns) => measurementOf(ns, 10_000, 3 * ns)),
      ),
    ];
    const baseline = baselineOf(resultOf(rows));
    const file = join(temporaryFolder(), 'baselines', 'class.json');
    writeBaseline(file, baseline);
    expect(readBaseline(file)).toEqual(baseline);
    expect(baseline.entries.map(({ batch, trials }) => [batch, trials[0]?.p99Ns !== null])).toEqual([
      [1, false],
      [500, false],
      [1, true],
    ]);
  });

  test('a file that is not there says what makes one', () => {
    const file = join(temporaryFolder(), 'class.json');
    expect(refusal(() => readBaseline(file))).toBe(
      `there is no baseline ${file}; \`pnpm bench bless\` makes one of a result`,
    );
    expect(refusal(() => readBaseline(temporaryFolder()))).toMatch(/cannot be read: EISDIR/);
  });

  test('every truncation is refused', () => {
    for (let length = 0; length < TEXT.length; length += 37)
      expect(refusal(() => parseBaseline(TEXT.slice(0, length), 'b.json'))).toMatch(/^b\.json is damaged: /);
  });

  test.each([
    ['an older version', { ...BASELINE, schemaVersion: 0 }, 'has schema version 0; this pairbench reads'],
    ['a newer version', { ...BASELINE, schemaVersion: 2 }, 'has schema version 2'],
    ['no version', { ...BASELINE, schemaVersion: undefined }, 'has schema version none'],
    ['a list', [BASELINE], 'has schema version none'],
    ['an unknown key', { ...BASELINE, extra: 1 }, 'extra'],
    ['no entry', { ...BASELINE, entries: [] }, 'entries: '],
    ['profile smoke', { ...BASELINE, profile: 'smoke' }, 'profile: '],
    ['an entry without trials', firstEntry({ trials: [] }), 'entries.0.trials: '],
    ['a histogram of another kind', firstEntry({ histogram: 'abc' }), 'entries.0.histogram: '],
  ])('%s', (_, value, part) => {
    expect(parse(value)).toContain(part);
  });
});

describe('a file of two sources', () => {
  const other = { ...BASELINE.machineClass, cores: 64 };

  test('the class is not that of the environment', () => {
    expect(parse({ ...BASELINE, machineClass: other })).toBe(
      'b.json mixes machine classes (cores): it says Example CPU (R) 9000 | 2.5 GHz, 64 cores, Linux x64, Node 26, and its environment is Example CPU (R) 9000 | 2.5 GHz, 2 cores, Linux x64, Node 26',
    );
  });

  test('an entry of another class', () => {
    const machine = 'linux-x64-another-64-cores-node-26';
    expect(parse(firstEntry({ machine }))).toMatch(
      /^b\.json mixes machine classes: it is of linux-x64-example-cpu-9000-2-5-ghz-2-cores-node-26, and sums\/add native of linux-x64-another/,
    );
  });

  test('another revision, and one that was changed', () => {
    expect(parse({ ...BASELINE, revision: 'abc' })).toContain('says revision abc');
    const environment = { ...BASELINE.environment, dirty: true };
    expect(parse({ ...BASELINE, environment })).toContain('another or a changed one');
  });

  test('a case twice', () => {
    expect(parse({ ...BASELINE, entries: [...BASELINE.entries, BASELINE.entries[0]] })).toBe(
      'b.json has sums/add native twice',
    );
  });
});

describe('figures that are not those of the histogram', () => {
  const { trials, histogram } = BASELINE.entries[0] as BaselineEntry;

  test('more samples, or fewer', () => {
    const more = trials.map((trial) => ({ ...trial, samples: trial.samples + 1 }));
    expect(parse(firstEntry({ trials: more }))).toBe(
      'b.json: sums/add native: 126 samples, but 120 in the histogram',
    );
    expect(parse(firstEntry({ trials: trials.slice(1) }))).toContain('100 samples, but 120');
  });

  test('medians that it cannot have', () => {
    const halved = trials.map((trial) => ({ ...trial, p50Ns: trial.p50Ns / 2 }));
    expect(parse(firstEntry({ trials: halved }))).toContain('medians cannot come from its histogram');
  });

  test('every damaged histogram', () => {
    for (let length = 4; length < histogram.length - 2; length += 5) {
      expect(parse(firstEntry({ histogram: histogram.slice(0, length) }))).toMatch(
        /^b\.json: sums\/add native: /,
      );
    }
  });
});

describe('writing', () => {
  test('one file a class', () => {
    expect(baselineFile('/root', BASELINE.machineClass)).toBe(
      join('/root', 'baselines', 'linux-x64-example-cpu-9000-2-5-ghz-2-cores-node-26.json'),
    );
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk leaves the old file whole', () => {
    const folder = temporaryFolder({ 'class.json': TEXT });
    const file = join(folder, 'class.json');
    symlinkSync('/dev/full', `${file}.${process.pid}.tmp`);
    const changed: Baseline = { ...BASELINE, command: 'another' };
    expect(() => writeBaseline(file, changed)).toThrow('ENOSPC');
    expect(readFileSync(file, 'utf8')).toBe(TEXT);
    expect(readdirSync(folder)).toEqual(['class.json']);
  });
});
