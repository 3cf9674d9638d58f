import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Verdict } from '../contract.ts';
import {
  type AuditEntry,
  type AuditOptions,
  loadStorage,
  openAuditLog,
  openAuditLogOn,
  readAuditLog,
  type Storage,
} from './log.ts';

const ALLOWED: Verdict = { decision: 'allow', reason: 'allowed', resolved: '/w/a' };
const READ: AuditEntry = { operation: 'read', subject: '/w/a', verdict: ALLOWED };

function temporary(): string {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pairbench-audit-')));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  return base;
}

const options: AuditOptions = { roots: [] };
const storage = (await loadStorage()) as Storage;

describe.each([
  ['events', storage],
  ['lines', undefined],
] as const)('an audit log of %s', (format, backend) => {
  test('gives back what was recorded, also after another opening', async () => {
    const directory = join(temporary(), 'audit');
    const log = openAuditLogOn(backend, directory, options);
    expect(log).toMatchObject({ format, directory });
    expect(log.record(READ)).toBe(0);
    const intent: AuditEntry = {
      operation: 'execute',
      phase: 'intent',
      subject: ['git', 'status'],
      cwd: '/w',
      verdict: ALLOWED,
      environment: ['PATH=/bin', 'TOKEN'],
    };
    const of = log.record(intent);
    log.record({ operation: 'execute', phase: 'outcome', of, outcome: 'done', exitCode: 0, signal: null });
    await log.close();
    await log.close();
    expect(() => log.record(READ)).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));

    const again = openAuditLogOn(backend, directory, options);
    again.record({ operation: 'revoke', subject: 'g', outcome: 'unknown' });
    const { entries, torn } = await readAuditLog(directory);
    await again.close();
    expect(torn).toBe(0);
    expect(entries.map((entry) => [entry.seq, entry.operation])).toEqual([
      [0, 'read'],
      [1, 'execute'],
      [2, 'execute'],
      [3, 'revoke'],
    ]);
    expect(entries[1]).toMatchObject({ environment: ['PATH', 'TOKEN'], time: expect.any(Number) });
    expect(entries[2]).toMatchObject({ of: 1, exitCode: 0 });
  });

  test.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    const directory = join(temporary(), 'deep/audit');
    await openAuditLogOn(backend, directory, options).close();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('lies in no root, by path, link or identity', () => {
    const base = temporary();
    const root = join(base, 'w');
    mkdirSync(root);
    mkdirSync(join(base, 'other'));
    symlinkSync(root, join(base, 'link'));
    const roots = [root];
    for (const directory of [
      root,
      join(root, 'a/b'),
      join(base, 'link/audit'),
      join(base, 'other/../w/x'),
      base,
    ]) {
      expect(() => openAuditLogOn(backend, directory, { roots })).toThrow(
        expect.objectContaining({ code: 'ERR_POLICY' }),
      );
    }
    expect(existsSync(join(root, 'a')), 'nothing was made').toBe(false);
    // A name that only begins like the root's is no part of it.
    expect(() => openAuditLogOn(backend, join(base, 'w-audit'), { roots })).not.toThrow();
  });

  test.skipIf(process.platform === 'win32')('refuses a directory that others may write', () => {
    const directory = join(temporary(), 'audit');
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    expect(() => openAuditLogOn(backend, directory, options)).toThrow(
      expect.objectContaining({ code: 'ERR_AUDIT' }),
    );
  });
});

test('opens the event log where the package is', async () => {
  const log = await openAuditLog(join(temporary(), 'audit'), { roots: [], durability: 'flushed' });
  expect(log.format).toBe('events');
  await log.close();
});

test('numbers go on when the package comes later', async () => {
  const directory = join(temporary(), 'audit');
  const lines = openAuditLogOn(undefined, directory, options);
  lines.record(READ);
  lines.record(READ);
  await lines.close();
  const events = openAuditLogOn(storage, directory, options);
  expect(events.record(READ)).toBe(2);
  await events.close();
  expect((await readAuditLog(directory)).entries.map((entry) => entry.seq)).toEqual([0, 1, 2]);
});

