import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'harness/**/*.test.ts',
      'addons/*/ts/**/*.test.ts',
      'suites/**/*.test.ts',
      'fixtures/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // One for each core: no test decides by time.
    maxWorkers: '100%',
    // Fuzzing against an outside oracle and whole CLI runs are minutes, not milliseconds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The modules as Node runs them: vite's rewritten imports make hot loops several times slower.
    experimental: { viteModuleRunner: false },
    reporters: ['default'],
  },
});
