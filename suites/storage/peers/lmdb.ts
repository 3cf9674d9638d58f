/** LMDB through lmdb-js. */

import type { Durability, LogEvent } from '@pairbench/storage/contract';
import { open, type RootDatabase } from 'lmdb';
import type { Log, Saves, Storage } from '../engine.ts';

/**
 * `overlappingSync` would let a commit be seen before it is flushed; without it the flush is a part of the commit. Values are
 * raw bytes and are not compressed.
 */
function openEnvironment<K extends number | string>(
  dir: string,
  durability: Durability,
  keyEncoding: 'uint32' | 'ordered-binary',
): RootDatabase<Buffer, K> {
  return open<Buffer, K>({
    path: dir,
    encoding: 'binary',
    keyEncoding,
    compression: false,
    overlappingSync: false,
    noSync: durability === 'buffered',
  });
}

function openLog(dir: string, durability: Durability): Log {
  const database = openEnvironment<number>(dir, durability, 'uint32');
  let next = 0;
  return {
    append(event) {
      database.putSync(next, event as Buffer);
      return next++;
    },
    async appendAsync(event) {
      const seq = next++;
      await database.put(seq, event as Buffer);
      return seq;
    },
    appendBatch(events) {
      const first = next;
      database.transactionSync(() => {
        for (const event of events) void database.put(next++, event as Buffer);
      });
      return first;
    },
    *replay(): IterableIterator<LogEvent> {
      for (const { key, value } of database.getRange()) yield { seq: key, bytes: value };
    },
    prune(before) {
      database.transactionSync(() => {
        for (const key of database.getKeys({ end: before })) void database.remove(key);
      });
      return before;
    },
    close: () => void database.close(),
  };
}

function openSaves(dir: string): Saves {
  const database = openEnvironment<string>(dir, 'flushed', 'ordered-binary');
  return {
    save(id, bytes) {
      database.putSync(id, bytes as Buffer);
      return { bytes: bytes.length };
    },
    load(id) {
      const found = database.get(id);
      if (found === undefined) throw new Error(`${id} is not there`);
      return found;
    },
    close: () => void database.close(),
  };
}

export async function lmdb(): Promise<Partial<Storage>> {
  return {
    openEventLog: (dir, { durability = 'flushed' } = {}) => openLog(dir, durability),
    openCheckpoints: openSaves,
  };
}
