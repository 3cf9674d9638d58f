import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { thrownBy } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { SymbolsError } from './contract.ts';
import { ENGINES, titleOf } from './testing/engines.ts';
import { namesOf, symbolsNamed } from './testing/indexes.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

describe.each(ENGINES)('save', (tested) => {
  const { engine, skip } = tested;
  describe.skipIf(skip !== undefined)(titleOf(tested), () => {
    const namesIn = (path: string) => {
      using index = engine.openSymbolIndex({ path });
      expect(index.opened).toEqual({ state: 'loaded' });
      return namesOf(index.query(''));
    };

    it('writes the file, and leaves nothing beside it', async () => {
      using directory = temporaryDirectory();
      using index = engine.openSymbolIndex({ path: directory.of('index') });
      index.updateFile('a', symbolsNamed('one'));
      await index.save();
      await index.save(directory.of('other'));
      expect(readdirSync(directory.path).toSorted()).toEqual(['index', 'other']);
      expect(namesIn(directory.of('index'))).toEqual(['one']);
      expect(readFileSync(directory.of('other'))).toEqual(readFileSync(directory.of('index')));
    });

    it('writes the state at the call, whatever changes meanwhile', async () => {
      using directory = temporaryDirectory();
      const index = engine.openSymbolIndex({ path: directory.of('index') });
      index.updateFile('a', symbolsNamed('before'));
      const saved = index.save();
      index.updateFile('a', symbolsNamed('after'));
      index.close();
      await saved;
      expect(namesIn(directory.of('index'))).toEqual(['before']);
    });

    it('does not mix two saves: the later state stays', async () => {
      using directory = temporaryDirectory();
      using index = engine.openSymbolIndex({ path: directory.of('index') });
      for (let round = 0; round < 20; round++) {
        const saves = Array.from({ length: 5 }, (_, number) => {
          // The earlier ones are longer, and take longer.
          index.updateFile(
            'a',
            symbolsNamed(...Array.from({ length: 5000 >> (2 * number) }, (_, n) => `n${number}_${n}`)),
          );
          return index.save();
        });
        await Promise.all(saves);
        expect(namesIn(directory.of('index'))[0]).toBe('n4_0');
      }
      expect(readdirSync(directory.path)).toEqual(['index']);
    });

    it('takes the place of a file that was there, never of half of it', async () => {
      using directory = temporaryDirectory();
      const path = directory.of('index');
      using index = engine.openSymbolIndex({ path });
      index.updateFile('a', symbolsNamed(...Array.from({ length: 3000 }, (_, number) => `name${number}`)));
      await index.save();
      // Whoever opens it meanwhile finds one state or the other.
      let isDone = false;
      const saving = (async () => {
        for (let round = 0; round < 10; round++) {
          index.updateFile('b', symbolsNamed(`round${round}`));
          await index.save();
        }
        isDone = true;
      })();
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        using read = engine.openSymbolIndex({ path });
        expect(read.opened).toEqual({ state: 'loaded' });
        expect(read.stats().symbols).toBeGreaterThanOrEqual(3000);
      }
      await saving;
    });

    it('keeps the old file, and leaves nothing beside it, where it fails', async () => {
      using directory = temporaryDirectory();
      using index = engine.openSymbolIndex();
      index.updateFile('a', symbolsNamed('one'));
      mkdirSync(directory.of('taken/inside'), { recursive: true });
      const error = await thrownBy(() => index.save(directory.of('taken')));
      expect(error).toBeInstanceOf(SymbolsError);
      expect(error).toMatchObject({
        code: 'ERR_IO',
        message: expect.stringContaining(directory.of('taken')),
      });
      expect((error as SymbolsError).cause).toBeInstanceOf(Error);
      expect(readdirSync(directory.path)).toEqual(['taken']);
      expect(existsSync(directory.of('taken/inside'))).toBe(true);
    });

    it('fails where the directory is missing or is gone, and can be tried again', async () => {
      using directory = temporaryDirectory();
      mkdirSync(directory.of('below'));
      const path = directory.of('below/index');
      using index = engine.openSymbolIndex({ path });
      index.updateFile('a', symbolsNamed('one'));
      rmSync(directory.of('below'), { recursive: true });
      const failures = await Promise.allSettled([
        index.save(),
        index.save(directory.of('none/index')),
        index.save(),
      ]);
      for (const failure of failures) {
        expect(failure).toMatchObject({
          status: 'rejected',
          reason: { code: 'ERR_IO', cause: { code: 'ENOENT' } },
        });
      }
      expect(readdirSync(directory.path)).toEqual([]);
      mkdirSync(directory.of('below'));
      await index.save();
      expect(namesIn(path)).toEqual(['one']);
    });

    it.skipIf(!existsSync('/dev/full'))(
      'fails where the disk is full, and leaves nothing beside it',
      async () => {
        using directory = temporaryDirectory();
        using index = engine.openSymbolIndex();
        // Nothing can be made in /proc: the temporary file is what fails.
        await expect(index.save('/proc/self/index')).rejects.toMatchObject({ code: 'ERR_IO' });
        // A device is no file to read.
        symlinkSync('/dev/full', directory.of('full'));
        expect(() => engine.openSymbolIndex({ path: directory.of('full') })).toThrow(
          expect.objectContaining({ code: 'ERR_IO' }),
        );
        // It is replaced, not written to.
        await index.save(directory.of('full'));
        expect(namesIn(directory.of('full'))).toEqual([]);
      },
    );

    it('goes where it was asked to when the process has changed its directory', async () => {
      using directory = temporaryDirectory();
      writeFileSync(directory.of('marker'), '');
      const before = process.cwd();
      try {
        process.chdir(directory.path);
        using index = engine.openSymbolIndex({ path: 'index' });
        process.chdir(before);
        await index.save();
      } finally {
        process.chdir(before);
      }
      expect(readdirSync(directory.path).toSorted()).toEqual(['index', 'marker']);
    });
  });
});
