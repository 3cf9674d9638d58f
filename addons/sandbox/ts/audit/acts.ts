/** The log as the sandbox uses it: an act is written before it begins and after it ended. Without a log nothing happens. */

import { SandboxError, type SandboxErrorCode } from '../contract.ts';
import type { AuditEntry, AuditLog, ExecuteEntry, OutcomeEntry, PathEntry } from './log.ts';

export type Outcome = Omit<OutcomeEntry, 'operation' | 'phase' | 'of'>;

export class Acts {
  readonly #log: AuditLog | undefined;

  constructor(log: AuditLog | undefined) {
    this.#log = log;
  }

  record(entry: AuditEntry): void {
    this.#log?.record(entry);
  }

  /**
   * Logs `entry`, does `act`, logs how it ended.
   * @throws what `act` throws; SandboxError `ERR_AUDIT` where the log fails, before the act
   */
  async around<T>(
    entry: ExecuteEntry | (PathEntry & { readonly operation: 'read' | 'write' | 'list' }),
    act: () => Promise<T>,
    outcomeOf: (done: T) => Outcome,
  ): Promise<T> {
    const of = this.#log?.record(entry);
    let done: T;
    try {
      done = await act();
    } catch (error) {
      try {
        this.#end(entry, of, failure(error));
      } catch {
        // The log fails at the next entry as well, and says so then; this failure would be lost.
      }
      throw error;
    }
    this.#end(entry, of, outcomeOf(done));
    return done;
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  #end(
    { operation }: { readonly operation: OutcomeEntry['operation'] },
    of: number | undefined,
    outcome: Outcome,
  ): void {
    if (of !== undefined) this.#log?.record({ operation, phase: 'outcome', of, ...outcome });
  }
}

function failure(error: unknown): Outcome {
  const code: SandboxErrorCode | undefined = error instanceof SandboxError ? error.code : undefined;
  // What is no error of ours is the reason of a signal, or what a callback threw.
  return code === undefined ? { outcome: 'aborted' } : { outcome: 'failed', error: code };
}
