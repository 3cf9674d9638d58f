/** What the audit log holds, and how it becomes one line: nothing in it moves a terminal, and no secret is in it. */

import type { Enforcement, Grant, Intent, SandboxErrorCode, Verdict } from '../contract.ts';
import { withoutSecrets } from './secrets.ts';

/** What every entry has; the log itself adds it. */
export interface Stamp {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Grows by one an entry, over all openings of the directory. */
  readonly seq: number;
}

/** A path, and what the policy said of it. One entry an act: what failed after an `allow` has its `error` in an outcome. */
export interface PathEntry {
  readonly operation: 'evaluate' | 'read' | 'write' | 'list';
  /** As it was given. */
  readonly subject: string;
  readonly intent?: Intent;
  readonly verdict: Verdict;
  /** For `write`. */
  readonly bytes?: number;
}

/** Before a command starts: whatever happens then, it is known that it was to start. */
export interface ExecuteEntry {
  readonly operation: 'execute';
  readonly phase: 'intent';
  /** The program and its arguments. */
  readonly subject: readonly string[];
  readonly cwd: string;
  readonly verdict: Verdict;
  /** Names alone: what follows a `=` is cut off. */
  readonly environment?: readonly string[];
}

/** After an act: `of` is the number of its first entry. */
export interface OutcomeEntry {
  readonly operation: 'execute' | 'read' | 'write' | 'list';
  readonly phase: 'outcome';
  readonly of: number;
  readonly outcome: 'done' | 'failed' | 'timedOut' | 'aborted';
  readonly error?: SandboxErrorCode;
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  readonly durationMs?: number;
  readonly enforcement?: Enforcement;
}

/** Somebody was asked. */
export interface ConfirmEntry {
  readonly operation: 'confirm';
  readonly subject: string | readonly string[];
  readonly verdict: Verdict;
  readonly outcome: 'granted' | 'refused';
}

export interface GrantEntry {
  readonly operation: 'grant';
  readonly subject: Grant;
}

export interface RevokeEntry {
  readonly operation: 'revoke';
  /** The grant's id. */
  readonly subject: string;
  /** Whether there was one. */
  readonly outcome: 'revoked' | 'unknown';
}

/** A request to the proxy of a run's network. */
export interface ConnectEntry {
  readonly operation: 'connect';
  /** `host:port`, as canonical as it could be made. */
  readonly subject: string;
  readonly outcome: 'allowed' | 'refused';
  readonly why: string;
}

/** What the policy says of a command, asked without running it. */
export interface CommandVerdictEntry {
  readonly operation: 'evaluateCommand';
  readonly subject: readonly string[];
  readonly verdict: Verdict;
}

/** What is handed to `record`. */
export type AuditEntry =
  | CommandVerdictEntry
  | ConnectEntry
  | PathEntry
  | ExecuteEntry
  | OutcomeEntry
  | ConfirmEntry
  | GrantEntry
  | RevokeEntry;
/** What is read back. */
export type AuditRecord = AuditEntry & Stamp;

/**
 * What JSON leaves as it is and a terminal or an eye is misled by: DEL and the C1 controls, line and paragraph separators,
 * characters without width, and those that turn the direction of writing. They only stand in strings, so an escape says the same.
 */
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** One line of ASCII controls escaped, without the newline at its end. */
export function lineOf(entry: AuditEntry, stamp: Stamp): string {
  const safe = JSON.stringify({ ...stamp, ...withoutValues(entry), ...stamp }, redacted);
  return safe.replace(UNSEEN, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Only words of commands, which stand in lists: a path is kept whole, or a file could be named so that it hides. */
function redacted(this: unknown, _key: string, value: unknown): unknown {
  return typeof value === 'string' && Array.isArray(this) ? withoutSecrets(value) : value;
}

function withoutValues(entry: AuditEntry): AuditEntry {
  if (!('environment' in entry) || entry.environment === undefined) return entry;
  return { ...entry, environment: entry.environment.map((name) => name.split('=', 1)[0] as string) };
}

/** @throws SyntaxError for what is no entry */
export function parseLine(line: string): AuditRecord {
  const value: unknown = JSON.parse(line);
  const { time, seq, operation } = (value ?? {}) as Record<string, unknown>;
  if (typeof time !== 'number' || !Number.isSafeInteger(seq) || typeof operation !== 'string') {
    throw new SyntaxError('not an entry of an audit log');
  }
  return value as AuditRecord;
}
