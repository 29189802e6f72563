import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RepoPath, repoPath } from '../../../src/base/index.ts';
import type { SignatureShape } from '../../../src/lang/index.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { sameResults } from '../../../src/verify/reuse/behaviour.ts';
import { type Asked, screened } from '../../../src/verify/reuse/screen.ts';
import { sandboxOver } from '../sandboxOver.ts';

const TEXTS = {
  'quick.ts': 'export function doubled(n: number): number { return 2 * n; }\n',
  'slow.ts': `export function halved(n: number): number {
  const from = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(from);
    if (user + system >= 100_000) return n / 2;
  }
}
`,
  'helpers.ts': `export const twice = (n: number): number => n + n;
export const half = (n: number): number => n * 0.5;
`,
};

const root = mkdtempSync(join(tmpdir(), 'assay-screen-'));
for (const [path, text] of Object.entries(TEXTS)) writeFileSync(join(root, path), text);
const sandbox = sandboxOver(root);

const FORM: SignatureShape = {
  parameters: [{ name: 'n', shape: { kind: 'number' }, optional: false, rest: false }],
  returns: { kind: 'number' },
};
const place = (path: keyof typeof TEXTS, name: string) => ({
  path: repoPath(path) as RepoPath,
  name,
  text: TEXTS[path],
});
const asked = (path: keyof typeof TEXTS, name: string): Asked => ({
  own: place(path, name),
  form: FORM,
  helpers: ['twice', 'half'].map((helper) => ({ place: place('helpers.ts', helper), ways: [(args) => args] })),
});

describe('screening', () => {
  it('says of each function what is likely, and where the time was up before that was known', async () => {
    const seen = await screened(
      { sandbox: sandbox(), root },
      [asked('quick.ts', 'doubled'), asked('slow.ts', 'halved')],
      1,
      2_000,
    );
    expect(seen.map(({ likely, isCut }) => [[...(likely ?? [])], isCut])).toEqual([
      [[0], false],
      [[], true],
    ]);
  });

  it('is told, and so are results, where a process ended before it had called anything', async () => {
    const real = sandbox();
    const ending: Sandbox = {
      level: real.level,
      run: (command) => real.run({ ...command, argv: ['false'] }),
      close: () => real.close(),
    };
    const [seen] = await screened({ sandbox: ending, root }, [asked('quick.ts', 'doubled')], 1);
    expect(seen).toEqual({ likely: new Set(), isCut: true });
    const pair = { own: place('quick.ts', 'doubled'), ownForm: FORM, helperForm: FORM };
    const pairs = ['twice', 'half'].map((helper) => ({ ...pair, helper: place('helpers.ts', helper) }));
    expect(await sameResults({ sandbox: ending, root }, pairs, 1)).toEqual(['cut', 'cut']);
    expect(await sameResults({ sandbox: real, root }, pairs, 1)).toEqual([
      { inputs: expect.any(Number) as number, swapped: false },
      undefined,
    ]);
  });
});
