import { describe, expect, test, vi } from 'vitest';
import type { ConfirmRequest, Decision, Verdict } from '../contract.ts';
import { type Confirm, decide, strictest } from './decide.ts';

const ASK: Verdict = { decision: 'confirm', reason: 'rule', rule: 'r', resolved: '/w/a' };
const request = (verdict: Verdict): ConfirmRequest => ({
  kind: 'path',
  path: '/w/a',
  intent: 'write',
  verdict,
});

describe('decide', () => {
  test('goes on with allow and does not ask', async () => {
    const confirm = vi.fn(() => true);
    const verdict: Verdict = { decision: 'allow', reason: 'allowed' };
    expect(await decide(verdict, request(verdict), confirm)).toMatchObject({ wasAsked: false });
    expect(confirm).not.toHaveBeenCalled();
  });

  test('refuses deny and does not ask', async () => {
    const confirm = vi.fn(() => true);
    const verdict: Verdict = { decision: 'deny', reason: 'outside' };
    await expect(decide(verdict, request(verdict), confirm)).rejects.toMatchObject({
      code: 'ERR_DENIED',
      verdict,
    });
    expect(confirm).not.toHaveBeenCalled();
  });

  test('refuses what is no decision', async () => {
    const verdict = { decision: 'Allow', reason: 'allowed' } as unknown as Verdict;
    await expect(decide(verdict, request(verdict), () => true)).rejects.toMatchObject({ code: 'ERR_DENIED' });
  });

  test('the verdict given counts, not that of the request', async () => {
    const lax = request({ decision: 'allow', reason: 'allowed' });
    await expect(decide({ decision: 'deny', reason: 'outside' }, lax)).rejects.toMatchObject({
      code: 'ERR_DENIED',
    });
  });

  test('refuses when nobody is there to ask', async () => {
    await expect(decide(ASK, request(ASK))).rejects.toMatchObject({ code: 'ERR_DENIED', verdict: ASK });
  });

  test.each([
    ['true', () => true],
    ['a promised true', async () => true],
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
    ['a thenable true', () => ({ then: (done: (value: boolean) => void) => done(true) })],
  ])('goes on with %s', async (_, confirm) => {
    expect(await decide(ASK, request(ASK), confirm as Confirm)).toMatchObject({ wasAsked: true });
  });

  test.each<[string, () => unknown]>([
    ['false', () => false],
    ['nothing', () => undefined],
    ['1', () => 1],
    ["'true'", () => 'true'],
    ['an object', () => ({ confirmed: true })],
    ['a boxed true', () => Object(true)],
    ['a promised "yes"', async () => 'yes'],
    ['a promise that is rejected', () => Promise.reject(new Error('closed'))],
    ['a promise that is rejected with true', () => Promise.reject(true)],
    [
      'an exception',
      () => {
        throw new Error('no window');
      },
    ],
  ])('refuses %s', async (_, confirm) => {
    await expect(decide(ASK, request(ASK), confirm as Confirm)).rejects.toMatchObject({
      code: 'ERR_DENIED',
      verdict: ASK,
    });
  });

  test('what is changed after asking changes nothing', async () => {
    const command = ['git', 'push'];
    let seen: ConfirmRequest | undefined;
    const deciding = decide(ASK, { kind: 'command', command, cwd: '/w', verdict: ASK }, async (asked) => {
      seen = asked;
      await Promise.resolve();
      return true;
    });
    command[1] = 'push --force';
    command.push('evil');
    const { request: granted } = await deciding;
    expect(granted).toEqual({ kind: 'command', command: ['git', 'push'], cwd: '/w', verdict: ASK });
    expect(seen).toBe(granted);
    for (const frozen of [granted, granted.verdict, 'command' in granted && granted.command]) {
      expect(Object.isFrozen(frozen)).toBe(true);
    }
  });

  test('a signal ends the wait, with its own reason', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const never: Confirm = () => new Promise<boolean>(() => {});
    const deciding = decide(ASK, request(ASK), never, controller.signal);
    controller.abort(reason);
    await expect(deciding).rejects.toBe(reason);
    const confirm = vi.fn(() => true);
    await expect(decide(ASK, request(ASK), confirm, controller.signal)).rejects.toBe(reason);
    expect(confirm).not.toHaveBeenCalled();
  });
});

test('the strictest counts', () => {
  const all: Decision[] = ['deny', 'confirm', 'allow'];
  for (const [one, first] of all.entries()) {
    for (const [other, second] of all.entries()) {
      expect(strictest(first, second)).toBe(all[Math.min(one, other)]);
    }
  }
  expect(strictest('allow', 'allow', 'confirm', 'allow')).toBe('confirm');
  expect(strictest(), 'nothing allows').toBe('deny');
  expect(strictest('allow', 'Allow' as Decision)).toBe('deny');
});