test('one writer has an event log; the second is told', async () => {
  const directory = join(temporary(), 'audit');
  const first = openAuditLogOn(storage, directory, options);
  expect(() => openAuditLogOn(storage, directory, options)).toThrow(
    expect.objectContaining({ code: 'ERR_AUDIT', errno: 'EBUSY' }),
  );
  await first.close();
  await openAuditLogOn(storage, directory, options).close();
});

test('a failed write refuses, and so does every later one', () => {
  let isFull = false;
  let appended = 0;
  const failing: Storage = {
    openEventLog: () => ({
      firstSeq: 0,
      nextSeq: 0,
      append() {
        if (isFull) throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC', errno: -28 });
        return appended++;
      },
      replay: () => [],
      close() {},
    }),
  };
  const log = openAuditLogOn(failing, join(temporary(), 'audit'), options);
  log.record(READ);
  isFull = true;
  expect(() => log.record(READ)).toThrow(expect.objectContaining({ code: 'ERR_AUDIT', errno: 'ENOSPC' }));
  isFull = false;
  expect(() => log.record(READ)).toThrow(expect.objectContaining({ code: 'ERR_AUDIT' }));
  expect(appended).toBe(1);
});

test.skipIf(process.platform === 'win32')('nothing is written over a link', () => {
  const base = temporary();
  mkdirSync(join(base, 'audit'), { mode: 0o700 });
  appendFileSync(join(base, 'victim'), 'x');
  symlinkSync('../victim', join(base, 'audit/audit.jsonl'));
  expect(() => openAuditLogOn(undefined, join(base, 'audit'), options)).toThrow(
    expect.objectContaining({ code: 'ERR_AUDIT' }),
  );
  expect(readFileSync(join(base, 'victim'), 'utf8')).toBe('x');
});

test('a torn line is counted, and the next one is whole', async () => {
  const directory = join(temporary(), 'audit');
  const first = openAuditLogOn(undefined, directory, options);
  first.record(READ);
  await first.close();
  appendFileSync(join(directory, 'audit.jsonl'), '{"time":1,"seq":1,"oper');
  const second = openAuditLogOn(undefined, directory, options);
  second.record(READ);
  await second.close();
  const { entries, torn } = await readAuditLog(directory);
  expect(torn).toBe(1);
  expect(entries.map((entry) => entry.seq)).toEqual([0, 1]);
});

test('neither control characters nor secrets reach the file', async () => {
  const directory = join(temporary(), 'audit');
  const log = openAuditLogOn(undefined, directory, options);
  const subject = [
    'env',
    'API_TOKEN=hunter2',
    '--password=hunter2',
    'https://me:hunter2@example.com/x',
    "curl -H 'Authorization: Bearer hunter2'",
    "export DB_PASSWORD='hunter2 hunter2'; ls",
    'a\u001b[2J\n\u009b\u202e\u2028z',
    'https://example.com/a?b=c',
    'key=1',
  ];
  log.record({ operation: 'execute', phase: 'intent', subject, cwd: '/w', verdict: ALLOWED });
  await log.close();
  const text = readFileSync(join(directory, 'audit.jsonl'), 'utf8');
  expect(text).not.toContain('hunter2');
  expect(text.trimEnd()).toMatch(/^[ -~]+$/);
  const [entry] = (await readAuditLog(directory)).entries;
  const read = (entry as unknown as { subject: string[] }).subject;
  expect(read[6]).toBe(subject[6]);
  expect(read.slice(7)).toEqual(subject.slice(7));
  expect(read[1]).toBe('API_TOKEN=<redacted>');
});

test('a path is kept whole', async () => {
  const directory = join(temporary(), 'audit');
  const log = openAuditLogOn(undefined, directory, options);
  const subject = '/w/token=hidden';
  log.record({ operation: 'write', subject, verdict: { ...ALLOWED, resolved: subject } });
  await log.close();
  expect((await readAuditLog(directory)).entries[0]).toMatchObject({
    subject,
    verdict: { resolved: subject },
  });
});

test('a caller cannot give an entry its number', async () => {
  const directory = join(temporary(), 'audit');
  const log = openAuditLogOn(undefined, directory, options);
  log.record({ ...READ, seq: 77, time: 0 } as AuditEntry);
  await log.close();
  expect((await readAuditLog(directory)).entries[0]?.seq).toBe(0);
});
