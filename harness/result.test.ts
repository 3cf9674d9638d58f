import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HarnessError } from './errors.ts';
import { parseResult, readResult, writeResult, writeWhole } from './result.ts';
import { temporaryFolder } from './testing/folder.ts';
import { resultOf, timesOf } from './testing/result.ts';

const RESULT = resultOf(timesOf('sums/add', 'native', [1_000, 2_000]));
const TEXT = JSON.stringify(RESULT);

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(HarnessError);
    expect(error).toMatchObject({ code: 'ERR_RESULT', exitCode: 2 });
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('reading', () => {
  test('what was written is read', () => {
    const file = join(temporaryFolder(), 'deep', 'result.json');
    writeResult(file, RESULT);
    expect(readResult(file)).toEqual(RESULT);
  });

  test('the times of each input, where a case keeps them', () => {
    const byInput = { labels: ['a', 'b'], p50Ns: [1, 2], maxNs: [3, 4] };
    const found = parseResult(JSON.stringify(measurementChanged({ byInput })), 'r.json');
    expect(found.trials[0]?.measurement?.byInput).toEqual(byInput);
  });

  test('a file that is not there says what makes one', () => {
    const file = join(temporaryFolder(), 'result.json');
    expect(refusal(() => readResult(file))).toBe(`there is no result ${file}; \`pnpm bench run\` makes one`);
  });

  test('a folder', () => {
    expect(refusal(() => readResult(temporaryFolder()))).toMatch(/cannot be read: EISDIR/);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'samples: 3'],
    ['cut off in the middle', TEXT.slice(0, TEXT.length >> 1)],
    ['cut off by one character', TEXT.slice(0, -1)],
    ['followed by something', `${TEXT}}`],
  ])('%s is damaged', (_, text) => {
    expect(refusal(() => parseResult(text, 'r.json'))).toMatch(/^r\.json is damaged: /);
  });

  test('every truncation is refused', () => {
    for (let length = 0; length < TEXT.length; length += 97)
      refusal(() => parseResult(TEXT.slice(0, length), 'r.json'));
  });

  test.each([
    [
      'an older version',
      { ...RESULT, schemaVersion: 0 },
      'has schema version 0; this pairbench reads version 2',
    ],
    ['a newer version', { ...RESULT, schemaVersion: 3 }, 'has schema version 3'],
    ['a version in quotes', { ...RESULT, schemaVersion: '2' }, 'has schema version "2"'],
    ['no version', { ...RESULT, schemaVersion: undefined }, 'has schema version none'],
    ['null', null, 'has schema version none'],
    ['a list', [RESULT], 'has schema version none'],
    ['an unknown key', { ...RESULT, extra: 1 }, 'extra'],
    ['a key missing', { ...RESULT, seed: undefined }, 'seed: '],
    ['an unknown key below', { ...RESULT, environment: { ...RESULT.environment, moon: 'full' } }, 'moon'],
    ['a row of another state', rowChanged({ state: 'skipped' }), 'trials.0.state: '],
    ['a row with an unknown key', rowChanged({ speed: 3 }), 'speed'],
    ['a negative time', measurementChanged({ minNs: -1 }), 'trials.0.measurement.minNs: '],
    ['no samples', measurementChanged({ samples: 0 }), 'trials.0.measurement.samples: '],
    [
      'times of inputs that lack one',
      measurementChanged({ byInput: { labels: ['a', 'b'], p50Ns: [1, 2], maxNs: [1] } }),
      'trials.0.measurement.byInput: labels, p50Ns and maxNs have different lengths',
    ],
    [
      'a histogram of another kind',
      measurementChanged({ histogram: 'abc' }),
      'trials.0.measurement.histogram: ',
    ],
  ])('%s', (_, value, part) => {
    const message = refusal(() => parseResult(JSON.stringify(value), 'r.json'));
    expect(message).toMatch(/^r\.json/);
    expect(message).toContain(part);
  });

  test('many faults are the first three, still on one line', () => {
    const trials = RESULT.trials.flatMap((row) => [row, row, row]).map((row) => ({ ...row, state: 'x' }));
    expect(refusal(() => parseResult(JSON.stringify({ ...RESULT, trials }), 'r.json')).length).toBeLessThan(
      400,
    );
  });
});

describe('writing', () => {
  test('replaces the old file and leaves nothing beside it', () => {
    const folder = temporaryFolder({ 'page.md': 'old' });
    writeWhole(join(folder, 'page.md'), 'new: ä, 漢字');
    expect(readFileSync(join(folder, 'page.md'), 'utf8')).toBe('new: ä, 漢字');
    expect(readdirSync(folder)).toEqual(['page.md']);
  });

  test('a parent that is a file', () => {
    const folder = temporaryFolder({ parent: 'a file' });
    expect(refusal(() => writeWhole(join(folder, 'parent', 'page.md'), 'new'))).toMatch(
      /cannot be written: /,
    );
    expect(readFileSync(join(folder, 'parent'), 'utf8')).toBe('a file');
  });

  test('a folder in its place stays', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'page.md'));
    writeFileSync(join(folder, 'page.md', 'inside'), 'kept');
    expect(refusal(() => writeWhole(join(folder, 'page.md'), 'new'))).toMatch(/cannot be written: /);
    expect(readdirSync(folder)).toEqual(['page.md']);
    expect(readdirSync(join(folder, 'page.md'))).toEqual(['inside']);
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk leaves the old file whole', () => {
    const folder = temporaryFolder({ 'page.md': 'old' });
    symlinkSync('/dev/full', join(folder, `page.md.${process.pid}.tmp`));
    expect(refusal(() => writeWhole(join(folder, 'page.md'), 'new'))).toMatch(/cannot be written: ENOSPC/);
    expect(readFileSync(join(folder, 'page.md'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['page.md']);
  });
});

function rowChanged(change: object) {
  return { ...RESULT, trials: RESULT.trials.map((row) => ({ ...row, ...change })) };
}

function measurementChanged(change: object) {
  return {
    ...RESULT,
    trials: RESULT.trials.map((row) => ({ ...row, measurement: { ...row.measurement, ...change } })),
  };
}
