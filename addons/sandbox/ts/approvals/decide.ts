/** From a verdict to yes or no. */

import { type ConfirmRequest, type Decision, SandboxError, type Verdict } from '../contract.ts';

export type Confirm = (request: ConfirmRequest) => boolean | Promise<boolean>;

/** What may be done now, and only this once. */
export interface Approval {
  /** Frozen all through: as it was when it was judged. Act on this, not on what it was made from. */
  readonly request: ConfirmRequest;
  /** Somebody was asked and said yes. */
  readonly wasAsked: boolean;
}

const STRICTEST_FIRST: readonly Decision[] = ['deny', 'confirm', 'allow'];

/** The strictest counts. Of none, and of what is no decision, `deny`. */
export function strictest(...decisions: readonly Decision[]): Decision {
  if (!decisions.every((decision) => STRICTEST_FIRST.includes(decision))) return 'deny';
  return STRICTEST_FIRST.find((decision) => decisions.includes(decision)) ?? 'deny';
}

/**
 * Goes on with `allow`, refuses `deny`, asks for `confirm`. Only `true` itself grants, also as a promise: not what is merely
 * truthy, no exception, no rejection. The request is copied before this returns to its caller.
 * @throws SandboxError (as a rejection) `ERR_DENIED`; the signal's reason when it ends the wait for an answer
 */
export async function decide(
  verdict: Verdict,
  request: ConfirmRequest,
  confirm?: Confirm,
  signal?: AbortSignal,
): Promise<Approval> {
  const asked = snapshot(request, verdict);
  switch (asked.verdict.decision) {
    case 'allow':
      return { request: asked, wasAsked: false };
    case 'confirm':
      break;
    default:
      throw refused(asked, 'denied');
  }
  if (confirm === undefined) throw refused(asked, 'it needs confirmation, and nobody is there to ask');
  signal?.throwIfAborted();
  let answer: unknown;
  try {
    answer = await untilAborted(async () => confirm(asked), signal);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw refused(asked, 'the question was not answered', error);
  }
  // An answer that came with the signal comes too late.
  signal?.throwIfAborted();
  if (answer !== true) throw refused(asked, 'not confirmed');
  return { request: asked, wasAsked: true };
}

function snapshot(request: ConfirmRequest, verdict: Verdict): ConfirmRequest {
  const judged = Object.freeze({ ...verdict });
  if (request.kind === 'path') {
    const { kind, path, intent } = request;
    return Object.freeze({ kind, path, intent, verdict: judged });
  }
  const { kind, command, cwd } = request;
  return Object.freeze({ kind, command: Object.freeze([...command]), cwd, verdict: judged });
}

async function untilAborted<T>(question: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return question();
  const over = new AbortController();
  try {
    return await Promise.race([
      question(),
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal });
      }),
    ]);
  } finally {
    over.abort();
  }
}

function refused(request: ConfirmRequest, why: string, cause?: unknown): SandboxError {
  const { verdict } = request;
  const what =
    request.kind === 'path'
      ? `cannot ${request.intent} ${JSON.stringify(request.path)}`
      : `cannot execute ${JSON.stringify(request.command)}`;
  const rule = verdict.rule === undefined ? '' : ` ${JSON.stringify(verdict.rule)}`;
  return new SandboxError('ERR_DENIED', `${what}: ${why} (${verdict.reason}${rule})`, {
    verdict,
    ...(cause === undefined ? {} : { cause }),
  });
}
