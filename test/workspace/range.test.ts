import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Project, temporaryFolder, value } from './repository.ts';
import { check, hashOf } from './views.ts';

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');

describe('a range', () => {
  /** main: 1 – 2; topic, from 1: 3 – 4. On topic. */
  const branches = (): Project => {
    const made = new Project({ 'a.ts': '1\n', 'b.ts': '1\n', 'c.ts': LINES, 'package.json': '{}' }).init();
    made.git('checkout', '--quiet', '-b', 'topic');
    made.write({ 'a.ts': '3\n' }).commit('three');
    made
      .write({ 'new.ts': 'n\n' })
      .remove('c.ts')
      .write({ 'd.ts': `${LINES}d\n` })
      .commit('four');
    made.git('checkout', '--quiet', 'main');
    made.write({ 'b.ts': '2\n' }).commit('two');
    made.git('checkout', '--quiet', 'topic');
    return made;
  };
  const TOPIC = ['modified a.ts [3\n]', 'renamed c.ts → d.ts [d\n]', 'added new.ts [n\n]'];

  it('shows what a pull request would: from where the head left the base', async () => {
    const made = branches();
    const fork = made.git('merge-base', 'main', 'topic').trim();
    for (const head of ['HEAD', 'topic', made.git('rev-parse', 'HEAD').trim()]) {
      const { short } = await check(made, { kind: 'range', base: 'main', head }, (view) => {
        expect([view.base, view.head, view.inPlace]).toEqual([fork, head, true]);
      });
      expect(short).toEqual(TOPIC);
    }
    const { short } = await check(made, { kind: 'range', base: 'topic~1', head: 'topic' }, ({ base }) =>
      expect(base).toBe('topic~1'),
    );
    expect(short).toEqual(TOPIC.slice(1));
  });

  it('without a head ends in the working tree, untracked files included', async () => {
    const made = branches().write({ 'b.ts': 'dirty\n', 'untracked.ts': 'u\n' });
    const { short } = await check(made, { kind: 'range', base: 'main' }, (view) => {
      expect([view.head, view.inPlace]).toEqual(['working tree', true]);
    });
    expect(short).toEqual([TOPIC[0], 'modified b.ts [dirty\n]', ...TOPIC.slice(1), 'added untracked.ts [u\n]']);
  });

  it('whose head is not what is on disk is laid out aside, as a clone would have it', async () => {
    const made = branches();
    const clone = temporaryFolder();
    made.git('clone', '--quiet', '--branch', 'topic', made.root, clone);
    const { treeHash: cloned } = value(await (await new Project({}, clone).open()).snapshot());
    const asides: readonly (readonly [why: string, head: string, ...commands: string[][]])[] = [
      ['another branch is checked out', 'topic', ['checkout', '--quiet', 'main']],
      ['a file is gone', 'HEAD', ['checkout', '--quiet', 'topic'], ['rm', '--quiet', 'a.ts']],
      ['a file is untracked', 'topic', ['reset', '--quiet'], ['checkout', '.'], ['rm', '--quiet', '--cached', 'a.ts']],
      [
        'nothing is checked out',
        'topic',
        ['checkout', '--quiet', '-f', '--orphan', 'empty'],
        ['rm', '-rf', '--quiet', '.'],
      ],
    ];
    for (const [why, head, ...commands] of asides) {
      for (const command of commands) made.git(...command);
      const { short } = await check(made, { kind: 'range', base: 'main', head }, async (view) => {
        expect(view.inPlace, why).toBe(false);
        expect(view.treeHash, why).toBe(cloned);
        expect(await hashOf(view.root), why).toBe(cloned);
        expect(view.packagesUnknown, why).toBeUndefined();
      });
      expect(short, why).toEqual(TOPIC);
    }
  });

  it('of a commit with itself is empty and laid out', async () => {
    const made = branches();
    const { short } = await check(made, { kind: 'range', base: 'main', head: 'main' }, (view) => {
      expect([view.base, view.inPlace]).toEqual(['main', false]);
      expect(existsSync(join(view.root, 'new.ts'))).toBe(false);
    });
    expect(short).toEqual([]);
  });

  it('from the empty tree shows everything', async () => {
    const made = branches();
    const empty = made.gitWith({ input: '' }, 'hash-object', '-t', 'tree', '--stdin').trim();
    const { short } = await check(made, { kind: 'range', base: empty, head: 'HEAD' });
    expect(short).toHaveLength(5);
    expect((await check(made, { kind: 'range', base: empty })).short).toEqual(short);
  });

  it('laid out has the line ends, modes and links of a checkout', async () => {
    const made = new Project({
      'a.ts': '1\r\n2\r\n',
      'run.sh': 'x',
      l: { link: 'a.ts' },
      '.gitattributes': '*.sh text eol=lf\n',
    });
    made.chmod('run.sh', 0o755).init('core.autocrlf=true');
    made.write({ 'a.ts': '1\r\n3\r\n' }).commit('two');
    made.write({ 'a.ts': 'dirty\r\n' });
    const { short } = await check(made, { kind: 'range', base: 'HEAD~1', head: 'HEAD' }, async (view) => {
      const clone = temporaryFolder();
      made.git('-c', 'core.autocrlf=true', 'clone', '--quiet', '--config', 'core.autocrlf=true', made.root, clone);
      expect(await hashOf(view.root)).toBe(value(await (await new Project({}, clone).open()).snapshot()).treeHash);
      expect(new Project({}, view.root).read('l')).toBe('1\r\n3\r\n');
    });
    expect(short).toEqual(['modified a.ts [3\r\n]']);
  });

  it('laid out is whole in a sparse checkout', async () => {
    const made = new Project({ 'in/a.ts': '1\n', 'out/b.ts': '1\n', 'c.ts': '' }).init();
    made.write({ 'out/b.ts': '2\n' }).commit('two');
    made.git('sparse-checkout', 'set', 'in');
    expect(existsSync(join(made.root, 'out'))).toBe(false);
    expect((await check(made, { kind: 'working-tree' })).short).toEqual([]);
    const { short } = await check(made, { kind: 'range', base: 'HEAD~1', head: 'HEAD' }, (view) => {
      expect(view.inPlace).toBe(false);
      expect(existsSync(join(view.root, 'in/a.ts'))).toBe(true);
    });
    expect(short).toEqual(['modified out/b.ts [2\n]']);
  });

  it('is refused where a name stands for nothing, with the nearest one', async () => {
    const made = branches();
    for (const [base, head, bad] of [
      ['mian', 'HEAD', 'mian'],
      ['main', 'topik', 'topik'],
      ['', 'HEAD', ''],
      ['--all', 'HEAD', '--all'],
      ['HEAD~99', undefined, 'HEAD~99'],
      ['0123456', undefined, '0123456'],
    ] as const) {
      const { result } = await check(made, { kind: 'range', base, ...(head === undefined ? {} : { head }) });
      expect(result.issues).toEqual([
        expect.objectContaining({
          code: 'workspace/unknown-revision',
          message: expect.stringContaining(JSON.stringify(bad)),
        }),
      ]);
    }
    const { result } = await check(made, { kind: 'range', base: 'mian' });
    expect(result.issues[0]?.suggestion).toBe('did you mean main?');
    const fresh = new Project({ 'a.ts': '' });
    fresh.repository();
    expect((await check(fresh, { kind: 'range', base: 'HEAD' })).result.issues[0]?.code).toBe(
      'workspace/unknown-revision',
    );
  });

  it('without a common commit is compared as it is with a warning, or refused in a shallow clone', async () => {
    const made = branches();
    made.git('checkout', '--quiet', '--orphan', 'alone');
    made.write({ 'a.ts': 'alone\n' }).commit('alone');
    const { result, short } = await check(made, { kind: 'range', base: 'main', head: 'alone' });
    expect(result.issues).toEqual([expect.objectContaining({ code: 'workspace/no-merge-base', severity: 'warning' })]);
    expect(short).toContain('modified a.ts [alone\n]');
    const clone = temporaryFolder();
    made.git('clone', '--quiet', '--depth=1', '--no-single-branch', `file://${made.root}`, clone);
    const shallow = await check(new Project({}, clone), { kind: 'range', base: 'origin/main', head: 'origin/topic' });
    expect(shallow.result.issues).toEqual([
      expect.objectContaining({
        code: 'workspace/no-merge-base',
        suggestion: expect.stringContaining('fetch --unshallow'),
      }),
    ]);
  });

  it('shows a submodule that moved, or whose files are changed in the working tree, without text', async () => {
    const module = new Project({ 'm.ts': '1\n' }).init();
    const made = new Project({ 'a.ts': '' }).init();
    made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', module.root, 'sub');
    made.commit('with submodule');
    const sub = new Project({ 'new.ts': '2\n' }, join(made.root, 'sub'));
    expect((await check(made, { kind: 'working-tree' })).short).toEqual([]);
    sub.write({ 'm.ts': '2\n' });
    expect((await check(made, { kind: 'working-tree' })).short).toEqual(['modified sub (another repository)']);
    expect((await check(made, { kind: 'staged' })).short).toEqual([]);
    expect((await check(made, { kind: 'range', base: 'HEAD', head: 'HEAD' })).short).toEqual([]);
    sub.commit('moved');
    expect((await check(made, { kind: 'working-tree' })).short).toEqual(['modified sub (another repository)']);
    made.commit('moved');
    made.write({ 'a.ts': 'dirty' });
    const { short } = await check(made, { kind: 'range', base: 'HEAD~1', head: 'HEAD' }, (view) => {
      expect(view.packagesUnknown).toContain('sub is another repository, which is not laid out');
    });
    expect(short).toEqual(['modified sub (another repository)']);
  });
});
