import { describe, expect, test } from 'vitest';
import { SandboxError } from '../contract.ts';
import { readPolicy } from './schema.ts';

const good = { version: 1, profile: 'workspace', roots: [{ path: '/w', access: 'write' }] };

function refusal(policy: unknown): string {
  try {
    readPolicy(policy);
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'ERR_POLICY') return (error.issues ?? []).join('\n');
    throw error;
  }
  return 'accepted';
}
const rule = (more: object) => ({
  ...good,
  commands: [{ id: 'r', command: ['a'], decision: 'deny', ...more }],
});
const path = (more: object) => ({
  ...good,
  paths: [{ id: 'p', path: 'x', intents: ['read'], decision: 'deny', ...more }],
});
const network = (domain: string) => ({ ...good, network: { domains: [domain] } });

test('the smallest policy is read, and nothing is added', () => {
  expect(readPolicy(good)).toEqual(good);
});

test.each<[string, unknown, RegExp]>([
  ['nothing', undefined, /policy/],
  ['a string', '{}', /policy/],
  ['an unknown key', { ...good, root: '/w' }, /root/],
  ['an unknown key inside', { ...good, limits: { timeout: 1 } }, /timeout/],
  ['another version', { ...good, version: 2 }, /version/],
  ['another profile', { ...good, profile: 'full-access' }, /profile/],
  ['no roots: empty means nothing, not everything', { ...good, roots: [] }, /roots/],
  ['a relative root', { ...good, roots: [{ path: 'w', access: 'read' }] }, /absolute/],
  ['an empty root', { ...good, roots: [{ path: '', access: 'read' }] }, /roots\.0\.path/],
  ['the root /', { ...good, roots: [{ path: '//.', access: 'read' }] }, /must not be \//],
  ['.. in a root', { ...good, roots: [{ path: '/w/..', access: 'read' }] }, /\.\./],
  ['NUL in a root', { ...good, roots: [{ path: '/w\0', access: 'read' }] }, /NUL/],
  ['half a surrogate pair', { ...good, roots: [{ path: '/w\ud800', access: 'read' }] }, /surrogate/],
  ['a root twice', { ...good, roots: [good.roots[0], good.roots[0]] }, /twice/],
  ['a strict policy that writes', { ...good, profile: 'strict' }, /strict/],
  ['.. in the path of a rule', path({ path: 'a/../../b' }), /\.\./],
  ['a rule that allows a path', path({ decision: 'allow' }), /decision/],
  ['a rule for nothing', path({ intents: [] }), /intents/],
  ['an intent twice', path({ intents: ['read', 'read'] }), /twice/],
  ['an example that is not met', path({ examples: { match: ['y'] } }), /does not match/],
  ['a counterexample that is met', path({ examples: { notMatch: ['/w/X/y'] } }), /matches/],
  ['one id for two rules', { ...rule({}), paths: path({ id: 'r' }).paths }, /more than one/],
  ['an id with blanks', rule({ id: 'a b' }), /letters/],
  ['a command rule without words', rule({ command: [] }), /command/],
  ['an empty choice of words', rule({ command: ['a', []] }), /command/],
  ['a program with a path', rule({ command: ['/bin/a'] }), /without a \//],
  ['a command example that is not met', rule({ examples: { match: [['b']] } }), /does not match/],
  [
    'a command counterexample that is met',
    rule({ examples: { notMatch: [['sh', '-c', 'x;a']] } }),
    /matches/,
  ],
  ['every host', network('*'), /host name/],
  ['every host of a top level', network('*.com'), /host name/],
  ['a host with NUL', network('evil\0.ok.com'), /host name/],
  ['a host with a port', network('example.com:443'), /host name/],
  ['an address', network('127.0.0.1'), /address/],
  ['an address in another spelling', network('0x7f000001'), /address/],
  ['port 0', { ...good, network: { domains: [], ports: [0] } }, /ports/],
  ['a name that loads code', { ...good, environment: { set: { LD_PRELOAD: 'x' } } }, /load code/],
  [
    'a name that loads code, passed',
    { ...good, environment: { pass: ['NODE_OPTIONS'] } },
    /never taken over/,
  ],
  ['a token, passed', { ...good, environment: { pass: ['GITHUB_TOKEN'] } }, /never taken over/],
  ['a name that is none', { ...good, environment: { set: { 'A=B': 'x' } } }, /no variable/],
  ['no processes', { ...good, limits: { processes: 0 } }, /processes/],
  ['half a millisecond', { ...good, limits: { timeoutMs: 0.5 } }, /timeoutMs/],
  ['an infinite limit', { ...good, limits: { memoryBytes: Number.POSITIVE_INFINITY } }, /memoryBytes/],
  ['a protected name of dots', { ...good, protectedNames: ['a/..'] }, /protectedNames/],
  ['a function', { ...good, unknownCommands: () => 'allow' }, /plain data/],
  ['a proxy', new Proxy(good, {}), /plain data/],
  [
    '__proto__ as a key',
    JSON.parse('{"version":1,"profile":"workspace","roots":[],"__proto__":{}}'),
    /__proto__/,
  ],
  [
    '__proto__ as a variable',
    { ...good, environment: { set: JSON.parse('{"__proto__":"x"}') } },
    /__proto__/,
  ],
])('%s is refused', (_, policy, issue) => {
  expect(refusal(policy)).toMatch(issue);
});

describe('a policy is copied once', () => {
  test('a getter cannot answer differently later', () => {
    let asked = 0;
    const tricky = {
      ...good,
      get unknownCommands() {
        asked += 1;
        return asked === 1 ? 'deny' : 'allow';
      },
    };
    const policy = readPolicy(tricky);
    expect(policy.unknownCommands).toBe('deny');
    expect(asked).toBe(1);
  });

  test('a getter that throws, and a ring, are no policy', () => {
    const throws = Object.defineProperty({ ...good }, 'git', { enumerable: true, get: () => JSON.parse('') });
    expect(refusal(throws)).toMatch(/plain data/);
    const ring: Record<string, unknown> = { ...good };
    ring.limits = ring;
    expect(refusal(ring)).not.toBe('accepted');
  });

  test('and frozen to the bottom', () => {
    const policy = readPolicy(path({}));
    expect(Object.isFrozen(policy) && Object.isFrozen(policy.roots[0])).toBe(true);
    expect(Object.isFrozen(policy.paths?.[0]?.intents)).toBe(true);
  });
});

test('host names are read in lower case', () => {
  expect(readPolicy(network('*.Example.COM')).network?.domains).toEqual(['*.example.com']);
});
