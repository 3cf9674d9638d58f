/**
 * One spelling for each host name. What is checked against the list and what is dialled is this very string, so that no
 * two readers of a request can take its host for different ones.
 */

import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

const MAX_NAME_BYTES = 253;
const MAX_LABEL_BYTES = 63;
/** Before IDNA a name may be longer than after it, but not by much; the bound keeps its cost small. */
const MAX_INPUT_UNITS = 1024;

/**
 * Letters, digits, hyphens and underscores; a hyphen neither first nor last. An underscore is no host name by the letter
 * of the standard, and is in use.
 */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;
/** A last label that is a number makes the whole name an IPv4 address for every browser, and for getaddrinfo. */
const NUMERIC_LABEL = /^(?:[0-9]+|0x[0-9a-f]*)$/;
/** Delimiters of a URL, blanks and escapes: IDNA's own reader would cut or decode the text there. */
const FOREIGN = /[\s/\\?#@:%[\]<>|^"`{}\p{Cc}\p{Cs}]/u;

/** Lower case, ASCII, no trailing dot; undefined for what is not a host name, addresses in any spelling included. */
export function canonicalHost(text: string): string | undefined {
  const name = asciiName(text);
  if (name === undefined) return undefined;
  const labels = name.split('.');
  if (NUMERIC_LABEL.test(labels.at(-1) as string)) return undefined;
  return labels.every((label) => label.length <= MAX_LABEL_BYTES && LABEL.test(label)) ? name : undefined;
}

/** `127.0.0.1`, `2130706433`, `0x7f.1`, `[::ffff:7f00:1]`, `fe80::1%eth0`: to tell in the log why a host was refused. */
export function isAddressLiteral(text: string): boolean {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIPv6(bare)) return true;
  const last = asciiName(text)?.split('.').at(-1);
  return last !== undefined && NUMERIC_LABEL.test(last);
}

function asciiName(text: string): string | undefined {
  if (text.length === 0 || text.length > MAX_INPUT_UNITS || FOREIGN.test(text)) return undefined;
  const ascii = domainToASCII(text).toLowerCase();
  // A number in its last label that makes no address is an empty answer: still no name.
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  return name.length === 0 || name.length > MAX_NAME_BYTES ? undefined : name;
}
