/** Other ways to keep events and checkpoints. Each note says what its acknowledgement promises. */

import type { Peer } from 'pairbench/define';
import type { Storage } from './engine.ts';
import { appendFile, bareWrites, flushedLines, plainFile } from './peers/files.ts';
import { betterSqlite3, nodeSqlite } from './peers/sqlite.ts';

const WAL_FULL =
  'write-ahead log, synchronous = FULL: flushed when it returns, one fsync a commit. A blob a row, no transaction around it.';

export const peers = [
  {
    id: 'bare-write-fdatasync',
    load: bareWrites,
    control: true,
    cases: ['append'],
    note: 'a control, not a store: fs.writeSync into zeros that were written before, and fs.fdatasyncSync. Flushed when it returns; no length, no checksum, and nobody can find the events again.',
  },
  {
    id: 'better-sqlite3',
    load: betterSqlite3,
    cases: ['append'],
    slowCases: ['save-2m', 'load-2m', 'replay-100k', 'save-200k', 'save-2m-fresh', 'save-10m'],
    note: WAL_FULL,
  },
  {
    id: 'lmdb',
    load: async () => (await import('./peers/lmdb.ts')).lmdb(),
    cases: ['append'],
    slowCases: ['append-64', 'save-2m', 'load-2m', 'replay-100k', 'save-200k', 'save-2m-fresh', 'save-10m'],
    note: 'overlappingSync off: flushed when putSync returns or the promise of put settles, one fdatasync a transaction. No checksums.',
  },
  {
    id: 'node-sqlite',
    load: nodeSqlite,
    cases: [],
    slowCases: ['append', 'save-2m', 'load-2m', 'replay-100k'],
    note: WAL_FULL,
  },
  {
    id: 'jsonl-append-file',
    load: appendFile,
    control: true,
    cases: [],
    slowCases: ['append', 'replay-100k'],
    note: 'fs.appendFileSync of one line, as sessions are usually kept. It promises nothing: no flush, a crash of the machine loses what was acknowledged, and a torn line is taken for an event.',
  },
  {
    id: 'jsonl-fdatasync',
    load: flushedLines,
    cases: [],
    slowCases: ['append'],
    note: 'the same lines into a file kept open, each flushed (fdatasync) before it returns. The file grows at every append. No checksums.',
  },
  {
    id: 'plain-file',
    load: plainFile,
    cases: ['save-2m'],
    slowCases: ['save-200k', 'save-10m', 'save-2m-fresh', 'load-2m', 'spool-512k', 'spool-64m'],
    note: 'the bytes into a temporary file, fdatasync, rename, fsync of the directory: flushed when it returns. No checksums: what was damaged is read as if it were whole.',
  },
] as const satisfies readonly Peer<Partial<Storage>>[];
