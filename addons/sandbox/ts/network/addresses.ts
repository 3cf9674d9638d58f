/**
 * Addresses that a listed name must not lead to: the host's own networks, its neighbours and the metadata services of
 * clouds. What is not plainly a public unicast address counts as private.
 */

import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Address, prefix length; RFC 6890 and its successors. */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // Shared with carriers; also Alibaba's metadata service.
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure's platform service: public by number, local by route.
  ['169.254.0.0', 16], // Link-local; 169.254.169.254 is the metadata service of most clouds.
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Inside 2000::/3, outside of which no IPv6 address is public. */
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23], // Teredo, benchmarks, ORCHID.
  ['2001:db8::', 32],
  ['3fff::', 20],
];

const privateV4 = new BlockList();
for (const [address, prefix] of PRIVATE_V4) privateV4.addSubnet(address, prefix, 'ipv4');
const privateV6 = new BlockList();
for (const [address, prefix] of PRIVATE_V6) privateV6.addSubnet(address, prefix, 'ipv6');

/** `ip` as the resolver gives it. True for what is no address, and for addresses with a zone. */
export function isPrivateAddress(ip: string): boolean {
  if (isIPv4(ip)) return privateV4.check(ip, 'ipv4');
  if (!isIPv6(ip) || ip.includes('%')) return true;
  const groups = groupsOf(ip);
  const embedded = embeddedV4(groups);
  if (embedded !== undefined) return privateV4.check(embedded, 'ipv4');
  const isGlobalUnicast = ((groups[0] as number) & 0xe000) === 0x2000;
  return !isGlobalUnicast || privateV6.check(ip, 'ipv6');
}

/** The IPv4 address that a mapped, compatible, NAT64 or 6to4 address leads to. */
function embeddedV4(groups: readonly number[]): string | undefined {
  const [a, b, c] = groups as [number, number, number];
  if (a === 0x2002) return dotted(b, c);
  const [high, low] = groups.slice(6) as [number, number];
  const middle = groups.slice(2, 6).every((group) => group === 0);
  if (a === 0x64 && b === 0xff9b && middle) return dotted(high, low);
  const zeros = groups.slice(0, 5).every((group) => group === 0);
  // ::/96 holds :: and ::1 too; as 0.0.0.0 and 0.0.0.1 they are private.
  return zeros && (groups[5] === 0 || groups[5] === 0xffff) ? dotted(high, low) : undefined;
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}

/** The eight groups of a valid IPv6 address without a zone. */
function groupsOf(ip: string): number[] {
  const hex = ip.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [a * 256 + +b, c * 256 + +d].map((group) => group.toString(16)).join(':'),
  );
  const [front, back] = hex.split('::') as [string, string | undefined];
  const head = front === '' ? [] : front.split(':');
  const tail = back === undefined || back === '' ? [] : back.split(':');
  const groups = [...head, ...new Array(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map((group) => Number.parseInt(group, 16));
}
