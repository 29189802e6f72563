import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/*.hidden.test.ts', '**/fixtures/**', '**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The suites start compilers and sandboxes of their own; more workers than cores only make them wait.
    maxWorkers: 2,
  },
});
