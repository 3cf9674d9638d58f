import { SandboxError } from '../contract.ts';

/** `must` completes "path must be ...". */
export function invalid(name: string, must: string): SandboxError {
  return new SandboxError('ERR_INVALID_ARG_TYPE', `${name} must be ${must}`);
}

export function outOfRange(name: string, must: string): SandboxError {
  return new SandboxError('ERR_OUT_OF_RANGE', `${name} must be ${must}`);
}
