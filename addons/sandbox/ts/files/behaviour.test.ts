/** behaviour.json, with the TypeScript engine. src/files/tests/table.rs is its twin. */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SandboxError } from '../contract.ts';
import { DEFAULT_READ_MAX_BYTES, type Files } from '../typescript/files.ts';
import table from './behaviour.json' with { type: 'json' };
import { filesOf, makePlace, type Place } from './place.ts';

interface Item {
  path: string;
  text?: string;
  link?: string;
  hardLink?: string;
  directory?: boolean;
  fifo?: boolean;
  socket?: boolean;
  invalidName?: boolean;
  mode?: string;
  names?: string[];
}

interface Act {
  read?: string;
  write?: string;
  list?: string;
  text?: string;
  maxBytes?: number;
}

interface Case {
  name: string;
  tree: Item[];
  act: Act;
  expect: Record<string, unknown>;
  after?: Item[];
}

describe.skipIf(process.platform === 'win32')('the table of file actions', () => {
  for (const { name, tree, act, expect: expected, after } of table.cases as Case[]) {
    test.skipIf(process.platform !== 'linux' && name.includes('UTF-8'))(name, async () => {
      const place = makePlace();
      for (const item of tree) build(place, item);
      const found = await perform(place, filesOf(place), act);
      const filledIn = JSON.parse(JSON.stringify(expected), (_, value) =>
        typeof value === 'string' ? fill(place, value) : value,
      );
      expect(found).toMatchObject(filledIn);
      if (expected.code === undefined) expect(found).not.toHaveProperty('code');
      for (const item of after ?? []) check(place, item);
    });
  }
});

function fill(place: Place, text: string): string {
  return text.replaceAll('{base}', place.base).replaceAll('{name300}', 'n'.repeat(300));
}

function build(place: Place, item: Item): void {
  const path = place.at(item.path);
  mkdirSync(dirname(path), { recursive: true });
  if (item.text !== undefined) writeFileSync(path, item.text);
  else if (item.link !== undefined) symlinkSync(item.link, path);
  else if (item.hardLink !== undefined) linkSync(place.at(item.hardLink), path);
  else if (item.directory) mkdirSync(path, { recursive: true });
  else if (item.fifo) execFileSync('mkfifo', [path]);
  else if (item.socket) bindSocket(path);
  else writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.of(0xff)]), '');
  if (item.mode !== undefined) chmodSync(path, Number.parseInt(item.mode, 8));
}

/** By a process that ends without unlinking it, so that the name stays. */
function bindSocket(path: string): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  try {
    execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' });
  } catch {
    // The signal it ends with.
  }
  if (!statSync(path).isSocket()) throw new Error('no socket was made');
}

async function perform(place: Place, files: Files, act: Act): Promise<Record<string, unknown>> {
  const path = (text: string) => {
    const filled = fill(place, text);
    // Not by `join`, which would take `..` away.
    return filled.startsWith('/') ? filled : `${place.base}/${filled}`;
  };
  try {
    if (act.read !== undefined) {
      const bytes = await files.read(path(act.read), act.maxBytes ?? DEFAULT_READ_MAX_BYTES, []);
      return { text: Buffer.from(bytes).toString() };
    }
    if (act.write !== undefined) {
      await files.write(path(act.write), Buffer.from(act.text ?? ''), []);
      return {};
    }
    const entries = await files.list(path(act.list ?? ''), []);
    return { entries: entries.map(({ name, kind }) => `${name} ${kind}`) };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    const { code, message, errno, verdict } = error;
    return {
      code,
      message,
      errno,
      reason: verdict?.reason,
      decision: verdict?.decision,
      rule: verdict?.rule,
    };
  }
}

function check(place: Place, item: Item): void {
  const path = place.at(item.path);
  if (item.text !== undefined) expect(readFileSync(path, 'utf8')).toBe(item.text);
  if (item.link !== undefined) expect(readlinkSync(path)).toBe(item.link);
  if (item.mode !== undefined) expect((statSync(path).mode & 0o7777).toString(8)).toBe(item.mode);
  if (item.names !== undefined) expect(readdirSync(path).sort()).toEqual(item.names);
}
