import { describe, expect, test } from 'vitest';
import type { GrantRequest } from '../contract.ts';
import { commandGrantFor, createGrants } from './grants.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

function clocks() {
  const time = { wallMs: 1_000_000, elapsedMs: 50 };
  const grants = createGrants(
    () => time.wallMs,
    () => time.elapsedMs,
  );
  return { time, grants };
}

const PATH: GrantRequest = { path: '/w/a', intents: ['write'], forMs: 1000 };

describe('a grant', () => {
  test('holds until it ends', () => {
    const { time, grants } = clocks();
    const grant = grants.grant({ ...PATH, id: 'g' });
    expect(grant).toEqual({ id: 'g', path: '/w/a', intents: ['write'], endsAt: 1_001_000 });
    expect(grants.active()).toEqual({ paths: [{ id: 'g', path: '/w/a', intents: ['write'] }], commands: [] });
    expect(grants.active(), 'no new object while nothing changed').toBe(grants.active());
    time.wallMs += 999;
    time.elapsedMs += 999;
    expect(grants.active().paths).toHaveLength(1);
    time.wallMs += 1;
    expect(grants.active().paths).toHaveLength(0);
  });

  test('is not prolonged by a clock that is set back', () => {
    const { time, grants } = clocks();
    grants.grant(PATH);
    time.wallMs -= 500_000;
    time.elapsedMs += 1000;
    expect(grants.active().paths).toHaveLength(0);
    time.elapsedMs -= 1000;
    expect(grants.active().paths, 'ended is ended').toHaveLength(0);
  });

  test('ends while the machine sleeps', () => {
    const { time, grants } = clocks();
    grants.grant(PATH);
    time.wallMs += 1000;
    expect(grants.active().paths).toHaveLength(0);
  });

  test('ends with a clock that is broken', () => {
    const { time, grants } = clocks();
    grants.grant(PATH);
    time.wallMs = Number.NaN;
    expect(grants.active().paths).toHaveLength(0);
  });

  test('is revoked once', () => {
    const { grants } = clocks();
    const { id } = grants.grant({ command: ['git', 'push'], forMs: 1 });
    expect(id).toMatch(/^grant-/);
    expect(grants.revoke(id)).toBe(true);
    expect(grants.revoke(id)).toBe(false);
    expect(grants.active()).toEqual({ paths: [], commands: [] });
  });

  test('of an id that lasts is refused; of one that has ended it is not', () => {
    const { time, grants } = clocks();
    grants.grant({ ...PATH, id: 'g' });
    expect(() => grants.grant({ ...PATH, id: 'g' })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
    time.wallMs += 1000;
    grants.grant({ ...PATH, id: 'g' });
  });

  test('is a copy, frozen', () => {
    const { grants } = clocks();
    const command = ['git', 'push'];
    const grant = grants.grant({ command, prefix: true, forMs: 1 });
    command.push('--force');
    const [held] = grants.active().commands;
    expect(held).toEqual({ id: grant.id, command: ['git', 'push'], prefix: true });
    for (const frozen of [grant, grant.command, held, held?.command, grants.active().commands]) {
      expect(Object.isFrozen(frozen)).toBe(true);
    }
  });

  test('of a relative path stands for one in each root', () => {
    const grants = createGrants(Date.now, performance.now.bind(performance), (path) => [
      `/a/${path}`,
      `/b/${path}`,
    ]);
    const grant = grants.grant({ id: 'g', path: 'x', intents: ['read'], forMs: 1000 });
    expect(grant.path).toBe('x');
    expect(grants.active().paths.map(({ id, path }) => [id, path])).toEqual([
      ['g', '/a/x'],
      ['g', '/b/x'],
    ]);
    expect(() => createGrants().grant({ path: 'x', intents: ['read'], forMs: 1 })).toThrow('absolute');
  });

  const bad: [string, unknown, string][] = [
    ['no object', null, 'ERR_INVALID_ARG_TYPE'],
    ['a list', [], 'ERR_INVALID_ARG_TYPE'],
    ['nothing to grant', { forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['path and command', { ...PATH, command: ['a'] }, 'ERR_INVALID_ARG_TYPE'],
    ['an unknown key', { ...PATH, intent: 'read' }, 'ERR_INVALID_ARG_TYPE'],
    ['no intents', { path: '/w', forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['empty intents', { path: '/w', intents: [], forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['a wrong intent', { path: '/w', intents: ['all'], forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['NUL in the path', { ...PATH, path: '/w\0' }, 'ERR_INVALID_ARG_TYPE'],
    ['half a character', { ...PATH, path: '/w\ud800' }, 'ERR_INVALID_ARG_TYPE'],
    ['a path and prefix', { ...PATH, prefix: true }, 'ERR_INVALID_ARG_TYPE'],
    ['a command and intents', { command: ['a'], intents: ['read'], forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['an empty command', { command: [], prefix: true, forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['a command without a program', { command: [''], forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['a line instead of words', { command: 'git push', forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['a hole among the words', { command: new Array(2), forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['a truthy prefix', { command: ['a'], prefix: 1, forMs: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['no end', { ...PATH, forMs: undefined }, 'ERR_INVALID_ARG_TYPE'],
    ['an end in words', { ...PATH, forMs: '1' }, 'ERR_INVALID_ARG_TYPE'],
    ['zero', { ...PATH, forMs: 0 }, 'ERR_OUT_OF_RANGE'],
    ['less than nothing', { ...PATH, forMs: -1 }, 'ERR_OUT_OF_RANGE'],
    ['no number', { ...PATH, forMs: Number.NaN }, 'ERR_OUT_OF_RANGE'],
    ['for ever', { ...PATH, forMs: Number.POSITIVE_INFINITY }, 'ERR_OUT_OF_RANGE'],
    ['more than a day', { ...PATH, forMs: DAY_MS + 1 }, 'ERR_OUT_OF_RANGE'],
    ['a control character in the id', { ...PATH, id: 'a\n' }, 'ERR_INVALID_ARG_TYPE'],
    ['an empty id', { ...PATH, id: '' }, 'ERR_OUT_OF_RANGE'],
  ];
  test.each(bad)('is not made from %s', (_, request, code) => {
    const { grants } = clocks();
    expect(() => grants.grant(request as GrantRequest)).toThrow(expect.objectContaining({ code }));
    expect(grants.active()).toEqual({ paths: [], commands: [] });
  });

  test('may last a day', () => {
    clocks().grants.grant({ ...PATH, forMs: DAY_MS });
  });
});

test('a command falls under a grant by its exact words, or its first ones', () => {
  const exact = { id: 'e', command: ['git', 'push'], prefix: false };
  const prefix = { id: 'p', command: ['npm', 'run'], prefix: true };
  const find = (...words: string[]) => commandGrantFor([exact, prefix], words)?.id;
  expect(find('git', 'push')).toBe('e');
  expect(find('git', 'push', '--force')).toBeUndefined();
  expect(find('git')).toBeUndefined();
  expect(find('npm', 'run', 'x')).toBe('p');
  expect(find('npm', 'run')).toBe('p');
  expect(find('npm', 'runx')).toBeUndefined();
  expect(find('npm')).toBeUndefined();
});
