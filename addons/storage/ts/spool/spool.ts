import { dirname, join } from 'node:path';
import type { Durability, Spool, SpoolEntry, SpoolReadOptions, SpoolWriter } from '../contract.ts';
import { type FileSystem, type OpenFile, systemCode } from '../files/file-system.ts';
import { doing } from '../journal/failures.ts';
import { exists, incomplete, notFound } from './failures.ts';
import {
  checkOffset,
  checkReadOptions,
  checkSpoolId,
  hexadecimal,
  outName,
  parseName,
  partName,
  type SpoolFile,
  sumName,
} from './names.ts';
import { readUnverified, readVerified } from './output.ts';
import { PartWriter } from './writer.ts';

/** Large outputs as files of one directory. Holds nothing in memory and no file open between calls. */
export class FileSpool implements Spool {
  readonly dir: string;
  readonly #files: FileSystem;
  readonly #durability: Durability;

  constructor(files: FileSystem, dir: string, durability: Durability) {
    this.#files = files;
    this.dir = dir;
    this.#durability = durability;
    doing('make the directory', () => {
      try {
        files.createDir(dir);
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
    });
    // Also where it was there: whoever made it may have died before this.
    if (durability === 'flushed') doing('flush the directory above', () => files.syncDir(dirname(dir)));
  }

  create(id?: string): SpoolWriter {
    const name = id === undefined ? hexadecimal(this.#files.random()) : id;
    checkSpoolId(name);
    return doing('make an output', () => this.#create(name));
  }

  #create(id: string): PartWriter {
    const before = this.#filesOf(id);
    if (before.some(isOutput)) throw exists(id);
    // The sums of an output that was removed: a crash must not find them beside the new one.
    const orphans = before.filter(({ kind }) => kind === 'sum');
    if (orphans.length > 0) this.#unlink(orphans);
    const part = partName(id, this.#files.random());
    const path = join(this.dir, part);
    const file = this.#files.create(path);
    try {
      // Another process may have looked at the same time: whoever sees the other one lets it be.
      if (this.#filesOf(id).some((other) => isOutput(other) && other.name !== part)) throw exists(id);
    } catch (error) {
      file.close();
      this.#files.unlink(path);
      throw error;
    }
    return new PartWriter(
      { files: this.#files, dir: this.dir, durability: this.#durability },
      id,
      file,
      part,
    );
  }

  read(
    id: string,
    start: number = 0,
    end: number = Number.POSITIVE_INFINITY,
    options: SpoolReadOptions = {},
  ): Buffer {
    checkSpoolId(id);
    checkOffset('start', start);
    checkOffset('end', end);
    const unverified = checkReadOptions(options);
    return doing('read an output', () => {
      // The sums first: `remove` takes the output first, so what is found here is not half removed.
      const sum = this.#open(sumName(id));
      const out = this.#open(outName(id));
      try {
        if (sum !== undefined && out !== undefined) return readVerified(out, sum, id, start, end);
      } finally {
        sum?.close();
        out?.close();
      }
      return this.#readIncomplete(id, start, end, unverified);
    });
  }

  #readIncomplete(id: string, start: number, end: number, unverified: boolean): Buffer {
    const entry = longest(this.#outputs(this.#filesOf(id)));
    if (entry === undefined) throw notFound(id);
    if (!unverified) throw incomplete(id);
    const part = this.#open(entry.name);
    if (part === undefined) throw notFound(id);
    try {
      return readUnverified(part, start, end);
    } finally {
      part.close();
    }
  }

  stat(id: string): SpoolEntry {
    checkSpoolId(id);
    const found = longest(doing('look for an output', () => this.#outputs(this.#filesOf(id))));
    if (found === undefined) throw notFound(id);
    return entryOf(found);
  }

  list(): SpoolEntry[] {
    const outputs = doing('list the outputs', () => this.#outputs(this.#parsedNames()));
    const byId = Map.groupBy(outputs, ({ id }) => id);
    const entries = [...byId.values()].map((same) => entryOf(longest(same) as Output));
    return entries.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  remove(id: string): boolean {
    checkSpoolId(id);
    return doing('remove an output', () => {
      const files = this.#filesOf(id);
      if (files.length > 0) this.#unlink(files);
      return files.some(isOutput);
    });
  }

  /** The output itself first: without it, its sums are nobody's. */
  #unlink(files: readonly SpoolFile[]): void {
    for (const { name } of files.toSorted((a, b) => Number(!isOutput(a)) - Number(!isOutput(b)))) {
      try {
        this.#files.unlink(join(this.dir, name));
      } catch (error) {
        // Another process was faster.
        if (systemCode(error) !== 'ENOENT') throw error;
      }
    }
    if (this.#durability === 'flushed') this.#files.syncDir(this.dir);
  }

  #parsedNames(): SpoolFile[] {
    const names = this.#files.list(this.dir);
    // Sorted, so that whatever is done with them is done in the same order everywhere.
    return names.sort().flatMap((name) => parseName(name) ?? []);
  }

  #filesOf(id: string): SpoolFile[] {
    return this.#parsedNames().filter((file) => file.id === id);
  }

  /** The outputs among `files`, with their sizes. A file without its sums may be half an output. */
  #outputs(files: readonly SpoolFile[]): Output[] {
    const sums = new Set(files.filter(({ kind }) => kind === 'sum').map(({ id }) => id));
    return files.filter(isOutput).flatMap(({ id, kind, name }) => {
      const file = this.#open(name);
      if (file === undefined) return [];
      try {
        return [{ id, name, bytes: file.size(), complete: kind === 'out' && sums.has(id) }];
      } finally {
        file.close();
      }
    });
  }

  /** `undefined` when it is not there, or is a link, which no output is. */
  #open(name: string): OpenFile | undefined {
    try {
      return this.#files.open(join(this.dir, name), 'read');
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ELOOP') return undefined;
      throw error;
    }
  }
}

interface Output extends SpoolEntry {
  readonly name: string;
}

function isOutput({ kind }: SpoolFile): boolean {
  return kind === 'out' || kind === 'part';
}

/** Of several files of one id the finished one, else the longest. */
function longest(outputs: readonly Output[]): Output | undefined {
  return outputs.toSorted((a, b) => Number(b.complete) - Number(a.complete) || b.bytes - a.bytes)[0];
}

function entryOf({ id, bytes, complete }: Output): SpoolEntry {
  return { id, bytes, complete };
}

/** Opens the spool in `dir`, an absolute path. */
export function openSpoolOn(files: FileSystem, dir: string, durability: Durability): Spool {
  return new FileSpool(files, dir, durability);
}
