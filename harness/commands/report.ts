/** `bench report [RESULT]`: a markdown report; with --publish into reports/ and README. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { type Judgement, judge } from '../gate/judge.ts';
import { reportIndex, reportName, reportPage, summaryTable } from '../report/page.ts';
import { spliceTable } from '../report/splice.ts';
import { type Result, readResult, writeResult, writeWhole } from '../result.ts';
import { readTargets } from '../targets.ts';
import { resultFile } from './gate.ts';
import { targetsFile } from './plan.ts';

export async function report({ root, options, output }: Context): Promise<number> {
  const result = readResult(resultFile(root, options.operands));
  const judgement = judge(result, readTargets(targetsFile(root, options)));
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
  if (!result.complete || result.interrupted) {
    throw new HarnessError(
      'ERR_NOT_MEASURED',
      'only a whole run is published: no filter, no interruption, native engines on',
    );
  }
  const name = reportName(result);
  const file = join(root, 'reports', `${name}.md`);
  writeWhole(file, reportPage(result, judgement));
  writeResult(join(root, 'reports', 'data', `${name}.json`), result);
  const index = join(root, 'reports', 'README.md');
  writeWhole(
    index,
    reportIndex(existsSync(index) ? readFileSync(index, 'utf8') : undefined, name, result, judgement),
  );
  const readme = join(root, 'README.md');
  if (existsSync(readme)) {
    writeWhole(
      readme,
      spliceTable(readFileSync(readme, 'utf8'), summaryTable(result, judgement, `reports/${name}.md`)),
    );
  }
  return file;
}
