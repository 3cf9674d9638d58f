/** The index that users hold, on any engine's core. */

import {
  type CheckedOpenOptions,
  checkFile,
  checkOpenOptions,
  checkPath,
  checkQuery,
  checkQueryOptions,
  checkSource,
  checkStamp,
  wrongType,
} from './arguments.ts';
import {
  type Extractor,
  type FileInfo,
  type Hit,
  type Opened,
  type OpenOptions,
  type QueryOptions,
  type Stats,
  type SymbolIndex,
  type SymbolInput,
  type SymbolsEngine,
  SymbolsError,
  type Update,
  type UpdateOptions,
} from './contract.ts';
import { type CheckedSymbol, type Core, DamagedError, type IndexCore } from './core.ts';
import { readIndexFile, writeIndexFile } from './file.ts';
import { languageOf } from './languages.ts';
import { checkSymbols } from './symbol-input.ts';

/** An engine on a core. */
export function engineOn(core: Core): SymbolsEngine {
  return {
    openSymbolIndex(options?: OpenOptions): SymbolIndex {
      const checked = checkOpenOptions(options);
      try {
        const read = checked.path === undefined ? undefined : readIndexFile(checked.path, core.decodeFile);
        if (read === undefined) return new IndexOnCore(core.create(), { state: 'new' }, checked);
        return new IndexOnCore(read, { state: 'loaded' }, checked);
      } catch (error) {
        if (!(error instanceof DamagedError)) throw error;
        return new IndexOnCore(core.create(), { state: 'rebuild', reason: error.message }, checked);
      }
    },
  };
}

/** Arguments are checked first: what is read of them may run the caller's code, and that may close the index. */
class IndexOnCore implements SymbolIndex {
  readonly opened: Opened;
  readonly #core: IndexCore;
  readonly #path: string | undefined;
  readonly #extractors: CheckedOpenOptions['extractors'];
  #isClosed = false;
  /** Ends when all writes so far have: of two saves the later one's state is what stays. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(core: IndexCore, opened: Opened, options: CheckedOpenOptions) {
    this.#core = core;
    this.opened = opened;
    this.#path = options.path;
    this.#extractors = options.extractors;
  }

  updateFile(path: string, content: string | readonly SymbolInput[], options?: UpdateOptions): Update {
    const checkedPath = checkPath('path', path);
    const stamp = checkStamp(options);
    this.#checkOpen();
    if (typeof content === 'string') return this.#updateSource(checkedPath, checkSource(content), stamp);
    if (!Array.isArray(content)) throw wrongType('content', 'a string or an array of symbols', content);
    return this.#updateSymbols(checkedPath, checkSymbols('content', content), stamp);
  }

  #updateSource(path: string, source: string, stamp: string | undefined): Update {
    const extractor = this.#extractors.find(([ending]) => path.endsWith(ending));
    if (extractor !== undefined) return this.#extract(...extractor, path, source, stamp);
    const language = languageOf(path);
    if (language !== undefined) return this.#core.updateSource(path, source, language, stamp);
    throw new SymbolsError(
      'ERR_NO_EXTRACTOR',
      `no extractor for ${JSON.stringify(path)}: name its ending in options.extractors, or give its symbols`,
    );
  }

  #extract(
    ending: string,
    extractor: Extractor,
    path: string,
    source: string,
    stamp: string | undefined,
  ): Update {
    let extracted: unknown;
    try {
      extracted = extractor(source, path);
    } catch (error) {
      this.#checkOpen();
      return { symbols: this.#core.symbolsOf(path), problem: { message: messageOf(error) } };
    }
    const name = `what the extractor of ${JSON.stringify(ending)} returns`;
    if (!Array.isArray(extracted)) {
      // Nobody else will hear that it fails.
      if (extracted instanceof Promise) extracted.catch(() => undefined);
      throw wrongType(name, 'an array of symbols', extracted);
    }
    return this.#updateSymbols(path, checkSymbols(name, extracted), stamp);
  }

  #updateSymbols(path: string, symbols: readonly CheckedSymbol[], stamp: string | undefined): Update {
    // An extractor, or a getter of what was given, may have closed it.
    this.#checkOpen();
    this.#core.updateSymbols(path, symbols, stamp);
    return { symbols: symbols.length };
  }

  removeFile(path: string): boolean {
    const checkedPath = checkPath('path', path);
    this.#checkOpen();
    return this.#core.remove(checkedPath);
  }

  renameFile(from: string, to: string): boolean {
    const checkedFrom = checkPath('from', from);
    const checkedTo = checkPath('to', to);
    this.#checkOpen();
    return this.#core.rename(checkedFrom, checkedTo);
  }

  query(text: string, options?: QueryOptions): Hit[] {
    const checkedText = checkQuery(text);
    const { limit, kinds } = checkQueryOptions(options);
    this.#checkOpen();
    return this.#core.query(checkedText, limit, kinds);
  }

  files(): FileInfo[] {
    this.#checkOpen();
    return this.#core.files();
  }

  stats(): Stats {
    this.#checkOpen();
    return this.#core.stats();
  }

  async save(path?: string): Promise<void> {
    const target = path === undefined ? this.#path : checkFile('path', path);
    this.#checkOpen();
    if (target === undefined) {
      throw new SymbolsError('ERR_NO_PATH', 'the index has no file: give save a path, or open it with one');
    }
    const bytes = this.#core.encode();
    const written = this.#written.then(() => writeIndexFile(target, bytes));
    this.#written = written.catch(() => undefined);
    await written;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#core.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new SymbolsError('ERR_CLOSED', 'the index is closed');
  }
}

/** An extractor may throw anything, also what has no text. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return 'the extractor threw what cannot be shown';
  }
}
