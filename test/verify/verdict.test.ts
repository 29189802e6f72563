import { describe, expect, it } from 'vitest';
import { fail, repoPath, sha256 } from '../../src/base/index.ts';
import { sourceText } from '../../src/text/index.ts';
import { type CheckContext, verify } from '../../src/verify/index.ts';
import { value } from '../workspace/repository.ts';

/** One changed file, and a compiler that ends with an error whatever it is asked. */
function broken(): CheckContext {
  const path = repoPath('src/a.ts')!;
  const after = value(sourceText(path, new TextEncoder().encode('export const a = 1;\n')));
  const language = new Proxy({} as CheckContext['language'], {
    get: () => () => {
      throw new Error('nobody thought of it');
    },
  });
  return {
    change: {
      root: '/nowhere',
      treeHash: sha256(''),
      files: [{ path, kind: 'added', after, spans: [] }],
    } as unknown as CheckContext['change'],
    language,
    packages: {} as CheckContext['packages'],
    options: { allTests: false, constraints: [] },
    events: () => {},
    atBase: (body) => body(language),
    bench: async () => fail('no/bench', 'none'),
  };
}

describe('a check that is wrong itself', () => {
  it('is unknown with what happened, and ends no other', async () => {
    const { status, checks } = await verify(broken(), ['names', 'types']);
    expect(status).toBe('unknown');
    expect(checks.map(({ name, status: one }) => `${name} ${one}`)).toEqual(['names unknown', 'types unknown']);
    for (const { issues } of checks) expect(issues[0]!.message).toMatch(/^a fault of assay.*nobody thought of it at /);
  });
  it('decides nothing where it would only have informed', async () => {
    const { checks } = await verify(broken(), ['probes']);
    expect(checks.map(({ name, status, decides }) => `${name} ${status} ${decides}`)).toContain('probes unknown false');
    const kept = { ...broken(), options: { allTests: false, constraints: [], sameBehaviour: ['**'] } };
    expect((await verify(kept, ['probes'])).checks[0]!.decides).toBe(true);
  });
});
