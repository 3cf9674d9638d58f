/** SQLite through better-sqlite3 and through node:sqlite, with the same statements and settings. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Durability, LogEvent } from '@pairbench/storage/contract';
import type { Log, Saves, Storage } from '../engine.ts';

/** What both libraries have in common. */
interface Statement {
  run(...values: (number | string | Uint8Array)[]): { readonly changes: number | bigint };
  get(...values: (number | string)[]): unknown;
  iterate(...values: (number | string)[]): IterableIterator<unknown>;
}

interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

type Open = (file: string) => Database;

/**
 * FULL flushes the write-ahead log at every commit; NORMAL does not, so that its last commits may be gone after a power cut.
 * What SQLite does by itself stays: it moves the log into the database every 1,000 pages.
 */
function openDatabase(open: Open, dir: string, durability: Durability): Database {
  const database = open(join(dir, 'peer.sqlite'));
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`PRAGMA synchronous = ${durability === 'flushed' ? 'FULL' : 'NORMAL'}`);
  return database;
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function logIn(database: Database): Log {
  database.exec('CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)');
  const insert = database.prepare('INSERT INTO event (seq, body) VALUES (?, ?)');
  const select = database.prepare('SELECT seq, body FROM event ORDER BY seq');
  const remove = database.prepare('DELETE FROM event WHERE seq < ?');
  let next = 0;
  return {
    append(event) {
      insert.run(next, event as Uint8Array);
      return next++;
    },
    appendBatch(events) {
      const first = next;
      database.exec('BEGIN');
      for (const event of events) insert.run(next++, event as Uint8Array);
      database.exec('COMMIT');
      return first;
    },
    *replay(): IterableIterator<LogEvent> {
      for (const row of select.iterate()) {
        const { seq, body } = row as { seq: number; body: Uint8Array };
        yield { seq, bytes: asBuffer(body) };
      }
    },
    prune(before) {
      remove.run(before);
      return before;
    },
    close: () => database.close(),
  };
}

function savesIn(database: Database): Saves {
  database.exec('CREATE TABLE IF NOT EXISTS checkpoint (id TEXT PRIMARY KEY, body BLOB NOT NULL)');
  const replace = database.prepare('INSERT OR REPLACE INTO checkpoint (id, body) VALUES (?, ?)');
  const select = database.prepare('SELECT body FROM checkpoint WHERE id = ?');
  return {
    save(id, bytes) {
      replace.run(id, bytes);
      return { bytes: bytes.length };
    },
    load: (id) => asBuffer((select.get(id) as { body: Uint8Array }).body),
    close: () => database.close(),
  };
}

const storageIn = (open: Open): Partial<Storage> => ({
  openEventLog: (dir, { durability = 'flushed' } = {}) => logIn(openDatabase(open, dir, durability)),
  openCheckpoints: (dir) => savesIn(openDatabase(open, dir, 'flushed')),
});

/** The package has no types of its own. */
export async function betterSqlite3(): Promise<Partial<Storage>> {
  const Database = createRequire(import.meta.url)('better-sqlite3') as new (file: string) => Database;
  return storageIn((file) => new Database(file));
}

export async function nodeSqlite(): Promise<Partial<Storage>> {
  const { DatabaseSync } = await import('node:sqlite');
  return storageIn((file) => new DatabaseSync(file) as unknown as Database);
}
