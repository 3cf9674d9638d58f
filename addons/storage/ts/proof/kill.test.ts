import { expect, test } from 'vitest';
import { killCycles } from './kill.ts';

test('I1, I14: 100 writers killed with SIGKILL lose nothing that was acknowledged', async () => {
  const { cycles, events } = await killCycles(100, 1);
  expect(cycles).toBe(100);
  // Writers that acknowledge next to nothing would prove next to nothing.
  expect(events).toBeGreaterThan(1000);
});
