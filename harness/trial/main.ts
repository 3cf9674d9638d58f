/** The trial process: `node --expose-gc main.ts '<spec>'`. Prints one marked JSON line and ends. */

import { messageOf } from '../errors.ts';
import { LINE_MARK } from './line.ts';
import type { TrialLine, TrialReport, TrialSpec } from './protocol.ts';

const nativeFiles = watchNativeFiles();
// Taken before an engine can put something else in their place.
const { exit } = process;
const write = process.stdout.write.bind(process.stdout);

let report: TrialLine;
try {
  const trial = await runAny(JSON.parse(process.argv[2] as string) as TrialSpec);
  report = { ...trial, nativeFiles: [...nativeFiles] };
} catch (error) {
  // As a report: the row stays in the result, it does not vanish.
  report = { state: 'failed', error: messageOf(error), nativeFiles: [] };
}
write(`\n${LINE_MARK}${JSON.stringify(report)}\n`, () => exit(0));

/** Each kind loads its own half of the harness: a memory trial is to carry no histogram and no sampling loop. */
async function runAny(spec: TrialSpec): Promise<Omit<TrialReport, 'addons'>> {
  if (spec.mode === 'memory') return (await import('./retained.ts')).runMemoryTrial(spec);
  return (await import('./run.ts')).runTrial(spec);
}

/** Every native file this process opens: the figure belongs to their bytes. */
function watchNativeFiles(): Set<string> {
  const files = new Set<string>();
  const open = process.dlopen;
  process.dlopen = (module: object, filename: string, ...rest: number[]) => {
    Reflect.apply(open, process, [module, filename, ...rest]);
    files.add(filename);
  };
  return files;
}
