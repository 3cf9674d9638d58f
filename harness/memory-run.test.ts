/** Memory trials as a user meets them: after the timed ones, in the result, the gate and the report. */

import { expect, test } from 'vitest';
import { buildHouse, GOOD_SUITE } from './testing/house.ts';

/** The TypeScript engine holds ten times what the native one does. */
const UNEQUAL = GOOD_SUITE.replace(
  /engines: .*/,
  `engines: {
    typescript: async () => ({ ...engine, held: new Uint8Array(30e6) }),
    native: async () => ({ ...engine, held: new Uint8Array(3e6) }),
  },`,
);

const RATIO = `[[target]]
case = "sums/add"
engine = "native"
metric = "retainedRatio"
against = "typescript"
max = 0.15
source = "goal"
status = "held"
`;

test('bench with the quick profile reads memory, judges it and draws a table', async () => {
  const house = buildHouse({ 'suites/sums/suite.ts': UNEQUAL, 'baselines/phase6.toml': RATIO });
  const { code, stderr } = await house.run('--profile quick');
  expect(stderr).toContain('measured: 16 of 16 trials');
  expect(stderr).toMatch(/^met .*retainedRatio over typescript <= 0\.15x .*the worst of 2 memory trials/m);
  expect(code).toBe(0);
  const result = house.result();
  expect(result).toMatchObject({ interrupted: false, trialsPlanned: 16 });
  expect(result.trials).toHaveLength(12);
  expect(result.memoryTrials.map((row) => `${row.engine} ${row.trial} ${row.state}`)).toEqual([
    'native 0 measured',
    'typescript 0 measured',
    'native 1 measured',
    'typescript 1 measured',
  ]);
  for (const row of result.memoryTrials) expect(row.measurement).toBeUndefined();
  expect(house.read('.pairbench/report.md')).toMatch(/### sums: memory[\s\S]*\| add \| native \|/);
});

test('Ctrl-C among the memory trials keeps the timed ones and says that the run is not whole', async () => {
  const slow = GOOD_SUITE.replace(
    'typescript: async () => engine',
    'typescript: async () => (await later, engine)',
  ).replace('export default', 'const later = new Promise((done) => setTimeout(done, 300));\nexport default');
  const house = buildHouse({ 'suites/sums/suite.ts': slow });
  let interrupted = false;
  const { code, stderr } = await house.start('run --profile quick', (text, interrupt) => {
    if (interrupted || !text.includes('[12/12] sums/add')) return;
    interrupted = true;
    interrupt();
  });
  expect(code).toBe(130);
  expect(stderr).toMatch(/interrupted: 1[2-5] of 16 trials/);
  const result = house.result();
  expect(result).toMatchObject({ interrupted: true, trialsPlanned: 16 });
  expect(result.trials).toHaveLength(12);
  expect(result.memoryTrials.length).toBeLessThan(4);
});

test('an engine that fails only there is a fault of the gate', async () => {
  const failing = GOOD_SUITE.replace(
    'native: async () => engine',
    `native: async () => ({ ...engine, nativeMemory() { throw new Error('no counter'); }, resetNativePeak() {} })`,
  );
  const house = buildHouse({ 'suites/sums/suite.ts': failing });
  const { code, stderr } = await house.run('--profile quick');
  expect(stderr).toMatch(/^fault sums\/add native: failed: no counter \(2 trials\)$/m);
  expect(code).toBe(1);
  expect((await house.run('gate')).code).toBe(1);
});
