import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Architecture, systemCallFilter } from './filter.ts';
import { ABSENT, BY_ARGUMENT, REFUSED } from './syscalls.ts';
import { newRoot, policyOf, runIn, shellIn, UNUSABLE } from './testing/confined.ts';

const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const EPERM = 0x50001;
const ALLOW = 0x7fff0000;

/** The kernel's reading of a program, in so far as the filter uses it. */
function answer(program: Buffer, arch: number, number: number, args: readonly number[] = []): number {
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const [code, yes, no, value] = [
      program.readUInt16LE(at * 8),
      program[at * 8 + 2] as number,
      program[at * 8 + 3] as number,
      program.readUInt32LE(at * 8 + 4),
    ];
    if (code === 0x20)
      accumulator = value === 0 ? number : value === 4 ? arch : (args[(value - 16) / 8] ?? 0) >>> 0;
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else if (code === 0x15) at += accumulator === value ? yes : no;
    else if (code === 0x35) at += accumulator >= value ? yes : no;
    else if (code === 0x06) return value;
    else throw new Error(`no such instruction: ${code}`);
  }
}

describe.each(['x64', 'arm64'] as const)('the filter for %s', (architecture: Architecture) => {
  const column = architecture === 'x64' ? 0 : 1;
  const closed = systemCallFilter(architecture, false);
  const open = systemCallFilter(architecture, true);
  const ask = (name: keyof typeof BY_ARGUMENT, args: number[], program = closed) =>
    answer(program, AUDIT[architecture], BY_ARGUMENT[name][column] as number, args);

  test('refuses by number, and lets the rest pass', () => {
    for (const numbers of Object.values(REFUSED)) {
      if (numbers[column] !== undefined)
        expect(answer(closed, AUDIT[architecture], numbers[column])).toBe(EPERM);
    }
    for (const numbers of Object.values(ABSENT))
      expect(answer(closed, AUDIT[architecture], numbers[column] as number)).toBe(0x50026);
    // read, write, close, mmap, execve, exit_group, futex
    const usual = architecture === 'x64' ? [0, 1, 3, 9, 59, 231, 202] : [63, 64, 57, 222, 221, 94, 98];
    for (const number of usual) expect(answer(closed, AUDIT[architecture], number)).toBe(ALLOW);
    expect(answer(closed, 0x40000003, 0)).toBe(0x80000000);
    if (architecture === 'x64') expect(answer(closed, AUDIT.x64, 0x40000000)).toBe(EPERM);
  });

  test('looks at arguments', () => {
    expect(ask('clone', [0x11])).toBe(ALLOW);
    expect(ask('clone', [0x3d0f00])).toBe(ALLOW);
    for (const bit of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
      expect(ask('clone', [0x11 | bit])).toBe(EPERM);
    expect([0x5412, 0x541c, 0x5401].map((request) => ask('ioctl', [0, request]))).toEqual([
      EPERM,
      EPERM,
      ALLOW,
    ]);
    expect([0o755, 0o1777, 0o4755, 0o2755].map((mode) => ask('fchmod', [3, mode]))).toEqual([
      ALLOW,
      ALLOW,
      EPERM,
      EPERM,
    ]);
    expect(ask('openat', [0, 0, 0o101, 0o4755])).toBe(EPERM);
    expect(ask('openat', [0, 0, 0o1, 0o4755])).toBe(ALLOW);
    expect(ask('openat', [0, 0, 0o101, 0o644])).toBe(ALLOW);
    expect(
      [0o100644, 0o010644, 0o020644, 0o060644, 0o104755].map((mode) => ask('mknodat', [0, 0, mode])),
    ).toEqual([ALLOW, ALLOW, EPERM, EPERM, EPERM]);
    for (const family of [1, 2, 10, 16, 17, 38, 40]) expect(ask('socket', [family, 1, 0])).toBe(EPERM);
    expect([1, 5, 2, 3].map((type) => ask('socketpair', [1, type | 0x80000, 0]))).toEqual([
      ALLOW,
      ALLOW,
      EPERM,
      EPERM,
    ]);
    expect(ask('socketpair', [2, 1, 0])).toBe(EPERM);
    expect([ask('socket', [2, 0x80801, 6], open), ask('socket', [10, 1, 0], open)]).toEqual([ALLOW, ALLOW]);
    for (const args of [
      [1, 1, 0],
      [2, 2, 0],
      [2, 3, 1],
      [2, 1, 262],
      [40, 1, 0],
      [16, 3, 0],
    ])
      expect(ask('socket', args, open)).not.toBe(ALLOW);
  });
});

test("the numbers are those of the system's own header", () => {
  const headers = [
    ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', 0],
    ['/usr/include/asm-generic/unistd.h', 1],
  ] as const;
  for (const [path, column] of headers.filter(([each]) => existsSync(each))) {
    const text = readFileSync(path, 'utf8');
    for (const [name, numbers] of Object.entries({ ...REFUSED, ...ABSENT, ...BY_ARGUMENT })) {
      const written = new RegExp(`^#define __NR(?:3264)?_${name} (\\d+)$`, 'm').exec(text)?.[1];
      if (written !== undefined) expect([name, numbers[column]]).toEqual([name, Number(written)]);
    }
  }
});

describe.skipIf(UNUSABLE !== undefined)('the kernel takes it', () => {
  test('programs, threads and pipes work; mounts, namespaces and set-id bits do not', async () => {
    const root = newRoot();
    const { stdout } = await shellIn(
      policyOf(root),
      'echo a | cat; touch f; (chmod 4755 f) && echo setuid; chmod 755 f && echo plain; (unshare -U true) && echo namespace; (mount -t tmpfs x /tmp) && echo mount; (mknod n c 1 3) && echo node',
    );
    expect(stdout).toBe('a\nplain\n');
  });

  test.skipIf(spawnSync('gcc', ['--version']).status !== 0)('sockets of every kind are refused', async () => {
    const root = newRoot();
    const source =
      '#include <sys/socket.h>\n#include <stdio.h>\nint main(){for(int f=0;f<46;f++)for(int t=1;t<6;t++)if(socket(f,t,0)>=0)printf("socket %d %d\\n",f,t);int p[2];if(socketpair(1,2,0,p)==0)puts("datagrams");if(socketpair(1,1,0,p)==0)puts("pair");}';
    spawnSync('gcc', ['-x', 'c', '-', '-o', join(root, 'probe')], { input: source });
    expect(spawnSync(join(root, 'probe')).stdout.toString()).toContain('socket 1 1\n');
    expect((await runIn(policyOf(root), [join(root, 'probe')])).stdout).toBe('pair\n');
  });
});
