import { describe, expect, test } from 'vitest';
import { HarnessError } from './errors.ts';
import { parseTargets } from './targets.ts';

const GOOD: Record<string, string | number> = {
  case: 'sums/add',
  engine: 'native',
  metric: 'p50Ns',
  max: 1_000,
  source: 'goal',
  status: 'held',
};

/** A file of one target a record; `undefined` takes a key out. */
function toml(...changes: Record<string, string | number | undefined>[]): string {
  return changes
    .map((change) => {
      const entries = Object.entries({ ...GOOD, ...change }).filter(([, value]) => value !== undefined);
      return `[[target]]\n${entries.map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join('\n')}`;
    })
    .join('\n\n');
}

function refusal(text: string): string {
  try {
    parseTargets(text, 'targets.toml');
  } catch (error) {
    expect(error).toBeInstanceOf(HarnessError);
    expect(error).toMatchObject({ code: 'ERR_TARGETS', exitCode: 2 });
    expect((error as Error).message).toMatch(/^targets\.toml/);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('the file was taken');
}

test('a good target is read as it stands', () => {
  expect(parseTargets(toml({}), 'targets.toml')).toEqual([GOOD]);
});

test('an empty file has no targets', () => {
  expect(parseTargets('', 'targets.toml')).toEqual([]);
});

test('the same metric may have a row a source', () => {
  expect(parseTargets(toml({ source: 'Phase 6' }, { max: 500 }), 'targets.toml')).toHaveLength(2);
});

describe('refused, naming the file and the place', () => {
  test.each<[string, Record<string, string | number | undefined>, RegExp]>([
    ['unknown key', { limit: 3 }, /target\.0.*limit/],
    ['both limits', { min: 1 }, /exactly one of `max` and `min`/],
    ['no limit', { max: undefined }, /exactly one of `max` and `min`/],
    ['negative limit', { max: -1 }, /target\.0\.max/],
    ['limit in words', { max: 'fast' }, /target\.0\.max/],
    ['unknown metric', { metric: 'p98Ns' }, /target\.0\.metric/],
    ['unknown status', { status: 'maybe' }, /target\.0\.status/],
    ['case without a suite', { case: 'add' }, /must look like suite\/case/],
    ['case with a capital', { case: 'Sums/add' }, /must look like suite\/case/],
    ['no source', { source: undefined }, /target\.0\.source/],
    ['empty engine', { engine: '' }, /target\.0\.engine/],
    ['held words', { metric: 'other', max: undefined, means: 'good' }, /"other" cannot be held/],
    [
      'words without words',
      { metric: 'other', max: undefined, status: 'open', reason: 'later' },
      /needs `means`/,
    ],
    ['open without a reason', { status: 'open' }, /needs a `reason`/],
    ['discarded without evidence', { status: 'discarded' }, /needs its `evidence`/],
    ['speedup over nothing', { metric: 'speedup' }, /`against` belongs/],
    ['against without a ratio', { against: 'typescript' }, /`against` belongs/],
    ['ratio of P99s over nothing', { metric: 'p99Speedup' }, /`against` belongs.*"p99Speedup"/],
    ['gain over nothing', { metric: 'rateGain' }, /`againstCase` belongs.*"rateGain"/],
    ['gain over an engine', { metric: 'rateGain', against: 'typescript' }, /`against` belongs/],
    ['peak over an engine', { metric: 'operationPeakBytes', against: 'typescript' }, /`against` belongs/],
    ['growth from nothing', { metric: 'growth' }, /`againstCase` belongs/],
    ['againstCase without growth', { againstCase: 'sums/half' }, /`againstCase` belongs/],
    [
      'at least so many wrong answers',
      { metric: 'wrongAnswers', max: undefined, min: 1 },
      /limited by `max`/,
    ],
  ])('%s', (_, change, message) => {
    expect(refusal(toml(change))).toMatch(message);
  });

  test('a limit that is no number', () => {
    expect(refusal(toml({ max: undefined }).concat('\nmax = nan'))).toMatch(/target\.0\.max/);
    expect(refusal(toml({ max: undefined }).concat('\nmax = inf'))).toMatch(/target\.0\.max/);
  });

  test('an unknown table', () => {
    expect(refusal('[[targets]]\ncase = "sums/add"')).toMatch(/targets/);
  });

  test('a duplicate, by its number', () => {
    expect(refusal(toml({}, { case: 'sums/mul' }, { max: 5 }))).toMatch(/target 3 repeats target 1/);
  });

  test('what is not TOML', () => {
    expect(refusal('{"target": []}')).toMatch(/is not TOML/);
    expect(refusal('[[target]\ncase = 1')).toMatch(/is not TOML/);
  });
});
