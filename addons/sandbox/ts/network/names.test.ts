import { describe, expect, test } from 'vitest';
import { isPrivateAddress } from './addresses.ts';
import { coversHost, parseDomainPattern } from './domains.ts';
import { canonicalHost, isAddressLiteral } from './host.ts';

describe('canonicalHost', () => {
  test.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.Com', 'example.com'],
    ['example.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['a\u3002b.example', 'a.b.example'],
    ['exam\u00adple.com', 'example.com'],
    ['a_b.example.com', 'a_b.example.com'],
    ['1.2.3.4.example', '1.2.3.4.example'],
  ])('%j is %s', (text, name) => expect(canonicalHost(text)).toBe(name));

  test.each([
    '',
    '.',
    '..',
    'a..b',
    '.a.com',
    'a.com..',
    'a.com\0',
    'a\u0001.com',
    'a.com\r\nHost: b.com',
    'a .com',
    '\u00a0a.com',
    'user@a.com',
    'user:word@a.com',
    'a.com:80',
    'a.com/b',
    'a.com\\b',
    'a.com?b',
    'a.com#b',
    'a%2ecom',
    '%61.com',
    '-a.com',
    'a-.com',
    '*.a.com',
    'a,b.com',
    '\ud800.com',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(127)}com`,
    'a'.repeat(100_000),
  ])('%j is no host name', (text) => expect(canonicalHost(text)).toBeUndefined());

  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0X7F.1',
    '0177.0.0.01',
    '１２７.0.0.1',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '127.0.0.1.',
    '[::1]',
    '::1',
    '[::ffff:127.0.0.1]',
    '::ffff:a9fe:a9fe',
    'fe80::1%eth0',
    '[fd00:ec2::254]',
  ])('%j is an address, not a name', (text) => {
    expect(canonicalHost(text)).toBeUndefined();
    expect(isAddressLiteral(text)).toBe(true);
  });

  test('a name whose last label is a number that makes no address is no name', () => {
    for (const text of ['1.2.3.4.5', 'a.0x1', '256.256.256.256', 'a.1'])
      expect(canonicalHost(text)).toBeUndefined();
  });
});

describe('parseDomainPattern', () => {
  test('covers a name itself, or all below it', () => {
    const patterns = ['Example.com', '*.a.com'].map(parseDomainPattern);
    expect(['example.com', 'b.a.com', 'c.b.a.com'].map((host) => coversHost(patterns, host))).toEqual([
      true,
      true,
      true,
    ]);
    const others = [
      'a.com',
      'nota.com',
      'www.example.com',
      'example.com.evil.org',
      'com',
      'b.a.com.evil.org',
    ];
    expect(others.filter((host) => coversHost(patterns, host))).toEqual([]);
    expect(coversHost([], 'example.com')).toBe(false);
  });

  test.each([
    '*',
    '*.',
    '*.com',
    'com',
    'a.*.com',
    '*a.com',
    '*.*.com',
    'http://a.com',
    'a.com:80',
    '127.0.0.1',
  ])('%j is refused', (text) =>
    expect(() => parseDomainPattern(text)).toThrow(expect.objectContaining({ code: 'ERR_POLICY' })),
  );
  test.each(['*.127.0.0.1', '[::1]', '', 'a..com', 'a b.com', 'user@a.com', 'a.com/'])(
    '%j is refused',
    (text) => expect(() => parseDomainPattern(text)).toThrow(/network domain "/),
  );
});

describe('isPrivateAddress', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.255',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::808:808',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '2001::1',
    '2001:db8::1',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '100::1',
    'example.com',
    '',
    '0x7f.1',
  ])('%s is', (ip) => expect(isPrivateAddress(ip)).toBe(true));
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '172.32.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
    '2a00::',
  ])('%s is not', (ip) => expect(isPrivateAddress(ip)).toBe(false));
});
