/** Exit codes, and the one error type the CLI turns into a line and a code. */

export const EXIT = {
  good: 0,
  gateFailed: 1,
  /** Wrong arguments, or a file of the project that cannot be read. */
  usage: 2,
  /** Nothing, or not what was asked for, could be measured. */
  couldNotMeasure: 3,
  /** Ctrl-C; what was measured until then is on disk. */
  interrupted: 130,
} as const;

export type HarnessErrorCode =
  | 'ERR_USAGE'
  | 'ERR_SUITE'
  | 'ERR_TARGETS'
  | 'ERR_RESULT'
  | 'ERR_BASELINE'
  | 'ERR_FIXTURES'
  | 'ERR_SAMPLE'
  | 'ERR_NOT_MEASURED';

export class HarnessError extends Error {
  readonly code: HarnessErrorCode;

  constructor(code: HarnessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HarnessError';
    this.code = code;
  }

  get exitCode(): number {
    return this.code === 'ERR_NOT_MEASURED' || this.code === 'ERR_SAMPLE' ? EXIT.couldNotMeasure : EXIT.usage;
  }
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .trim()
    .replace(/:\s*\n\s*/g, ': ')
    .replace(/\s*\n\s*/g, '; ');
}

/** What a strict reader found wrong, on one line: `targets[3].metric: Invalid option`. */
export function issuesOf(error: {
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`)
    .join('; ');
}
