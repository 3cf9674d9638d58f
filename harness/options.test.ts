import { describe, expect, test } from 'vitest';
import { HarnessError } from './errors.ts';
import { COMMANDS, HELP, parseOptions } from './options.ts';

const parse = (line: string, env: NodeJS.ProcessEnv = {}) =>
  parseOptions(line.split(' ').filter(Boolean), env);

function refusal(line: string, env: NodeJS.ProcessEnv = {}): string {
  try {
    parse(line, env);
  } catch (error) {
    expect(error).toBeInstanceOf(HarnessError);
    expect(error).toMatchObject({ code: 'ERR_USAGE', exitCode: 2 });
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error(`${line} was taken`);
}

test('nothing given: run, gate and report everything, quick profile, seed 1', () => {
  expect(parse('')).toEqual({
    command: 'bench',
    operands: [],
    profile: 'quick',
    filter: undefined,
    engines: [],
    seed: 1,
    json: false,
    targets: undefined,
    native: 'auto',
    publish: false,
    baseline: undefined,
    cases: [],
    all: false,
  });
});

test.each(COMMANDS)('%s is a command', (command) => {
  expect(parse(command).command).toBe(command);
});

test('a word that is no command is a case of the default command', () => {
  expect(parse('sums/add sums')).toMatchObject({ command: 'bench', operands: ['sums/add', 'sums'] });
  expect(parse('run sums/add')).toMatchObject({ command: 'run', operands: ['sums/add'] });
});

test('options may stand before the command', () => {
  expect(parse('--profile smoke run sums')).toMatchObject({
    command: 'run',
    profile: 'smoke',
    operands: ['sums'],
  });
});

test.each(['--help', '-h', 'run --help', 'help'])('%s asks for help', (line) => {
  expect(parse(line).command).toBe('help');
});

test('help names every command, and every line fits a terminal', () => {
  for (const command of COMMANDS) expect(HELP).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

describe('values', () => {
  test.each(['smoke', 'quick', 'full'] as const)('--profile %s', (profile) => {
    expect(parse(`--profile ${profile}`).profile).toBe(profile);
  });

  test('--filter is a regular expression', () => {
    expect(parse('--filter ^sums/.*10k$').filter).toEqual(/^sums\/.*10k$/);
  });

  test('--engine may be repeated', () => {
    expect(parse('--engine native --engine=other').engines).toEqual(['native', 'other']);
  });

  test.each([
    ['0', 0],
    ['42', 42],
    ['4294967295', 4_294_967_295],
  ])('--seed %s', (text, seed) => {
    expect(parse(`--seed ${text}`).seed).toBe(seed);
  });

  test('--targets and --publish', () => {
    expect(parse('run --targets mine.toml').targets).toBe('mine.toml');
    expect(parse('report --publish').publish).toBe(true);
  });

  test.each(['auto', 'off', 'require'] as const)('--native %s wins over the environment', (native) => {
    expect(parse(`--native=${native}`, { PAIRBENCH_NATIVE: 'off' }).native).toBe(native);
    expect(parse('', { PAIRBENCH_NATIVE: native }).native).toBe(native);
  });

  test('an empty PAIRBENCH_NATIVE is none', () => {
    expect(parse('', { PAIRBENCH_NATIVE: '' }).native).toBe('auto');
  });
});

describe('--json', () => {
  test.each([
    ['run --json', true, []],
    ['run --json sums', true, ['sums']],
    ['run --json out.json sums', 'out.json', ['sums']],
    ['run --json=out sums', 'out', ['sums']],
    ['run --json=dir/out.json', 'dir/out.json', []],
    ['run --json --profile smoke', true, []],
    ['run sums', false, ['sums']],
  ])('%s', (line, json, operands) => {
    expect(parse(line)).toMatchObject({ json, operands });
  });

  test('--json= without a name', () => {
    expect(refusal('--json=')).toContain('needs a file name');
  });
});

test('a lone -- is what pnpm passes on, and dropped', () => {
  expect(parse('-- run -- sums --json')).toMatchObject({ command: 'run', operands: ['sums'], json: true });
});

describe('refused with one line', () => {
  test.each([
    ['--nonsense', '--nonsense'],
    ['--publsh', '--publsh'],
    ['-x', '-x'],
    ['--profile slow', 'smoke, quick, full'],
    ['--profile', '--profile'],
    ['--profile --seed 1', '--profile'],
    ['--native maybe', 'auto, off, require'],
    ['--filter (', '--filter'],
    ['--seed -1', '--seed'],
    ['--seed=-1', 'whole number'],
    ['--seed=', 'whole number'],
    ['--seed=1.5', 'whole number'],
    ['--seed=1e3', 'whole number'],
    ['--seed=0x10', 'whole number'],
    ['--seed 4294967296', 'whole number'],
    ['--seed abc', 'whole number'],
    ['--publish=yes', '--publish'],
    ['--publish', '`bench`'],
    ['run --publish', '`run`'],
    ['gate --filter x', '--filter means nothing to `gate`'],
    ['report --engine native', '`report`'],
    ['doctor sums', '`doctor`'],
  ])('%s', (line, part) => {
    expect(refusal(line)).toContain(part);
  });

  test('a bad PAIRBENCH_NATIVE is named as such', () => {
    expect(refusal('', { PAIRBENCH_NATIVE: 'shadow' })).toMatch(/^PAIRBENCH_NATIVE is "shadow"/);
  });
});
