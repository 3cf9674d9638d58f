/** The trial process: `node --expose-gc main.ts '<spec>'`. Prints one marked JSON line and ends. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { LINE_MARK, specSchema, type TrialReport } from './protocol.ts';
import { failedReport, runTrial } from './run.ts';

const nativeFiles = watchNativeFiles();
// Taken before an engine can put something else in their place.
const { exit } = process;
const write = process.stdout.write.bind(process.stdout);

let report: TrialReport;
try {
  const trial = await runTrial(specSchema.parse(JSON.parse(process.argv[2] ?? 'null')));
  report = { ...trial, addons: [...nativeFiles].map(fingerprint) };
} catch (error) {
  report = { ...failedReport(error), addons: [] };
}
write(`\n${LINE_MARK}${JSON.stringify(report)}\n`, () => exit(0));

function fingerprint(file: string) {
  return { file: basename(file), sha256: createHash('sha256').update(readFileSync(file)).digest('hex') };
}

/** Every native file this process opens: the figure belongs to these bytes. */
function watchNativeFiles(): Set<string> {
  const files = new Set<string>();
  const open = process.dlopen;
  process.dlopen = (module: object, filename: string, ...rest: number[]) => {
    Reflect.apply(open, process, [module, filename, ...rest]);
    files.add(filename);
  };
  return files;
}
