/** Reads a grant's request strictly, each property once: what was checked is what is granted. */

import { type GrantRequest, INTENTS, type Intent } from '../contract.ts';
import { isText } from '../policy/paths.ts';
import { invalid, outOfRange } from './invalid.ts';

/** 24 hours. */
export const MAX_GRANT_MS = 24 * 60 * 60 * 1000;
const MAX_ID_LENGTH = 128;
const KEYS: ReadonlySet<string> = new Set(['id', 'path', 'intents', 'command', 'prefix', 'forMs']);

/** A frozen copy. @throws SandboxError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE` */
export function checkGrantRequest(request: GrantRequest): GrantRequest {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw invalid('request', 'an object');
  }
  // A misspelled key would leave out what it was to say.
  const unknown = Object.keys(request).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw invalid('request', `without ${JSON.stringify(unknown)}`);
  const { id, path, intents, command, prefix, forMs } = request as { [key in keyof GrantRequest]: unknown };
  if ((path === undefined) === (command === undefined)) {
    throw invalid('request', 'either for a path or for a command');
  }
  return Object.freeze({
    ...(id === undefined ? {} : { id: checkId(id) }),
    ...(path === undefined
      ? checkCommandPart(command, prefix, intents)
      : checkPathPart(path, intents, prefix)),
    forMs: checkForMs(forMs),
  });
}

function checkCommandPart(command: unknown, prefix: unknown, intents: unknown) {
  if (intents !== undefined) throw invalid('intents', 'absent for a command');
  if (prefix !== undefined && typeof prefix !== 'boolean') throw invalid('prefix', 'a boolean');
  return { command: checkCommand(command), ...(prefix === undefined ? {} : { prefix }) };
}

function checkPathPart(path: unknown, intents: unknown, prefix: unknown) {
  if (prefix !== undefined) throw invalid('prefix', 'absent for a path');
  if (typeof path !== 'string' || path === '' || !isText(path)) {
    throw invalid('path', 'a string of whole characters without NUL, and not empty');
  }
  return { path, intents: checkIntents(intents) };
}

function checkId(id: unknown): string {
  // It stands in verdicts and logs.
  if (typeof id !== 'string' || !isText(id) || /\p{Cc}/u.test(id)) {
    throw invalid('id', 'a string without control characters');
  }
  if (id === '' || id.length > MAX_ID_LENGTH) throw outOfRange('id', `1 to ${MAX_ID_LENGTH} characters long`);
  return id;
}

function checkIntents(intents: unknown): readonly Intent[] {
  const listed: unknown[] | undefined = Array.isArray(intents) ? [...intents] : undefined;
  if (listed === undefined || listed.length === 0 || !listed.every(isIntent)) {
    throw invalid('intents', `a list of ${INTENTS.join(', ')}, and not empty`);
  }
  return Object.freeze([...new Set(listed)]);
}

function isIntent(value: unknown): value is Intent {
  return (INTENTS as readonly unknown[]).includes(value);
}

function checkCommand(command: unknown): readonly string[] {
  const words: unknown[] | undefined = Array.isArray(command) ? [...command] : undefined;
  if (words === undefined || !words.every(isWord) || words.length === 0 || words[0] === '') {
    throw invalid('command', 'a list of words without NUL, the first not empty');
  }
  return Object.freeze(words);
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && isText(value);
}

function checkForMs(forMs: unknown): number {
  if (typeof forMs !== 'number') throw invalid('forMs', 'a number');
  if (!(forMs > 0 && forMs <= MAX_GRANT_MS)) {
    throw outOfRange('forMs', `more than 0 and at most ${MAX_GRANT_MS} (24 hours)`);
  }
  return forMs;
}
