/** The whole corpus, in the order of its table, and what of the study's list has no case here and why. */

import type { Case } from './case.ts';
import { environment } from './environment.ts';
import { filesystem } from './filesystem.ts';
import { host } from './host.ts';
import { kernel } from './kernel.ts';
import { network } from './network.ts';
import { paths } from './paths.ts';
import { processes } from './processes.ts';
import { repositories } from './repositories.ts';
import { rules } from './rules.ts';
import { settings } from './settings.ts';

const GROUPS = 'FKEN';
const key = ({ id }: Case) => `${GROUPS.indexOf(id[0] as string)}${id.slice(1)}`;

export const CASES: readonly Case[] = [
  ...filesystem,
  ...paths,
  ...repositories,
  ...settings,
  ...host,
  ...rules,
  ...kernel,
  ...processes,
  ...environment,
  ...network,
].sort((one, other) => (key(one) < key(other) ? -1 : 1));

export const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  F18: 'the package runs no git in the host; that no configuration can be written is F15 and F16',
  F22: 'the case-insensitive mount needs CONFIG_UNICODE; the spelling itself is tested as F22',
  'N12 (rebinding)':
    'a public name that leads to a private address needs a name server; the proxy’s own tests hold it',
  F29: 'there is no overlay or copy-on-write mode',
  N04: 'a query to a public name server would leave the host; the ways to one are N02 (datagrams) and N06 (sockets of resolvers)',
};
