/** `bench report [RESULT]`: a markdown report; with --publish into reports/ and README. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { withBaseline } from '../gate/against-baseline.ts';
import { type Judgement, judge } from '../gate/judge.ts';
import { reportIndex, reportName, reportPage, summaryTable } from '../report/page.ts';
import { spliceTable } from '../report/splice.ts';
import { type Result, readResult, writeResult, writeWhole } from '../result.ts';
import { readTargets } from '../targets.ts';
import { chosenBaseline, resultFile } from './gate.ts';
import { targetsFile } from './plan.ts';

export async function report(context: Context): Promise<number> {
  const { root, options, output } = context;
  const result = readResult(resultFile(context));
  const baseline = chosenBaseline(context, result.environment);
  const judgement = withBaseline(judge(result, readTargets(targetsFile(context))), result, baseline);
  const file = writeReport(root, result, judgement, options.publish);
  output.say(`report: ${file}`);
  output.json(options.json, { file, judgement });
  return EXIT.good;
}

/**
 * Writes the page and returns its path: `.pairbench/report.md`, or when published `reports/<name>.md` with the result
 * beside it as data, the index, and the table in README.
 * @throws HarnessError `ERR_NOT_MEASURED` when a partial or interrupted result would be published
 */
export function writeReport(root: string, result: Result, judgement: Judgement, publish: boolean): string {
  if (!publish) {
    const file = join(root, '.pairbench', 'report.md');
    writeWhole(file, reportPage(result, judgement));
    return file;
  }
  const lacksNative = result.unavailable.some(({ engine }) => engine === 'native');
  if (!result.complete || result.interrupted || lacksNative) {
    throw new HarnessError(
      'ERR_NOT_MEASURED',
      'only a whole run is published: every case and engine, not interrupted, every native engine there',
    );
  }
  const name = reportName(result);
  const file = join(root, 'reports', `${name}.md`);
  const index = join(root, 'reports', 'README.md');
  const readme = join(root, 'README.md');
  // All pages are made before the first is written: one that cannot be made leaves the others as they were.
  const pages: [file: string, text: string][] = [
    [file, reportPage(result, judgement)],
    [index, reportIndex(textOf(index), name, result, judgement)],
  ];
  const frontPage = textOf(readme);
  if (frontPage !== undefined) {
    pages.push([
      readme,
      spliceTable(frontPage, summaryTable(result, judgement, `reports/${name}.md`), 'README.md'),
    ]);
  }
  writeResult(join(root, 'reports', 'data', `${name}.json`), result);
  for (const [page, text] of pages) writeWhole(page, text);
  return file;
}

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
