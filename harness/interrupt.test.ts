/** Ctrl-C keeps what was measured. */

import { expect, test } from 'vitest';
import { buildHouse, GOOD_SUITE } from './testing/house.ts';

/** Twelve cases, so that there is always something left to interrupt. */
const LONG_SUITE = GOOD_SUITE.replace(
  'cases: [{',
  "cases: Array.from({ length: 12 }, (_, n) => ({ ...add, id: 'add-' + n })) };\nconst unused = [{",
)
  .replace(/\],\n\};\n$/, '];\n')
  .replace(
    'export default',
    `const add = {
    title: 'Adds a list', unit: 'number', inputs: () => lists,
    prepare: (engine, inputs) => (i) => engine.add(inputs[i]), answer: () => [6, 9, 6], batch: 500,
  };
export default`,
  );

test.each(['run', ''])(
  '"bench %s" interrupted: exit 130, a readable result of the rows until then',
  async (command) => {
    const house = buildHouse({ 'suites/sums/suite.ts': LONG_SUITE });
    let interrupted = false;
    const { code, stderr } = await house.start(`${command} --profile smoke`, (text, interrupt) => {
      // The line of the second case: four trials are done.
      if (interrupted || !text.includes('sums/add-1\n')) return;
      interrupted = true;
      interrupt();
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted: \d+ of 24 trials in \d+ s kept in .*result\.json/);
    const result = house.result();
    expect(result).toMatchObject({ interrupted: true, complete: true, trialsPlanned: 24 });
    expect(result.trials.length).toBeGreaterThanOrEqual(4);
    expect(result.trials.length).toBeLessThan(24);
    for (const row of result.trials) expect(row.state).toBe('measured');
    expect(result.cases).toHaveLength(12);
    if (command === '') expect(house.read('.pairbench/report.md')).toContain('Interrupted: ');
    const published = await house.run('report --publish');
    expect(published.code).toBe(3);
    expect(published.stderr).toMatch(/^bench: only a whole run is published: /);
    expect(house.has('reports')).toBe(false);
  },
);
