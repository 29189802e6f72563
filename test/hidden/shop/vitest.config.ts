import { defineConfig } from 'vitest/config';

/**
 * The hidden tests of the shop's stubs, against the shop itself:
 * `npx vitest run --config test/hidden/shop/vitest.config.ts percent-off`. They fail until a stub is written.
 */
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.hidden.test.ts'] },
});
