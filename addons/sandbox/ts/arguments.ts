/** Checks of what callers hand over: the same in both engines, since they come before either. */

import { isAbsolute } from 'node:path';
import { type ExecuteOptions, INTENTS, type Intent, type Limits, SandboxError } from './contract.ts';

/** Longest word, and all words and variables together: the kernel's own limits (bytes). */
const MAX_WORD_BYTES = 128 * 2 ** 10 - 1;
const MAX_WORDS_BYTES = 2 * 2 ** 20 - 64 * 2 ** 10;

function invalid(message: string): SandboxError {
  return new SandboxError('ERR_INVALID_ARG_TYPE', message);
}

/** A path that the file system can be asked for: absolute, or joined to the first root as it is written. */
export function absolutePath(path: unknown, firstRoot: string, name = 'path'): string {
  if (typeof path !== 'string') throw invalid(`${name} must be a string`);
  if (path.includes('\0')) throw invalid(`${name} must not hold NUL`);
  if (!path.isWellFormed()) throw invalid(`${name} must not hold lone surrogates`);
  // Not normalised: `..` behind a symbolic link means what the kernel means by it.
  return isAbsolute(path) ? path : `${firstRoot}/${path}`;
}

export function checkIntent(intent: unknown): Intent {
  if (!INTENTS.includes(intent as Intent)) {
    throw invalid(`intent must be one of ${INTENTS.join(', ')}`);
  }
  return intent as Intent;
}

/** The words of a command, copied: what is judged is what is run. */
export function wordsOf(command: unknown, args: unknown = []): string[] {
  if (!Array.isArray(args)) throw invalid('args must be an array of strings');
  const words = [command, ...args];
  let bytes = 0;
  words.forEach((word: unknown, at) => {
    const name = at === 0 ? 'command' : `args[${at - 1}]`;
    if (typeof word !== 'string') throw invalid(`${name} must be a string`);
    if (word.includes('\0')) throw invalid(`${name} must not hold NUL`);
    if (!word.isWellFormed()) throw invalid(`${name} must not hold lone surrogates`);
    const length = Buffer.byteLength(word);
    if (length > MAX_WORD_BYTES) throw invalid(`${name} has ${length} bytes, more than ${MAX_WORD_BYTES}`);
    bytes += length + 1;
  });
  if (words[0] === '') throw invalid('command must not be empty');
  if (bytes > MAX_WORDS_BYTES) throw invalid(`the command has ${bytes} bytes, more than ${MAX_WORDS_BYTES}`);
  return words as string[];
}

const OPTION_NAMES: ReadonlySet<string> = new Set([
  'cwd',
  'env',
  'input',
  'limits',
  'onOutput',
  'signal',
] satisfies (keyof ExecuteOptions)[]);

export function checkExecuteOptions(options: unknown): ExecuteOptions {
  if (typeof options !== 'object' || options === null) throw invalid('options must be an object');
  const unknown = Object.keys(options).find((key) => !OPTION_NAMES.has(key));
  if (unknown !== undefined) throw invalid(`options.${unknown} is no option`);
  const { env, input, onOutput, signal } = options as ExecuteOptions;
  if (env !== undefined && (typeof env !== 'object' || env === null))
    throw invalid('options.env must be an object');
  if (input !== undefined && typeof input !== 'string' && !(input instanceof Uint8Array)) {
    throw invalid('options.input must be a string or a Uint8Array');
  }
  if (onOutput !== undefined && typeof onOutput !== 'function') {
    throw invalid('options.onOutput must be a function');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalid('options.signal must be an AbortSignal');
  }
  return options as ExecuteOptions;
}

/** A run's own limits are never laxer than the policy's. */
export function stricterLimits(policy: Required<Limits>, run: Limits = {}): Required<Limits> {
  if (typeof run !== 'object' || run === null) throw invalid('options.limits must be an object');
  const merged: Record<string, number> = { ...policy };
  for (const [name, value] of Object.entries(run)) {
    if (!Object.hasOwn(policy, name)) throw invalid(`options.limits.${name} is no limit`);
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new SandboxError('ERR_OUT_OF_RANGE', `options.limits.${name} must be a positive integer`);
    }
    const most = policy[name as keyof Limits];
    if (value > most) {
      throw new SandboxError('ERR_OUT_OF_RANGE', `options.limits.${name} is above the policy's ${most}`);
    }
    merged[name] = value;
  }
  return merged as Required<Limits>;
}

export function checkMaxBytes(maxBytes: unknown, otherwise: number): number {
  if (maxBytes === undefined) return otherwise;
  if (!Number.isSafeInteger(maxBytes) || (maxBytes as number) < 0) {
    throw new SandboxError('ERR_OUT_OF_RANGE', 'maxBytes must be a non-negative integer');
  }
  return maxBytes as number;
}

export function bytesOf(data: unknown): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof Uint8Array) return data;
  throw invalid('data must be a string or a Uint8Array');
}
