/** Reads the command line. Strict: an unknown word is an error with a hint, never ignored. */

import { parseArgs } from 'node:util';
import { HarnessError, messageOf } from './errors.ts';
import { PROFILE_NAMES, type ProfileName } from './profile.ts';

export const COMMANDS = ['list', 'verify', 'run', 'gate', 'report', 'doctor'] as const;
export type Command = (typeof COMMANDS)[number] | 'bench' | 'help';

export type NativeMode = 'auto' | 'off' | 'require';

export interface Options {
  readonly command: Command;
  /** `suite` or `suite/case`, or the result file for `gate` and `report`. */
  readonly operands: readonly string[];
  readonly profile: ProfileName;
  readonly filter: RegExp | undefined;
  readonly engines: readonly string[];
  readonly seed: number;
  /** JSON to stdout (`true`) or into a file. */
  readonly json: boolean | string;
  readonly targets: string | undefined;
  readonly native: NativeMode;
  /** `report` only: write into reports/ and README instead of the scratch folder. */
  readonly publish: boolean;
}

export const HELP = `pnpm bench [command] [suite | suite/case ...]

  (none)     run, gate and report in one
  list       what can be measured
  verify     every answer once on every engine and peer, nothing timed
  run        measure; the result goes to .pairbench/result.json
  gate       hold a result file against the targets
  report     a markdown report of a result file
  doctor     what this machine offers and what is missing

  --profile smoke|quick|full   how long and how often (quick)
  --filter REGEX               cases whose id matches
  --engine NAME                this engine or peer only; may be repeated
  --seed N                     order of the trials (1)
  --json [FILE]                the command's result as JSON, to stdout or into FILE.json
  --targets FILE               another targets file (baselines/phase6.toml)
  --native auto|off|require    native engines: if there, never, or an error
  --publish                    report: into reports/ and README

Exit: 0 good, 1 gate failed, 2 usage or configuration, 3 could not measure, 130 interrupted.`;

/** @throws HarnessError `ERR_USAGE` */
export function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { rest, json } = takeJson(argv);
  const { values, positionals } = parseStrictly(rest);
  const [first, ...others] = positionals;
  const isCommand = COMMANDS.some((name) => name === first);
  return {
    command: values.help === true ? 'help' : isCommand ? (first as Command) : 'bench',
    operands: isCommand ? others : positionals,
    profile: oneOf('--profile', values.profile ?? 'quick', PROFILE_NAMES),
    filter: values.filter === undefined ? undefined : asRegExp(values.filter),
    engines: values.engine ?? [],
    seed: asSeed(values.seed ?? '1'),
    json,
    targets: values.targets,
    native: oneOf('--native', values.native ?? env.PAIRBENCH_NATIVE ?? 'auto', [
      'auto',
      'off',
      'require',
    ] as const),
    publish: values.publish === true,
  };
}

function parseStrictly(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        profile: { type: 'string' },
        filter: { type: 'string' },
        engine: { type: 'string', multiple: true },
        seed: { type: 'string' },
        targets: { type: 'string' },
        native: { type: 'string' },
        publish: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new HarnessError('ERR_USAGE', messageOf(error).replace(/ To specify a positional.*$/, ''));
  }
}

/** `--json` may stand alone or name a file ending in .json; a lone `--`, which pnpm passes on, is dropped. */
function takeJson(argv: readonly string[]): { rest: string[]; json: boolean | string } {
  const rest: string[] = [];
  let json: boolean | string = false;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '--') continue;
    if (word === '--json') {
      const file = argv[i + 1];
      json = file?.endsWith('.json') ? file : true;
      if (json !== true) i++;
    } else if (word.startsWith('--json=')) {
      json = word.slice('--json='.length);
      if (json === '') throw new HarnessError('ERR_USAGE', '--json= needs a file name');
    } else {
      rest.push(word);
    }
  }
  return { rest, json };
}

function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) {
    throw new HarnessError('ERR_USAGE', `${option} is "${value}"; it can be ${allowed.join(', ')}`);
  }
  return found;
}

function asRegExp(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw new HarnessError('ERR_USAGE', `--filter: ${messageOf(error)}`);
  }
}

function asSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new HarnessError(
      'ERR_USAGE',
      `--seed is "${text}"; it must be a whole number from 0 to 4294967295`,
    );
  }
  return seed;
}
