import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkOptions } from './arguments.ts';
import { openEventLogOn } from './events/log.ts';
import { RealFileSystem } from './files/real.ts';
import { engineIds, openEventLogOf } from './testing/engines.ts';

/** The dump in FORMAT.md's section Example, which was written by hand from the tables above it. */
const root = mkdtempSync(join(tmpdir(), 'pairbench-format-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const EVENTS = ['hello', '', 'wörld'];
const SALT = 0x0123456789abcdefn;

function readExample(): Map<string, Buffer> {
  const document = readFileSync(new URL('../FORMAT.md', import.meta.url), 'utf8');
  const section = document.slice(document.indexOf('\n## Example\n'));
  const dump = section.split('```')[1] as string;
  const files = new Map<string, Buffer>();
  let file = Buffer.alloc(0);
  for (const line of dump.trim().split('\n')) {
    const title = /^file (\S+) (\d+)$/.exec(line);
    if (title !== null) {
      file = Buffer.alloc(Number(title[2]));
      files.set(title[1] as string, file);
      continue;
    }
    const row = /^([0-9a-f]{3}) {2}((?:[0-9a-f]{2} )+) /.exec(line);
    if (row === null) continue;
    Buffer.from((row[2] as string).replaceAll(' ', ''), 'hex').copy(
      file,
      Number.parseInt(row[1] as string, 16),
    );
  }
  return files;
}

/** The salt of the example, no boot id. */
class ExampleFileSystem extends RealFileSystem {
  constructor() {
    super(() => SALT);
  }

  override bootId(): Uint8Array {
    return new Uint8Array(16);
  }
}

it('the example is all there', () => {
  const files = readExample();
  expect([...files.keys()]).toEqual(['0000000000000000.seg', 'WRITER']);
  expect(files.get('WRITER')?.length).toBe(64);
});

it.each(engineIds)('I16: %s reads the example', (engine) => {
  const dir = join(root, engine);
  mkdirSync(dir);
  for (const [name, bytes] of readExample()) writeFileSync(join(dir, name), bytes);
  const log = openEventLogOf[engine](dir);
  expect(log.recovery).toEqual({ cutBytes: 0, cutSegment: 0, cutOffset: 0, wasClosed: true });
  expect([...log.replay()].map(({ seq, bytes }) => [seq, bytes.toString()])).toEqual(
    EVENTS.map((event, seq) => [seq, event]),
  );
  log.close();
});

it('the TypeScript engine writes the example', () => {
  const dir = join(root, 'written');
  const log = openEventLogOn(new ExampleFileSystem(), dir, checkOptions({ segmentBytes: 4096 }));
  log.append('hello');
  log.appendBatch(['', 'wörld']);
  log.close();
  for (const [name, bytes] of readExample()) {
    expect(readFileSync(join(dir, name)).toString('hex')).toBe(bytes.toString('hex'));
  }
});
