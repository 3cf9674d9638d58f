/** Errors of the binding as users see them. */

import { getSystemErrorName } from 'node:util';
import { LoaderError } from '@pairbench/loader';
import { type Layer, SandboxError, type SandboxErrorCode, type Verdict } from '../contract.ts';

/** What the binding puts on an error. */
interface NativeFields {
  readonly code?: unknown;
  readonly errno?: string;
  readonly step?: string;
  readonly verdict?: Verdict;
}

/** Codes that the binding gives and users see; any other is a fault of ours. */
const CODES: ReadonlySet<unknown> = new Set<SandboxErrorCode>([
  'ERR_DENIED',
  'ERR_NOT_FOUND',
  'ERR_NOT_A_FILE',
  'ERR_NOT_A_DIRECTORY',
  'ERR_TOO_LARGE',
  'ERR_IO',
  'ERR_POLICY',
]);

/** Runs `call`; a missing binding explains itself, all else becomes a SandboxError. */
export function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asSandboxError(error);
  }
}

export function asSandboxError(error: unknown): Error {
  if (error instanceof LoaderError || error instanceof SandboxError) return error;
  const { code, errno, step, verdict } = error as NativeFields;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ERR_LAUNCH') return launchError(step ?? 'launch', Number(errno ?? 0), message);
  if (!CODES.has(code)) return new SandboxError('ERR_INTERNAL', message, { cause: error });
  return new SandboxError(code as SandboxErrorCode, message, {
    ...(errno === undefined ? {} : { errno }),
    ...(verdict === undefined ? {} : { verdict }),
  });
}

/** Steps that fail where a layer is not to be had, with the layer. */
const LAYER_OF_STEP: Readonly<Record<string, Layer>> = {
  'making a process in namespaces of its own': 'processes',
  'mapping the user into a namespace': 'mounts',
  'finding a controller of processes': 'limits',
  'making a group of processes': 'limits',
  'joining the group of processes': 'limits',
  namespaces: 'mounts',
  root: 'mounts',
  pivot: 'mounts',
  landlock: 'landlock',
  capabilities: 'capabilities',
  seccomp: 'seccomp',
  supervisor: 'names',
  limits: 'limits',
  processes: 'limits',
  'user-namespaces': 'mounts',
};

/** What a kernel answers that does not have it, or does not let this user have it. */
const UNAVAILABLE = new Set([
  'EPERM',
  'ENOSYS',
  'ENOSPC',
  'EUSERS',
  'EINVAL',
  'EOPNOTSUPP',
  'EACCES',
  'EROFS',
  'ENOENT',
]);

/** The start failed at a step. */
export function launchError(step: string, errnoNumber: number, said?: string): SandboxError {
  const errno = errnoNumber === 0 ? 'an unknown error' : getSystemErrorName(-errnoNumber);
  const layer = LAYER_OF_STEP[step];
  const message = said ?? `the confined process could not be set up (${step}: ${errno})`;
  if (layer !== undefined && UNAVAILABLE.has(errno)) {
    const why = `${step}: ${errno}. User namespaces, Landlock and seccomp must be allowed for this user; see the README`;
    return new SandboxError('ERR_ENFORCEMENT', message, { missing: [{ layer, why }], step, errno });
  }
  return new SandboxError('ERR_LAUNCH', message, { step, errno });
}
