/** The command line: reads argv, runs one command, sets the exit code. */

import { bench } from './commands/bench.ts';
import { bless } from './commands/bless.ts';
import { compare } from './commands/compare.ts';
import { crosscheck } from './commands/crosscheck.ts';
import { doctor } from './commands/doctor.ts';
import { gate } from './commands/gate.ts';
import { list } from './commands/list.ts';
import { power } from './commands/power.ts';
import { report } from './commands/report.ts';
import { run } from './commands/run.ts';
import { verify } from './commands/verify.ts';
import type { Context } from './context.ts';
import { EXIT, HarnessError } from './errors.ts';
import { findRoot } from './house.ts';
import { type Command, HELP, parseOptions } from './options.ts';
import { Output } from './output.ts';

const COMMAND_OF: Record<Exclude<Command, 'help'>, (context: Context) => Promise<number>> = {
  bench,
  bless,
  compare,
  crosscheck,
  doctor,
  gate,
  list,
  power,
  report,
  run,
  verify,
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const HINT = '; see `pnpm bench --help`';

/** @returns the exit code of the design */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> {
  const output = new Output(process.stdout, process.stderr, env, cwd);
  const interrupt = new AbortController();
  // A second one ends the process at once, as it does by default.
  const onSignal = () => interrupt.abort();
  for (const name of SIGNALS) process.once(name, onSignal);
  const restoreStdout = sendStdoutToStderr();
  try {
    const options = parseOptions(argv, env);
    if (options.command === 'help') {
      output.print(HELP);
      return EXIT.good;
    }
    return await COMMAND_OF[options.command]({
      root: findRoot(cwd),
      cwd,
      options,
      output,
      signal: interrupt.signal,
    });
  } catch (error) {
    if (!(error instanceof HarnessError)) {
      output.say(`bench: a fault of the harness itself: ${error instanceof Error ? error.stack : error}`);
      return EXIT.couldNotMeasure;
    }
    const hint = error.code === 'ERR_USAGE' && !error.message.includes('`pnpm') ? HINT : '';
    output.say(`bench: ${error.message}${hint}`);
    return error.exitCode;
  } finally {
    restoreStdout();
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}

/** Suites, engines and peers may print while they load; standard output belongs to `--json`. */
function sendStdoutToStderr(): () => void {
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  return () => {
    process.stdout.write = write;
  };
}
