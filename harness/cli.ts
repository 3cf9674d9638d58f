/** The command line: reads argv, runs one command, sets the exit code. */

import { bench } from './commands/bench.ts';
import { doctor } from './commands/doctor.ts';
import { gate } from './commands/gate.ts';
import { list } from './commands/list.ts';
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
  doctor,
  gate,
  list,
  report,
  run,
  verify,
};

/** @returns the exit code of the design */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> {
  const output = new Output(process.stdout, process.stderr, env);
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const options = parseOptions(argv, env);
    if (options.command === 'help') {
      output.print(HELP);
      return EXIT.good;
    }
    return await COMMAND_OF[options.command]({
      root: findRoot(cwd),
      options,
      output,
      signal: interrupt.signal,
    });
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    output.say(`bench: ${error.message}`);
    if (error.code === 'ERR_USAGE') output.say('bench: `pnpm bench --help` lists commands and options');
    return error.exitCode;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
