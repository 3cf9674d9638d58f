/** Reads the command line. Strict: an unknown word is an error with a hint, never ignored. */

import { parseArgs } from 'node:util';
import { HarnessError, messageOf } from './errors.ts';
import { PROFILE_NAMES, type ProfileName } from './profile.ts';

export const COMMANDS = [
  'list',
  'verify',
  'run',
  'gate',
  'report',
  'compare',
  'bless',
  'power',
  'crosscheck',
  'doctor',
] as const;
export type Command = (typeof COMMANDS)[number] | 'bench' | 'help';

/** Options besides --json and --help that each command heeds; any other is refused rather than ignored. */
const HEEDS: Record<Command, readonly string[]> = {
  bench: ['profile', 'filter', 'engine', 'seed', 'targets', 'native', 'baseline'],
  run: ['profile', 'filter', 'engine', 'seed', 'targets', 'native'],
  list: ['filter', 'engine'],
  verify: ['filter', 'engine', 'seed', 'native'],
  gate: ['targets', 'baseline'],
  report: ['targets', 'publish', 'baseline'],
  compare: ['profile', 'filter', 'engine', 'seed', 'targets', 'case', 'all'],
  bless: [],
  power: ['profile', 'seed', 'engine', 'case', 'publish'],
  crosscheck: ['filter', 'engine', 'native'],
  doctor: ['targets'],
  help: ['profile', 'filter', 'engine', 'seed', 'targets', 'native', 'publish', 'baseline', 'case', 'all'],
};

const NATIVE_MODES = ['auto', 'off', 'require'] as const;

export type NativeMode = (typeof NATIVE_MODES)[number];

export interface Options {
  readonly command: Command;
  /** `suite` or `suite/case`; the result file for `gate`, `report` and `bless`; revisions for `compare`. */
  readonly operands: readonly string[];
  readonly profile: ProfileName;
  readonly filter: RegExp | undefined;
  readonly engines: readonly string[];
  readonly seed: number;
  /** JSON to stdout (`true`) or into a file. */
  readonly json: boolean | string;
  readonly targets: string | undefined;
  readonly native: NativeMode;
  /** `report` and `power`: write into reports/ (and README) instead of the scratch folder. */
  readonly publish: boolean;
  /** A file of blessed results to hold the result against; `auto` is that of this machine's class. */
  readonly baseline: string | undefined;
  /** `compare` and `power`, whose operands are no cases: `suite` or `suite/case`. */
  readonly cases: readonly string[];
  /** `compare`: also cases whose inputs are the same in both revisions. */
  readonly all: boolean;
}

export const HELP = `pnpm bench [command] [suite | suite/case ...]

  (none)     run, gate and report in one
  list       what can be measured
  verify     every answer once on every engine and peer, nothing timed
  run        measure; the result goes to .pairbench/result.json
  gate       hold a result file against the targets
  report     a markdown report of a result file
  compare    compare BASE [HEAD]: two revisions, built and measured side by side;
             HEAD is the working tree, uncommitted changes and all
  bless      keep a result as the baseline of its machine class
  power      what the gate sees and what it cries wolf at, on this machine
  crosscheck the same cases under benchmark.js, tinybench and a bare loop
  doctor     what this machine offers and what is missing

  --profile smoke|quick|full   how long and how often (quick)
  --filter REGEX               cases whose id matches
  --engine NAME                this engine or peer only; may be repeated
  --seed N                     order of the trials (1)
  --json [FILE.json]           the command's result as JSON, to stdout or into a file
  --targets FILE               another targets file (baselines/phase6.toml)
  --native auto|off|require    native engines: if there, never, or an error
  --baseline FILE|auto         hold against blessed results too (auto: of this machine's class)
  --case SUITE[/CASE]          compare, power: this case only; may be repeated
  --all                        compare: also cases whose inputs did not change
  --publish                    report, power: into reports/

Exit: 0 good, 1 gate failed, 2 usage or configuration, 3 could not measure, 130 interrupted.`;

/** @throws HarnessError `ERR_USAGE` */
export function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { rest, json } = takeJson(argv);
  const { values, positionals } = parseStrictly(rest);
  const [first, ...others] = positionals;
  const isCommand = first === 'help' || COMMANDS.some((name) => name === first);
  const command: Command = values.help === true ? 'help' : isCommand ? (first as Command) : 'bench';
  const operands = isCommand ? others : positionals;
  const ignored = Object.keys(values).find((name) => name !== 'help' && !HEEDS[command].includes(name));
  if (ignored !== undefined) {
    throw new HarnessError('ERR_USAGE', `--${ignored} means nothing to \`${command}\``);
  }
  if (command === 'doctor' && operands.length > 0) {
    throw new HarnessError('ERR_USAGE', `\`doctor\` takes no operand, but was given "${operands[0]}"`);
  }
  return {
    command,
    operands,
    profile: oneOf('--profile', values.profile ?? 'quick', PROFILE_NAMES),
    filter: values.filter === undefined ? undefined : asRegExp(values.filter),
    engines: values.engine ?? [],
    seed: asSeed(values.seed ?? '1'),
    json,
    targets: values.targets,
    native:
      values.native === undefined
        ? oneOf('PAIRBENCH_NATIVE', env.PAIRBENCH_NATIVE || 'auto', NATIVE_MODES)
        : oneOf('--native', values.native, NATIVE_MODES),
    publish: values.publish === true,
    baseline: values.baseline,
    cases: values.case ?? [],
    all: values.all === true,
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
        baseline: { type: 'string' },
        case: { type: 'string', multiple: true },
        all: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [firstSentence = ''] = messageOf(error).split('. ');
    throw new HarnessError('ERR_USAGE', firstSentence.replace(/\.$/, ''));
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
  if (!/^\d+$/.test(text) || seed > 0xffffffff) {
    throw new HarnessError(
      'ERR_USAGE',
      `--seed is "${text}"; it must be a whole number from 0 to 4294967295`,
    );
  }
  return seed;
}
