import { SandboxError } from '../contract.ts';

/** What makes the sandbox refuse: an act that cannot be logged is not done. */
export function auditFailure(message: string, cause?: unknown): SandboxError {
  const { code, errno } = (cause ?? {}) as { code?: unknown; errno?: unknown };
  return new SandboxError('ERR_AUDIT', cause === undefined ? message : `${message}: ${reasonOf(cause)}`, {
    ...(cause === undefined ? {} : { cause }),
    ...(typeof code === 'string' && typeof errno === 'number' ? { errno: code } : {}),
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
