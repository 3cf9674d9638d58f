/** Oracles that many cases share: what each finds is the evidence of an escape. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ground, MARK } from '../testing/ground.ts';
import type { Finding, Outcome } from './case.ts';

/** Something around the root is not as it was. */
export const outsideChanged = (ground: Ground): Finding => ground.changes();

/** The secret was printed, or lies in the root. */
export function leaked(ground: Ground, outcome: Outcome, secret = ground.secret): Finding {
  const printed = [outcome.stdout, outcome.stderr].some((bytes) => Buffer.from(bytes).includes(secret));
  if (printed) return `the secret was read: ${succeeded(outcome)}`;
  const copy = ground.copied(secret);
  return copy === undefined ? undefined : `the secret lies in ${copy}`;
}

export const succeeded = (outcome: Outcome): string =>
  outcome.attempts
    .filter((attempt) => attempt.ok)
    .map((attempt) => attempt.what)
    .slice(0, 12)
    .join(', ');

/** The success of a call is all that can be seen: none may succeed, but for those named. */
export function anyDone(except: readonly string[] = []) {
  return (_: Ground, outcome: Outcome): Finding => {
    const done = outcome.attempts.filter((attempt) => attempt.ok && !except.includes(attempt.what));
    return done.length === 0
      ? undefined
      : `done: ${done
          .map((attempt) => attempt.what)
          .slice(0, 12)
          .join(', ')}`;
  };
}

/** A number that the attack reports is above what was given. */
export function moreThan(what: string, limit: number) {
  return (_: Ground, outcome: Outcome): Finding => {
    const taken = outcome.attempts
      .filter((attempt) => attempt.what.startsWith(what))
      .reduce((sum, attempt) => sum + attempt.value, 0);
    return taken > limit ? `${taken} ${what}, ${limit} were given` : undefined;
  };
}

/** A role of the host was met. */
export async function met(ground: Ground): Promise<Finding> {
  // What came in last is counted in a later turn of the event loop.
  await pause(30);
  const connections = Number(ground.notes.get('connections') ?? 0);
  return connections === 0 ? undefined : `reached the host ${connections} times`;
}

/** Any of these paths exists with the mark in it, or is there at all where it was absent before. */
export function planted(...paths: readonly string[]) {
  return (ground: Ground): Finding => {
    const found = paths.filter((path) => {
      const whole = path.startsWith('/') ? path : ground.in(path);
      if (!existsSync(whole)) return false;
      return !statSync(whole).isFile() || readFileSync(whole, 'latin1').includes(MARK);
    });
    return found.length === 0 ? undefined : `planted: ${found.slice(0, 8).join(', ')}`;
  };
}

/** Any of these names is there. */
export const anyOf =
  (names: readonly string[]) =>
  (ground: Ground): Finding => {
    const found = names.filter((name) => existsSync(ground.in(name)));
    return found.length === 0 ? undefined : `made: ${found.slice(0, 10).join(', ')}`;
  };

const size = (path: string) => (existsSync(path) ? statSync(path).size : 0);

/** A heartbeat still goes on, 200 ms after it should have ended. */
export async function beats(path: string): Promise<Finding> {
  await pause(200);
  const then = size(path);
  await pause(250);
  const now = size(path);
  return now > then ? `still running: ${now - then} beats in 250 ms` : undefined;
}

/** The first of several findings. */
export const first =
  (...oracles: ((ground: Ground, outcome: Outcome) => Finding | Promise<Finding>)[]) =>
  async (ground: Ground, outcome: Outcome): Promise<Finding> => {
    for (const oracle of oracles) {
      const found = await oracle(ground, outcome);
      if (found !== undefined) return found;
    }
    return undefined;
  };
