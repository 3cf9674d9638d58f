import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BEGIN, END } from './report/splice.ts';
import { buildHouse } from './testing/house.ts';
import { resultOf, timesOf } from './testing/result.ts';

const WHOLE = resultOf([
  ...timesOf('sums/add', 'native', [1_000, 1_010, 1_020, 1_030, 1_040, 1_050]),
  ...timesOf('sums/add', 'typescript', [4_000, 4_010, 4_020, 4_030, 4_040, 4_050]),
]);
const README = `# Title\n\n${BEGIN}\n${END}\n\nrest\n`;
const NAME = '2026-11-22-quick-example-cpu-9000-2-5-ghz';

const houseWith = (result: object, readme: string) =>
  buildHouse({ '.pairbench/result.json': JSON.stringify(result), 'README.md': readme });

test('a whole run: page, data, index and the table of README', async () => {
  const house = houseWith(WHOLE, README);
  const { code, stderr } = await house.run('report --publish');
  expect(stderr).toBe(`report: ${join(house.root, 'reports', `${NAME}.md`)}\n`);
  expect(code).toBe(0);
  expect(house.read(`reports/${NAME}.md`)).toContain('## Environment');
  expect(JSON.parse(house.read(`reports/data/${NAME}.json`))).toEqual(WHOLE);
  expect(house.read('reports/README.md')).toContain(`- [${NAME}](${NAME}.md): Example CPU`);
  expect(house.read('README.md')).toContain(`[the full report](reports/${NAME}.md)`);
  expect(house.read('README.md')).toMatch(/rest\n$/);

  const before = house.read('README.md') + house.read('reports/README.md');
  expect((await house.run('report --publish')).code).toBe(0);
  expect(house.read('README.md') + house.read('reports/README.md')).toBe(before);
});

test('not published, a report touches nothing but the scratch folder', async () => {
  const house = houseWith(WHOLE, README);
  expect((await house.run('report')).code).toBe(0);
  expect(house.read('README.md')).toBe(README);
  expect(house.has('reports')).toBe(false);
  expect(readdirSync(join(house.root, '.pairbench')).sort()).toEqual(['report.md', 'result.json']);
});

test.each([
  ['chosen by name', { ...WHOLE, complete: false }],
  ['interrupted', { ...WHOLE, interrupted: true }],
  [
    'without a native engine',
    { ...WHOLE, unavailable: [{ suite: 'sums', engine: 'native', reason: 'no binding' }] },
  ],
])('a partial result is refused: %s', async (_, result) => {
  const house = houseWith(result, README);
  const { code, stderr } = await house.run('report --publish');
  expect(stderr).toMatch(/^bench: only a whole run is published: /);
  expect(code).toBe(3);
  expect(house.read('README.md')).toBe(README);
  expect(house.has('reports')).toBe(false);
});

test('a README without markers is refused before anything is written', async () => {
  const house = houseWith(WHOLE, '# Title\n');
  const { code, stderr } = await house.run('report --publish');
  expect(stderr).toMatch(/^bench: README\.md has not exactly one pair of the markers /);
  expect(code).toBe(2);
  expect(house.has('reports')).toBe(false);
});
