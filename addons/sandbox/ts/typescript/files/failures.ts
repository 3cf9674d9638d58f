/** The errors of file actions: code, message and fields as the native engine gives them, word for word. */

import { type Intent, SandboxError, type SandboxErrorCode, type Verdict } from '../../contract.ts';

/** A path may hold newlines and escape sequences of terminals, so it is quoted. */
function failure(code: SandboxErrorCode, intent: Intent, path: string, why: string): SandboxError {
  return new SandboxError(code, sentence(intent, path, why));
}

function sentence(intent: Intent, path: string, why: string): string {
  return `cannot ${intent} ${JSON.stringify(path)}: ${why}`;
}

export function denied(intent: Intent, path: string, verdict: Verdict): SandboxError {
  const decision = verdict.decision === 'confirm' ? 'not confirmed' : 'denied';
  const rule = verdict.rule === undefined ? '' : ` ${JSON.stringify(verdict.rule)}`;
  const message = sentence(intent, path, `${decision} (${verdict.reason}${rule})`);
  return new SandboxError('ERR_DENIED', message, { verdict });
}

export function notFound(intent: Intent, path: string): SandboxError {
  const why = intent === 'write' ? 'its directory does not exist' : 'it does not exist';
  return failure('ERR_NOT_FOUND', intent, path, why);
}

export function notAFile(intent: Intent, path: string): SandboxError {
  return failure('ERR_NOT_A_FILE', intent, path, 'it is not a regular file');
}

export function notADirectory(path: string): SandboxError {
  return failure('ERR_NOT_A_DIRECTORY', 'list', path, 'it is not a directory');
}

export function tooLarge(path: string, maxBytes: number): SandboxError {
  return failure('ERR_TOO_LARGE', 'read', path, `it has more than ${maxBytes} bytes`);
}

/** A failed call of the system, or its name (`ENOMEM`). */
export function io(intent: Intent, path: string, cause: unknown): SandboxError {
  const errno = typeof cause === 'string' ? cause : errnoOf(cause);
  return new SandboxError('ERR_IO', sentence(intent, path, errno ?? String(cause)), withErrno(errno));
}

/** A root that is gone, or has become another directory (`ESTALE`). */
export function badRoot(root: string, cause: unknown): SandboxError {
  const errno = typeof cause === 'string' ? cause : errnoOf(cause);
  const message = `the root ${JSON.stringify(root)} is not the directory that the policy was made with: ${errno ?? String(cause)}`;
  return new SandboxError('ERR_IO', message, withErrno(errno));
}

function withErrno(errno: string | undefined): { errno?: string } {
  return errno === undefined ? {} : { errno };
}

/** `ENOENT`, ...; undefined for what no system call threw. */
export function errnoOf(error: unknown): string | undefined {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  return typeof code === 'string' && typeof errno === 'number' ? code : undefined;
}

/** Passes on what is an answer already, and makes one of what the system threw. */
export function asFailure(intent: Intent, path: string, error: unknown): unknown {
  return errnoOf(error) === undefined ? error : io(intent, path, error);
}
