import { describe, expect, test } from 'vitest';
import type { CompiledPolicy } from '../policy/compiled.ts';
import { chooseLauncher } from './index.ts';
import { quote, seatbeltProfile } from './profile.ts';

const POLICY: CompiledPolicy = {
  version: 1,
  profile: 'workspace',
  roots: [
    { path: '/Users/me/work "a\\b"\nline', access: 'write', device: '1', inode: '2' },
    { path: '/Users/me/read', access: 'read', device: '1', inode: '3' },
  ],
  system: ['/usr', '/System'],
  systemLinks: [],
  protected: [
    { components: ['.git', 'hooks'], below: true },
    { components: ['.bashrc'], below: true },
    { components: ['.vscode'], below: false },
  ],
  private: ['/Users/me/work "a\\b"\nline/state/audit'],
  hidden: true,
  symlinks: true,
  executeInRoots: true,
  paths: [{ id: 'r', path: '/Users/me/read/secret', intents: ['read'], decision: 'deny' }],
  commands: [],
  unknownCommands: 'confirm',
  domains: [],
  ports: [443],
  environment: { pass: [], set: {} },
  limits: {
    timeoutMs: 1,
    processes: 1,
    memoryBytes: 1,
    fileBytes: 1,
    temporaryBytes: 1,
    descriptors: 1,
    outputBytes: 1,
  },
  required: false,
};

/** Reads the profile as its language does: strings, comments and nesting. Fails on what is left open. */
function formsOf(profile: string): string[] {
  const forms: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < profile.length; i++) {
    if (profile[i] === ';') i = profile.indexOf('\n', i);
    else if (profile[i] === '"') {
      for (i++; profile[i] !== '"'; i++) {
        if (i >= profile.length) throw new Error('open string');
        if (profile[i] === '\\') i++;
      }
    } else if (profile[i] === '(' && depth++ === 0) start = i;
    else if (profile[i] === ')' && --depth === 0) forms.push(profile.slice(start, i + 1));
    if (depth < 0) throw new Error('closed too often');
  }
  if (depth !== 0) throw new Error('left open');
  return forms;
}

describe('seatbeltProfile', () => {
  const profile = seatbeltProfile(POLICY);
  const forms = formsOf(profile);

  test('is balanced, whatever stands in paths, and denies first', () => {
    expect(forms.slice(0, 2)).toEqual(['(version 1)', '(deny default)']);
    for (const path of [
      '/a)b',
      '/a"(allow default)',
      '/a\\',
      '/a\\"',
      '/a\n(allow default)',
      '/a;b',
      '/é\u{1f600}',
    ]) {
      const root = { path, access: 'write', device: '1', inode: '2' } as const;
      const hostile = formsOf(seatbeltProfile({ ...POLICY, roots: [root], private: [`${path}/x`] }));
      expect(hostile.some((form) => form.includes(quote(path)))).toBe(true);
      expect(hostile.filter((form) => form === '(allow default)')).toEqual([]);
      expect(hostile.every((form) => /^\((version|deny|allow) /.test(form))).toBe(true);
    }
    expect(() => quote('a\0b')).toThrow(RangeError);
  });

  test('names every root, with its access', () => {
    const written = forms.filter((form) => form.startsWith('(allow file-write*')).join();
    for (const { path, access } of POLICY.roots) {
      expect(forms.find((form) => form.startsWith('(allow file-read*'))).toContain(
        `(subpath ${quote(path)})`,
      );
      expect(written.includes(`(subpath ${quote(path)})`)).toBe(access === 'write');
    }
  });

  test('takes protected names back at any depth, in any case, after the write was given, and pins their ancestors', () => {
    const given = forms.findIndex((form) => form.startsWith('(allow file-write*'));
    const hooks = forms.findIndex(
      (form) => form.startsWith('(deny file-write*') && form.includes('[hH][oO][oO][kK][sS]'),
    );
    expect(hooks).toBeGreaterThan(given);
    for (const name of ['[bB][aA][sS][hH][rR][cC]', '[vV][sS][cC][oO][dD][eE]'])
      expect(profile).toContain(name);
    const text = /\(regex "(.*)"\)/s.exec(forms[hooks] as string)?.[1]?.replace(/\\(["\\])/g, '$1');
    const pattern = new RegExp(text as string);
    const root = POLICY.roots[0]?.path;
    for (const path of ['.git/hooks', 'a/b/.GIT/hooks/pre-commit', '.git/hooks/x/y'])
      expect(pattern.test(`${root}/${path}`)).toBe(true);
    for (const path of ['.git/hooks2', 'x.git/hooks', '.git/objects', 'xgit/hooks'])
      expect(pattern.test(`${root}/${path}`)).toBe(false);
    expect(
      forms.some((form) => form.startsWith('(deny file-write-unlink') && form.includes('[gG][iI][tT]$"')),
    ).toBe(true);
  });

  test('hides private paths and those of rules, and gives no network but the proxy', () => {
    for (const path of [POLICY.private[0], '/Users/me/read/secret']) {
      expect(
        forms.some(
          (form) => form.startsWith('(deny file-read* file-write*') && form.includes(quote(path as string)),
        ),
      ).toBe(true);
    }
    expect(profile).toContain('(deny network*)');
    expect(profile).not.toContain('allow network');
    const proxied = formsOf(seatbeltProfile(POLICY, { proxyPort: 3128 })).filter((form) =>
      form.startsWith('(allow network'),
    );
    expect(proxied).toEqual(['(allow network-outbound (remote tcp "localhost:3128"))']);
  });
});

describe('chooseLauncher', () => {
  test.each(['win32', 'freebsd', 'aix'] as const)('%s refuses commands and says why', (platform) => {
    const launcher = chooseLauncher(platform, POLICY);
    expect(launcher.capabilities()).toMatchObject({ layers: [], network: 'none' });
    expect(() => launcher.launch({} as never)).toThrow(expect.objectContaining({ code: 'ERR_ENFORCEMENT' }));
  });

  test.skipIf(process.platform === 'darwin')('macOS without its program refuses too', () => {
    const launcher = chooseLauncher('darwin', POLICY);
    expect(launcher.capabilities().launcher).toBe('seatbelt');
    expect(() => launcher.launch({} as never)).toThrow(expect.objectContaining({ code: 'ERR_ENFORCEMENT' }));
  });

  test('Linux takes bubblewrap', () => {
    expect(chooseLauncher('linux', POLICY).capabilities().launcher).toBe('bubblewrap');
  });
});
