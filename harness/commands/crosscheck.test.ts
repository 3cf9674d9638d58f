import { describe, expect, test } from 'vitest';
import { buildHouse } from '../testing/house.ts';

const SUITE = `
const spin = (us) => { const end = performance.now() + us / 1000; while (performance.now() < end); };
const engine = { work: (n) => { spin(50 * n); return n + 1; } };
const common = { unit: 'call', inputs: () => [1, 2, 3], answer: () => [2, 3, 4] };
export default {
  id: 'sums',
  engines: { typescript: async () => engine, native: async () => { throw new Error('not built'); } },
  peers: async () => ({ peers: [{ id: 'rival', load: async () => engine, cases: ['spin'] }] }),
  cases: [
    { ...common, id: 'spin', title: 'Spins', prepare: (engine, inputs) => (i) => engine.work(inputs[i]) },
    { ...common, id: 'first', title: 'Cold', cold: true, prepare: (engine, inputs) => (i) => engine.work(inputs[i]) },
    { ...common, id: 'wrong', title: 'Wrong', prepare: (engine, inputs) => (i) => inputs[i] },
  ],
};
`;

describe('bench crosscheck', () => {
  test('one table, the page and the JSON; what cannot be crosschecked is named', async () => {
    const house = buildHouse({ 'suites/sums/suite.ts': SUITE });
    const { code, stdout, stderr } = await house.run('crosscheck sums/spin sums/first --json', {
      // The one core that trials are bound to belongs to other tests as well.
      PAIRBENCH_PIN: 'off',
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(/left out sums\/first typescript: cold: /);
    expect(stderr).toMatch(/left out sums native: not built/);
    expect(stderr).toMatch(/case +engine +bare loop +tinybench +benchmark\.js +largest disagreement +why/);
    expect(stderr).not.toContain('rival');
    const found = JSON.parse(stdout);
    expect(found.agreements).toHaveLength(1);
    for (const { meanNs, roundsNs } of found.agreements[0].figures) {
      expect(roundsNs).toHaveLength(3);
      expect(meanNs).toBeGreaterThan(100_000);
      expect(meanNs).toBeLessThan(400_000);
    }
    expect(found.leftOut).toHaveLength(2);
    const page = house.read('.pairbench/crosscheck.md');
    for (const part of [
      '`npx -y pnpm@12 bench crosscheck sums/spin sums/first`',
      '| sums/spin |',
      '| Node |',
    ])
      expect(page).toContain(part);
  });

  test('a wrong answer fails, and is the only row', async () => {
    const house = buildHouse({ 'suites/sums/suite.ts': SUITE });
    const { code, stderr } = await house.run('crosscheck sums/wrong --engine typescript');
    expect(code).toBe(1);
    expect(stderr).toMatch(/wrong-answer sums\/wrong typescript under .*: input 0: expected 2, got 1/);
    expect(house.has('.pairbench/crosscheck.md')).toBe(false);
  });

  test('nothing that could be measured is exit code 3', async () => {
    const house = buildHouse({ 'suites/sums/suite.ts': SUITE });
    expect((await house.run('crosscheck sums/first')).code).toBe(3);
    expect((await house.run('crosscheck sums/spin --engine native')).code).toBe(3);
  });
});
