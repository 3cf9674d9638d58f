import { expect, it } from 'vitest';
import { currentHost, platformTriple } from './platform.ts';

it.each([
  ['linux', 'x64', 'glibc', 'linux-x64-gnu'],
  ['linux', 'x64', 'musl', 'linux-x64-musl'],
  ['linux', 'arm64', 'glibc', 'linux-arm64-gnu'],
  ['linux', 'arm', 'glibc', 'linux-arm-gnueabihf'],
  ['linux', 'arm', 'musl', 'linux-arm-musleabihf'],
  ['darwin', 'arm64', undefined, 'darwin-arm64'],
  ['win32', 'x64', undefined, 'win32-x64-msvc'],
  ['freebsd', 'x64', undefined, 'freebsd-x64'],
] as const)('%s %s %s is %s', (platform, arch, libc, triple) => {
  expect(platformTriple({ platform, arch, libc })).toBe(triple);
});

it('reads the running process once', () => {
  const host = currentHost();
  expect(host).toMatchObject({ platform: process.platform, arch: process.arch });
  expect(host.libc).toBe(process.platform === 'linux' ? (host.glibcVersion ? 'glibc' : 'musl') : undefined);
  expect(currentHost()).toBe(host);
});
