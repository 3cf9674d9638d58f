/**
 * Proves the crash suites of the storage pair: leaves out one flush or one check after the other and demands that the suite
 * notices. `node scripts/mutate-storage.ts [--engine typescript|native] [--only text]`; minutes. TypeScript is changed as text in
 * a copy that is thrown away; the Rust crate has its points built in for tests (src/mutations.rs).
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ADDON = join(ROOT, 'addons', 'storage');
/** A mutant that ends in a loop is noticed too, by a person who waits. */
const LONGEST_MS = 600_000;

interface Mutation {
  name: string;
  /** In addons/storage/ts. */
  file: string;
  /** Stands in the file exactly once. */
  from: string;
  to: string;
  /** In addons/storage/ts/testing, with its arguments; else the suite of the journal and the event log. */
  suite?: readonly string[];
}

const flush = (name: string, file: string, from: string): Mutation => ({ name, file, from, to: '' });

const MUTATIONS: readonly Mutation[] = [
  flush('flush of a frame', 'journal/tail.ts', 'this.#file.syncData();'),
  flush('flush of an asynchronous frame', 'journal/tail.ts', 'if (flush) await frame.file.syncDataAsync();'),
  flush(
    'flush before a rotation',
    'journal/journal.ts',
    'if (tail.isDirty) tail.sync(); // before the next segment',
  ),
  flush(
    'flush when closing',
    'journal/journal.ts',
    'if (tail.isDirty) tail.sync(); // before WRITER says closed',
  ),
  flush('flush of a new segment', 'journal/spare.ts', 'spare.file.syncAll();'),
  flush('flush of the directory after a rotation', 'journal/spare.ts', 'this.#files.syncDir(this.#dir);'),
  flush('flush of the directory after pruning', 'journal/journal.ts', 'files.syncDir(this.dir);'),
  flush('flush of the directory above', 'journal/open.ts', 'files.syncDir(dirname(dir));'),
  {
    name: 'flush of the last segment at opening',
    file: 'journal/open.ts',
    from: '() => file.syncData()',
    to: '() => {}',
  },
  {
    name: 'flush of the directory at opening',
    file: 'journal/open.ts',
    from: '() => files.syncDir(dir)',
    to: '() => {}',
  },
  flush('flush of what recovery wrote', 'journal/recovery.ts', 'file.syncData();'),
  flush('writing unproven frames again', 'journal/recovery.ts', 'writeFully(file, bytes, unproven.offset);'),
  flush('zeros over a torn tail', 'journal/recovery.ts', 'overwriteWithZeros(file, end.offset, dirtyEnd);'),
  flush('putting a torn tail back', 'journal/recovery.ts', 'writeFully(file, torn, end.offset);'),
  flush('writing again what is in flight', 'journal/tail.ts', 'writeFully(file, bytes, offset);'),
  {
    name: 'checksum of a segment header',
    file: 'journal/segment.ts',
    from: 'if (bytes.readUInt32LE(60) !== crc32(bytes.subarray(0, 60))) {',
    to: 'if (bytes.length < 0) {',
  },
  flush(
    'checksum of a frame header',
    'journal/window.ts',
    'if (!headerHolds(buffer, position, saltCrc)) break;',
  ),
  {
    name: 'checksum of a body',
    file: 'journal/window.ts',
    from: 'if (bodyIsDamaged) break;',
    to: '',
  },
  {
    name: 'number of a frame',
    file: 'journal/window.ts',
    from: '|| header.seq !== seq) break;',
    to: ') break;',
  },
  {
    name: 'checksum of WRITER',
    file: 'journal/writer-file.ts',
    from: 'if (bytes.readUInt32LE(60) !== crc32(bytes.subarray(0, 60))) return undefined;',
    to: '',
  },
  {
    name: 'length of a segment',
    file: 'journal/segment.ts',
    from: 'capacity !== fileBytes || ',
    to: '',
  },
  flush('proof behind the end', 'journal/recovery.ts', 'refuseLostRecords(file, segment, end, dirtyEnd);'),
  {
    name: 'proof by WRITER',
    file: 'journal/recovery.ts',
    from: 'writer.flushed > end.seq',
    to: 'writer.flushed < 0',
  },
  {
    name: 'a frame with the very number is proof',
    file: 'journal/recovery.ts',
    from: 'if (fields.seq !== end.seq && fields.flushed <= end.seq) continue;',
    to: 'if (fields.flushed <= end.seq) continue;',
  },
  {
    name: 'a missing segment',
    file: 'journal/segments.ts',
    from: 'number !== previous.number + 1',
    to: 'number < 0',
  },
  {
    name: 'continuity in a replay',
    file: 'events/replay.ts',
    from: 'if (at.seq !== must) {',
    to: 'if (at.seq > must) {',
  },
  {
    name: 'limit of a reader',
    file: 'journal/reader.ts',
    from: 'if (!isZero(writer.bootId)) return writer.acknowledged;',
    to: 'if (!isZero(writer.bootId)) return undefined;',
  },
  {
    name: 'WRITER after the flush',
    file: 'journal/journal.ts',
    from: 'if (flush && tail.isDirty) tail.sync();',
    to: 'if (flush && tail.isDirty) { writer.writerFile.write(tail.nextSeq, tail.nextSeq); tail.sync(); }',
  },
  flush('poison', 'journal/journal.ts', 'this.#poison ??= { cause: failure };'),
  {
    name: 'flushed of a frame',
    file: 'journal/tail.ts',
    from: 'flushed: this.flushedSeq }',
    to: 'flushed: this.nextSeq + 1 }',
  },
];

