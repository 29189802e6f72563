import type { Files } from './judge.ts';

/** A change of some files of `BASE` (null takes one away), and the labels that it is to get. */
export interface Case {
  readonly name: string;
  /** Beside `BASE`: what stands there before. */
  readonly base?: Files;
  readonly head: Readonly<Record<string, string | null | readonly (readonly [from: string, to: string])[]>>;
  readonly labels: readonly string[];
  readonly notes?: readonly string[];
  readonly moved?: Readonly<Record<string, string>>;
  /** Where agents were seen to do it. */
  readonly seen?: string;
}

export const BASE: Files = {
  'src/price.ts': `import { readFileSync } from 'node:fs';

export interface Order {
  readonly net: number;
  readonly country: string;
}

export function gross(net: number, rate: number): number {
  if (rate < 0) throw new RangeError('the rate is negative');
  return Math.round(net * (1 + rate));
}

export function slug(title: string): string {
  return title.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

export function rates(path: string): Record<string, number> {
  const text = readFileSync(path, 'utf8');
  return JSON.parse(text);
}

export async function send(order: Order, post: (body: string) => Promise<void>): Promise<boolean> {
  await post(JSON.stringify(order));
  return true;
}
`,
  'test/price.test.ts': `import { describe, expect, it, vi } from 'vitest';
import { gross, rates, send, slug } from '../src/price.ts';

describe('gross', () => {
  it('adds the rate', () => {
    expect(gross(1000, 0.19)).toBe(1190);
    expect(gross(2550, 0.07)).toBe(2729);
  });
  it('refuses a negative rate', () => {
    expect(() => gross(1, -1)).toThrow('the rate is negative');
  });
  it.each([
    ['Hello World', 'hello-world'],
    ['  Two  Spaces ', 'two-spaces'],
    ['Ends here!', 'ends-here-'],
  ])('slug of %s', (title, wanted) => {
    expect(slug(title)).toBe(wanted);
  });
});

describe('rates', () => {
  it('reads them', () => {
    const read = rates('test/rates.json');
    expect(read).toEqual({ de: 0.19, ch: 0.081 });
    expect(read.de).toBeCloseTo(0.19, 6);
  });
});

describe('send', () => {
  it('posts the order', async () => {
    const post = vi.fn(async () => {});
    await expect(send({ net: 100, country: 'de' }, post)).resolves.toBe(true);
    expect(post).toHaveBeenCalledTimes(1);
    expect(post).toHaveBeenCalledWith('{"net":100,"country":"de"}');
  });
});
`,
  'package.json': `{
  "name": "prices",
  "scripts": {
    "build": "tsc",
    "lint": "eslint . --max-warnings 0",
    "test": "tsc --noEmit && vitest run --coverage"
  }
}
`,
  'vitest.config.ts': `import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['node_modules'],
    coverage: { thresholds: { lines: 90, branches: 80 } },
  },
});
`,
  'eslint.config.js': `export default [{ rules: { 'no-unused-vars': 'error', eqeqeq: ['error', 'always'] }, ignores: ['dist'] }];
`,
  'tsconfig.json': `{
  // as strict as it gets
  "compilerOptions": { "strict": true, "noUncheckedIndexedAccess": true },
  "include": ["src", "test"],
}
`,
  '.github/workflows/ci.yml': `name: ci
on:
  push:
  pull_request:
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - name: Lint
        run: npm run lint
      - name: Test
        run: |
          npm run build
          npm test
  publish:
    needs: [test]
    runs-on: ubuntu-latest
    steps:
      - run: npm publish
`,
  Makefile: `test:
\tnpx vitest run

lint:
\tnpx eslint .
`,
};

export const T = 'test/price.test.ts';
export const S = 'src/price.ts';
/** A fault: the rate is lost. */
export const FAULT = [['net * (1 + rate)', 'net']] as const;
