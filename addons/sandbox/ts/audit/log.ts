/**
 * The audit log: every operation and verdict, before the act and after. What cannot be logged is not done.
 *
 * With @pairbench/storage it is an event log in `events` below the directory: torn ends are cut, damage is told, and one
 * writer at a time has it. Without, it is `audit.jsonl`, which several processes may append to; their numbers then repeat.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from '../contract.ts';
import { prepareDirectory } from './directory.ts';
import { type AuditEntry, type AuditRecord, lineOf, parseLine } from './entry.ts';
import { auditFailure } from './failures.ts';
import { type Lines, lastPlainSeq, openPlain, readPlain } from './plain.ts';
import { loadStorage, type Storage, type StoredLog } from './storage.ts';

export type {
  AuditEntry,
  AuditRecord,
  CommandVerdictEntry,
  ConfirmEntry,
  ConnectEntry,
  ExecuteEntry,
  GrantEntry,
  OutcomeEntry,
  PathEntry,
  RevokeEntry,
  Stamp,
} from './entry.ts';
export { loadStorage, type Storage } from './storage.ts';

export interface AuditOptions {
  /** Resolved roots of the policy: the log lies in none. */
  readonly roots: readonly string[];
  /** `buffered` (default): an entry survives the end of the process. `flushed`: a power cut too, for a flush of the disk each. */
  readonly durability?: 'buffered' | 'flushed';
}

export interface AuditLog {
  /** Resolved: private to the policy. */
  readonly directory: string;
  readonly format: 'events' | 'lines';
  /**
   * Writes one entry and returns its number. After a failure every later call fails too: a log with a gap is none.
   * @throws SandboxError `ERR_AUDIT`, `ERR_CLOSED`
   */
  record(entry: AuditEntry): number;
  /** A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Opens or makes the log.
 * @throws SandboxError (as a rejection) `ERR_POLICY` when the directory overlaps a root, `ERR_AUDIT` otherwise; with
 * `errno` `EBUSY` when another writer has it
 */
export async function openAuditLog(directory: string, options: AuditOptions): Promise<AuditLog> {
  return openAuditLogOn(await loadStorage(), directory, options);
}

/** As `openAuditLog`, at once: `storage` is what `loadStorage` gave, undefined for lines. */
export function openAuditLogOn(
  storage: Storage | undefined,
  directory: string,
  options: AuditOptions,
): AuditLog {
  const resolved = prepareDirectory(directory, options.roots);
  try {
    return storage === undefined ? linesLog(resolved, options) : eventsLog(storage, resolved, options);
  } catch (error) {
    throw openingFailure(directory, error);
  }
}

function linesLog(directory: string, options: AuditOptions): AuditLog {
  // Numbers go on where the other format stopped, as far as can be known without the package.
  const next = lastPlainSeq(directory) + 1;
  const lines = openPlain(directory, options.durability === 'flushed');
  return makeLog(directory, 'lines', lines, next);
}

function eventsLog(storage: Storage, directory: string, options: AuditOptions): AuditLog {
  const durability = options.durability ?? 'buffered';
  const log = storage.openEventLog(join(directory, 'events'), { durability });
  try {
    const next = Math.max(lastStoredSeq(log), lastPlainSeq(directory)) + 1;
    const lines: Lines = { append: (line) => void log.append(line), close: () => log.close() };
    return makeLog(directory, 'events', lines, next);
  } catch (error) {
    log.close();
    throw error;
  }
}

function lastStoredSeq(log: StoredLog): number {
  if (log.nextSeq === log.firstSeq) return log.nextSeq - 1;
  for (const event of log.replay(log.nextSeq - 1)) return parseLine(Buffer.from(event.bytes).toString()).seq;
  return log.nextSeq - 1;
}

function makeLog(directory: string, format: AuditLog['format'], lines: Lines, first: number): AuditLog {
  let next = first;
  let failure: unknown;
  let isClosed = false;
  return {
    directory,
    format,
    record(entry) {
      if (isClosed) throw new SandboxError('ERR_CLOSED', 'the audit log is closed');
      if (failure !== undefined) throw auditFailure('the audit log failed before', failure);
      const seq = next;
      try {
        lines.append(lineOf(entry, { time: Date.now(), seq }));
      } catch (error) {
        failure = error;
        throw auditFailure('cannot write the audit log', error);
      }
      next = seq + 1;
      return seq;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      try {
        lines.close();
      } catch (error) {
        throw auditFailure('cannot close the audit log', error);
      }
    },
  };
}

function openingFailure(directory: string, error: unknown): SandboxError {
  if (error instanceof SandboxError) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'ERR_LOCKED') {
    // One writer a directory: two sandboxes need two directories.
    const taken = `another sandbox writes the audit log in ${JSON.stringify(directory)}: ${String(message)}`;
    return new SandboxError('ERR_AUDIT', taken, { cause: error, errno: 'EBUSY' });
  }
  return auditFailure(`cannot open the audit log in ${JSON.stringify(directory)}`, error);
}

/**
 * All entries of a directory, in the order of their numbers, whichever format; also beside a writer. `torn` counts lines
 * that a crash cut off (of `audit.jsonl`; the event log cuts its own).
 * @throws SandboxError (as a rejection) `ERR_AUDIT`: damaged, or an event log without @pairbench/storage to read it
 */
export async function readAuditLog(directory: string): Promise<{ entries: AuditRecord[]; torn: number }> {
  try {
    const { entries, torn } = readPlain(directory);
    const events = join(directory, 'events');
    if (existsSync(events)) {
      const storage = await loadStorage();
      if (storage === undefined) throw new Error('reading it needs @pairbench/storage');
      const log = storage.openEventLog(events, { readOnly: true });
      try {
        for (const event of log.replay()) entries.push(parseLine(Buffer.from(event.bytes).toString()));
      } finally {
        log.close();
      }
    }
    return { entries: entries.sort((one, other) => one.seq - other.seq), torn };
  } catch (error) {
    throw auditFailure(`cannot read the audit log in ${JSON.stringify(directory)}`, error);
  }
}