const STORES = ['crash-stores.ts', '--seeds', '20'];
const EVENTS = ['crash.ts', '--states', '3000', '--step', '97'];

const STORE_MUTATIONS: readonly (readonly [name: string, file: string, from: string, to: string])[] = [
  ['checksum of a chunk', 'checkpoints/load.ts', '!== crc) {', '< 0) {'],
  [
    'comparison with a stored chunk',
    'checkpoints/plan.ts',
    '?.equals(content)) return chunk;',
    ') return chunk;',
  ],
  ['flush of what moved', 'checkpoints/core.ts', 'this.journal.flush();', ''],
  ['references of a checkpoint', 'checkpoints/recover.ts', 'checkReferences(journal, manifest);', ''],
  ['flush of the directory above a spool', 'spool/spool.ts', 'files.syncDir(dirname(dir))', '{}'],
  ['flush of a removal', 'spool/spool.ts', 'this.#files.syncDir(this.dir);', ';'],
  ['flush of an output', 'spool/writer.ts', 'if (flushes) this.#file.syncData();', ''],
  ['flush of the sums', 'spool/writer.ts', 'if (flushes) sum.syncData();', ''],
  ['flush of the names of an output', 'spool/writer.ts', 'if (flushes) files.syncDir(dir);', ''],
  ['checksum of a block', 'spool/output.ts', '&& crc32(block) === crcs[index]', ''],
  [
    'checksum of the sums',
    'spool/sums.ts',
    'piece.readUInt32LE(piece.length - CRC_BYTES) !== crc',
    'crc < 0',
  ],
];

const ALL: readonly Mutation[] = [
  ...MUTATIONS,
  ...STORE_MUTATIONS.map(([name, file, from, to]) => ({ name, file, from, to, suite: STORES })),
];

const { values } = parseArgs({
  options: { engine: { type: 'string' }, only: { type: 'string', default: '' } },
});
const survivors: string[] = [];

if (values.engine !== 'native') {
  for (const mutation of ALL.filter(({ name }) => name.includes(values.only))) {
    report(`typescript: ${mutation.name}`, runTypescript(mutation));
  }
}
if (values.engine !== 'typescript') {
  for (const name of rustPoints().filter((point) => point.includes(values.only))) {
    report(`native: ${name}`, runRust(name));
  }
}
console.log(survivors.length === 0 ? 'all were noticed' : `NOT noticed: ${survivors.join(', ')}`);
process.exitCode = survivors.length === 0 ? 0 : 1;

function report(name: string, noticed: string | undefined): void {
  console.log(
    `${noticed === undefined ? 'SURVIVED' : 'noticed '}  ${name}${noticed === undefined ? '' : `  (${noticed})`}`,
  );
  if (noticed === undefined) survivors.push(name);
}

/** The first line of what the crash suite says; undefined when it is content. */
function runTypescript({ name, file, from, to, suite = EVENTS }: Mutation): string | undefined {
  const copy = mkdtempSync(join(tmpdir(), 'pairbench-mutant-'));
  try {
    cpSync(join(ADDON, 'ts'), copy, { recursive: true });
    const path = join(copy, file);
    const parts = readFileSync(path, 'utf8').split(from);
    if (parts.length !== 2) throw new Error(`${name}: its line stands ${parts.length - 1} times in ${file}`);
    writeFileSync(path, parts.join(to));
    writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
    const [program = '', ...args] = suite;
    const run = spawnSync(process.execPath, [join(copy, 'testing', program), ...args], {
      encoding: 'utf8',
      timeout: LONGEST_MS,
    });
    // A mutant that does not even run proves nothing.
    if (/SyntaxError|ReferenceError|node:internal/.test(run.stderr))
      throw new Error(`${name}: ${run.stderr}`);
    return run.status === 0 ? undefined : (run.stderr.split('\n', 1)[0] as string).slice(0, 110);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function rustPoints(): string[] {
  const source = readFileSync(join(ADDON, 'src', 'mutations.rs'), 'utf8');
  return [...source.matchAll(/^ {4}[A-Z]\w+ = "([a-z-]+)",$/gm)].map((match) => match[1] as string);
}

function runRust(name: string): string | undefined {
  const run = spawnSync('cargo', ['test', '--quiet', '-p', 'pairbench-storage', '--features', 'sim'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: LONGEST_MS,
    env: { ...process.env, PAIRBENCH_MUTATION: name },
  });
  return run.status === 0 ? undefined : `status ${run.status}`;
}
