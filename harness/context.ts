/** What every command is given. */

import type { Options } from './options.ts';
import type { Output } from './output.ts';

export interface Context {
  readonly root: string;
  /** Where file names given by the user start from. */
  readonly cwd: string;
  readonly options: Options;
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
