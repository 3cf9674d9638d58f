import { expect, test } from 'vitest';
import { buildHouse, GOOD_SUITE } from './testing/house.ts';

const states = (stdout: string) =>
  new Map<string, string>(
    JSON.parse(stdout).findings.map((found: { what: string; state: string }) => [found.what, found.state]),
  );

test('says of each thing whether it is there', async () => {
  const { stdout } = await buildHouse().run('doctor --json');
  const found = states(stdout);
  for (const what of ['node', 'processor', 'targets', 'fixtures', 'native sums'])
    expect([what, found.get(what)]).toEqual([what, 'ok']);
  for (const what of ['binding to a core', 'clock', 'recording', 'load', 'rust'])
    expect(found.has(what)).toBe(true);
});

test('what is missing is exit 3, and does not hide the rest', async () => {
  const house = buildHouse({
    'suites/sums/suite.ts': GOOD_SUITE.replace(
      'native: async () => engine',
      "native: async () => { throw new Error('no binding') }",
    ),
    'baselines/phase6.toml': 'limit = 3',
    'fixtures/index.ts': "export const verifyAll = () => ['mixed: 3 bytes differ'];",
  });
  const { code, stdout, stderr } = await house.run('doctor');
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(/^missing +native sums +no binding$/m);
  expect(stderr).toMatch(/^missing +targets +.*phase6\.toml: /m);
  expect(stderr).toMatch(/^missing +fixtures +mixed: 3 bytes differ$/m);
  expect(stderr).toMatch(/^ok +node /m);
});

test('a suite that does not load is a finding too', async () => {
  const { code, stderr } = await buildHouse({ 'suites/sums/suite.ts': 'export default {' }).run('doctor');
  expect(code).toBe(3);
  expect(stderr).toMatch(/^missing +suites +.*suite\.ts cannot be loaded: /m);
});
