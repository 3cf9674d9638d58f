import { afterAll, beforeAll, expect, test } from 'vitest';
import { SandboxError } from '../contract.ts';
import { compilePolicy } from './compile.ts';
import { makeTree, type Tree } from './testing/tree.ts';

let tree: Tree;
beforeAll(() => {
  tree = makeTree([
    'w/sub/file',
    'w/.git/hooks/',
    'audit/log',
    'r/file',
    'link -> w',
    'out/file',
    'w/out -> ../out',
  ]);
});
afterAll(() => tree.remove());

const policy = (roots: [string, 'read' | 'write'][], more: object = {}) => ({
  ...{ version: 1, profile: 'workspace', roots: roots.map(([path, access]) => ({ path, access })) },
  ...more,
});

function issuesOf(value: unknown, own: string[] = []): string {
  try {
    compilePolicy(value, { private: own });
    return 'accepted';
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'ERR_POLICY') return (error.issues ?? []).join('\n');
    throw error;
  }
}

test('roots are resolved and known by device and inode', () => {
  const [root] = compilePolicy(policy([[`${tree.base}/link`, 'write']])).roots;
  expect(root?.path).toBe(`${tree.base}/w`);
  expect(root?.device).toMatch(/^\d+$/);
  expect(root?.inode).toMatch(/^\d+$/);
});

test('the result is frozen, complete and survives JSON', () => {
  const compiled = compilePolicy(policy([[`${tree.base}/w`, 'write']]));
  expect(Object.isFrozen(compiled.limits)).toBe(true);
  expect(JSON.parse(JSON.stringify(compiled))).toEqual(compiled);
  expect(compiled).toMatchObject({
    domains: [],
    ports: [80, 443],
    unknownCommands: 'confirm',
    required: true,
  });
});

test.each(['/etc', '/usr/lib', '/home', '/tmp', '/var', '/bin'])('%s is no root to write', (path) => {
  expect(issuesOf(policy([[path, 'write']]))).not.toBe('accepted');
});

test.each(['/proc', '/proc/self', '/sys', '/dev', '/dev/shm'])('%s is no root at all', (path) => {
  expect(issuesOf(policy([[path, 'read']]))).toMatch(/roots/);
});

test('a root must be there, be a directory, be one of its kind, and lie in no .git', () => {
  expect(issuesOf(policy([[`${tree.base}/none`, 'read']]))).toMatch(/ENOENT/);
  expect(issuesOf(policy([[`${tree.base}/r/file`, 'read']]))).toMatch(/no directory/);
  expect(
    issuesOf(
      policy([
        [`${tree.base}/w`, 'read'],
        [`${tree.base}/link`, 'write'],
      ]),
    ),
  ).toMatch(/same directory/);
  expect(issuesOf(policy([[`${tree.base}/w/.git/hooks`, 'write']]))).toMatch(/\.git/);
});

test('what is private lies in no root and no system path, and no root in it', () => {
  const audit = `${tree.base}/audit`;
  expect(issuesOf(policy([[audit, 'read']]), [audit])).toMatch(/private/);
  expect(issuesOf(policy([[tree.base, 'read']]), [audit])).toMatch(/private/);
  expect(issuesOf(policy([[`${tree.base}/w/sub`, 'read']]), [`${tree.base}/link`])).toMatch(/private/);
  expect(issuesOf(policy([[`${tree.base}/w`, 'read']], { system: [tree.base] }), [audit])).toMatch(/private/);
  expect(compilePolicy(policy([[`${tree.base}/w`, 'read']]), { private: [audit] }).private).toEqual([audit]);
});

test('system paths exist, are resolved, and are not the whole system', () => {
  const root: [string, 'read'] = [`${tree.base}/w`, 'read'];
  expect(issuesOf(policy([root], { system: ['/nowhere'] }))).toMatch(/ENOENT/);
  expect(issuesOf(policy([root], { system: ['/.'] }))).toMatch(/whole/);
  expect(issuesOf(policy([root], { system: ['/proc/self'] }))).toMatch(/no place/);
  const { system, systemLinks } = compilePolicy(
    policy([root], { system: [`${tree.base}/link`, `${tree.base}/w/sub`] }),
  );
  expect(system).toEqual([`${tree.base}/w`]);
  expect(systemLinks).toEqual([{ path: `${tree.base}/link`, target: 'w' }]);
});

test('the default system paths hold programs and no secrets', () => {
  const { system } = compilePolicy(policy([[`${tree.base}/w`, 'read']]));
  expect(system).toContain('/usr');
  for (const path of [
    '/etc',
    '/etc/shadow',
    '/etc/ssl',
    '/etc/ssh',
    '/root',
    '/home',
    '/var',
    '/run',
    '/etc/resolv.conf',
  ]) {
    expect(system).not.toContain(path);
  }
});

test('a rule is there for its letters in each root, and for where its links lead in a root', () => {
  const rule = { id: 'p', intents: ['read'], decision: 'deny' };
  const roots: [string, 'read' | 'write'][] = [
    [`${tree.base}/link`, 'write'],
    [`${tree.base}/r`, 'read'],
  ];
  const paths = (path: string) =>
    compilePolicy(policy(roots, { paths: [{ ...rule, path }] })).paths.map((one) => one.path);
  expect(paths('x/./y')).toEqual([`${tree.base}/w/x/y`, `${tree.base}/r/x/y`]);
  expect(paths(`${tree.base}/link/sub`)).toEqual([`${tree.base}/w/sub`]);
  expect(paths(`${tree.base}/w/out/file`)).toEqual([`${tree.base}/w/out/file`]);
  expect(issuesOf(policy(roots, { paths: [{ ...rule, path: '/etc/passwd' }] }))).toMatch(/in no root/);
});
