/** Grants: for a time, what would have been `confirm` is allowed. Made by the host's own code, never from inside. */

import { randomUUID } from 'node:crypto';
import type { Grant, GrantRequest, Intent } from '../contract.ts';
import type { PathGrant } from '../core.ts';
import { checkGrantRequest } from './grant-request.ts';
import { invalid } from './invalid.ts';

/** A command, or all that begin with its words. */
export interface CommandGrant {
  readonly id: string;
  readonly command: readonly string[];
  readonly prefix: boolean;
}

/** What holds at one moment. */
export interface ActiveGrants {
  readonly paths: readonly PathGrant[];
  readonly commands: readonly CommandGrant[];
}

export interface Grants {
  /** @throws SandboxError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE` */
  grant(request: GrantRequest): Grant;
  /** Whether there was one that had not ended. */
  revoke(id: string): boolean;
  /** Frozen; without those that have ended. The same object while nothing changed. */
  active(): ActiveGrants;
}

interface Held {
  readonly grant: Grant;
  readonly paths: readonly PathGrant[];
  readonly commands: readonly CommandGrant[];
  readonly forMs: number;
  /** By the clock that nobody sets. */
  readonly startedMs: number;
}

const NONE: ActiveGrants = Object.freeze({ paths: Object.freeze([]), commands: Object.freeze([]) });

/**
 * A grant ends when either clock says so: set back, the wall clock would prolong it; the other one stands still while the
 * machine sleeps.
 *
 * @param now milliseconds since 1970
 * @param elapsed milliseconds of a clock that only goes forward
 * @param resolve the absolute, resolved paths that a path of a request stands for: several where it is relative to several
 * roots. Default: the path itself, which then must be absolute.
 */
export function createGrants(
  now: () => number = Date.now,
  elapsed: () => number = () => performance.now(),
  resolve: (path: string) => readonly string[] = absoluteOnly,
): Grants {
  const held = new Map<string, Held>();
  let snapshot = NONE;

  const renew = () => {
    const all = [...held.values()];
    snapshot = Object.freeze({
      paths: Object.freeze(all.flatMap((one) => one.paths)),
      commands: Object.freeze(all.flatMap((one) => one.commands)),
    });
  };
  const dropEnded = () => {
    if (held.size === 0) return;
    const wallMs = now();
    const elapsedMs = elapsed();
    let dropped = false;
    for (const [id, one] of held) {
      // Written so that a clock that gives no number ends it.
      const lasts = wallMs < one.grant.endsAt && elapsedMs - one.startedMs < one.forMs;
      if (!lasts) dropped = held.delete(id) || dropped;
    }
    if (dropped) renew();
  };

  return {
    grant(request) {
      const checked = checkGrantRequest(request);
      dropEnded();
      const id = checked.id ?? `grant-${randomUUID()}`;
      if (held.has(id)) throw invalid('id', `of no grant that still lasts: ${JSON.stringify(id)} does`);
      const { path, intents, command, prefix, forMs } = checked;
      const paths = path === undefined ? [] : pathGrants(id, resolve(path), intents ?? []);
      const commands = command === undefined ? [] : [Object.freeze({ id, command, prefix: prefix ?? false })];
      const grant: Grant = Object.freeze({
        id,
        ...(path === undefined || intents === undefined ? {} : { path, intents }),
        ...(command === undefined ? {} : { command, prefix: prefix ?? false }),
        endsAt: now() + forMs,
      });
      held.set(id, { grant, paths, commands, forMs, startedMs: elapsed() });
      renew();
      return grant;
    },
    revoke(id) {
      dropEnded();
      const was = held.delete(id);
      if (was) renew();
      return was;
    },
    active() {
      dropEnded();
      return snapshot;
    },
  };
}

/** The grant that a command falls under. */
export function commandGrantFor(
  commands: readonly CommandGrant[],
  words: readonly string[],
): CommandGrant | undefined {
  return commands.find(
    ({ command, prefix }) =>
      (prefix ? words.length >= command.length : words.length === command.length) &&
      command.every((word, index) => word === words[index]),
  );
}

function pathGrants(id: string, paths: readonly string[], intents: readonly Intent[]): PathGrant[] {
  return paths.map((path) => Object.freeze({ id, path, intents }));
}

function absoluteOnly(path: string): readonly string[] {
  if (!path.startsWith('/')) throw invalid('path', 'absolute');
  return [path];
}
