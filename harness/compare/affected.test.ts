import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { affectedSuites } from './affected.ts';
import { addonDependents } from './dependents.ts';

const SUITES = ['diff', 'storage', 'tokenizer'];

test.each([
  ['an addon', ['addons/tokenizer/src/lib.rs'], ['tokenizer']],
  ['a suite', ['suites/diff/suite.ts'], ['diff']],
  ['two of them', ['suites/diff/suite.ts', 'addons/storage/ts/index.ts'], ['diff', 'storage']],
  ['shared Rust', ['addons/common/src/alloc.rs'], SUITES],
  ['the loader', ['addons/loader/index.ts'], SUITES],
  ['a lock file', ['Cargo.lock'], SUITES],
  ['fixtures', ['fixtures/fixtures.toml'], SUITES],
  ['a file nobody knows', ['something.new'], SUITES],
  ['documents', ['README.md', 'addons/tokenizer/README.md', 'docs/packaging.md'], []],
  ['tests', ['addons/tokenizer/ts/parity.test.ts'], []],
  ['the harness, which is the same for both', ['harness/trial/run.ts'], []],
  [
    'reports, targets and workflows',
    ['reports/a.md', 'baselines/phase6.toml', '.github/workflows/ci.yml'],
    [],
  ],
  ['nothing', [], []],
])('%s', (_, changed, expected) => {
  expect(affectedSuites(changed, SUITES)).toEqual(expected);
});

test('an addon touches those that depend on it, through others too', () => {
  const manifest = (name: string, ...needs: string[]) =>
    JSON.stringify({
      name: `@pairbench/${name}`,
      dependencies: Object.fromEntries(needs.map((need) => [`@pairbench/${need}`, '*'])),
    });
  const root = temporaryFolder({
    'addons/storage/package.json': manifest('storage'),
    'addons/audit/package.json': manifest('audit', 'storage'),
    'addons/sandbox/package.json': manifest('sandbox', 'audit', 'loader'),
    'addons/common/src/lib.rs': '',
  });
  const dependents = addonDependents(root);
  expect(dependents.get('storage')?.sort()).toEqual(['audit', 'sandbox']);
  expect(affectedSuites(['addons/storage/src/lib.rs'], ['sandbox', 'storage', 'diff'], dependents)).toEqual([
    'sandbox',
    'storage',
  ]);
});
