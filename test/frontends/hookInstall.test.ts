import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runGit } from '../../src/frontends/hook/run.ts';
import { type InstallRequest, installHook, uninstallHook } from '../../src/jobs/index.ts';
import { Project, value } from '../workspace/repository.ts';

const ROOT = join(import.meta.dirname, '../..');
const installation = { hook: join(ROOT, 'bin/hook.js'), node: process.execPath };
const SETTINGS = '.claude/settings.json';
const BASE = { 'package.json': '{ "name": "app", "type": "module" }\n', '.gitignore': 'node_modules\n' };

const request = (project: Project, rest: Partial<InstallRequest>): InstallRequest => ({
  cwd: project.root,
  installation,
  env: { HOME: project.root },
  ...rest,
});

const textAt = (project: Project, path: string): string | undefined =>
  existsSync(join(project.root, path)) ? readFileSync(join(project.root, path), 'utf8') : undefined;

/** JSON with what some agents allow beside it, read by nothing of ours. */
const parsed = (text: string): unknown =>
  JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1').replace(/,(\s*[}\]])/g, '$1'));

type Hooks = Record<string, { readonly matcher?: string; readonly hooks: readonly { readonly command: string }[] }[]>;

const TEXTS: readonly (readonly [what: string, text: string | undefined])[] = [
  ['no file', undefined],
  ['an empty object', '{}'],
  ['other settings', '{\n  "model": "opus",\n  "permissions": { "allow": ["Bash(npm test)"] }\n}\n'],
  ['settings on one line', '{"model":"opus","hooks":{}}'],
  [
    'comments, tabs and trailing commas',
    '{\n\t// mine\n\t"model": "opus", /* why */\n\t"hooks": {\n\t\t"Stop": [],\n\t},\n}\n',
  ],
  ['line ends of Windows and no last one', '{\r\n    "model": "opus"\r\n}'],
  [
    'hooks of others at the same events',
    '{\n  "hooks": {\n    "PostToolUse": [\n      { "matcher": "Write", "hooks": [{ "type": "command", "command": "prettier" }] }\n    ],\n    "Stop": [{ "hooks": [{ "type": "command", "command": "say done" }] }]\n  },\n  "z": 1\n}\n',
  ],
];

const AGENTS = [
  ['claude-code', '.claude/settings.json'],
  ['codex', '.codex/hooks.json'],
  ['gemini', '.gemini/settings.json'],
] as const;

describe("hooks in an agent's settings", () => {
  it.each(TEXTS)('are put in and taken out with nothing left: %s', async (_what, text) => {
    const project = new Project({ ...BASE, ...(text === undefined ? {} : { [SETTINGS]: text }) }).init();
    const first = value(await installHook(request(project, { agent: 'claude-code' })));
    expect(first.map(({ done }) => done)).toEqual(['written']);
    const now = textAt(project, SETTINGS)!;
    const old = (text === undefined ? {} : parsed(text)) as { hooks?: Hooks };
    const { hooks, ...rest } = parsed(now) as { hooks: Hooks };
    const { hooks: oldHooks = {}, ...oldRest } = old;
    expect(rest).toEqual(oldRest);
    for (const event of ['SessionStart', 'PostToolUse', 'Stop']) {
      expect(hooks[event]!.slice(0, -1)).toEqual(oldHooks[event] ?? []);
      expect(hooks[event]!.at(-1)!.hooks[0]!.command).toMatch(/hook\.js" claude-code \|\| true$/);
    }
    if (text?.includes('\r\n')) expect(now.replaceAll('\r\n', '')).not.toContain('\n');
    const again = value(await installHook(request(project, { agent: 'claude-code' })));
    expect([again.map(({ done }) => done), textAt(project, SETTINGS)]).toEqual([['unchanged'], now]);
    value(await installHook(request(project, { agent: 'claude-code', strict: true })));
    expect(textAt(project, SETTINGS)!.match(/claude-code --strict/g)).toHaveLength(3);
    value(await uninstallHook(request(project, { agent: 'claude-code' })));
    expect(textAt(project, SETTINGS)).toBe(text);
    expect(existsSync(join(project.root, '.claude'))).toBe(text !== undefined);
  });

  it('leave what the user wrote since, and go without the receipt of the installation', async () => {
    for (const lose of [false, true]) {
      const project = new Project({ ...BASE, [SETTINGS]: '{\n  "model": "opus"\n}\n' }).init();
      value(await installHook(request(project, { agent: 'claude-code' })));
      const edited = textAt(project, SETTINGS)!.replace('"opus"', '"sonnet"');
      project.write({ [SETTINGS]: edited });
      if (lose) project.remove('.assay/hook/installed.json');
      const done = value(await uninstallHook(request(project, { agent: 'claude-code' })));
      expect(done.map((one) => one.done)).toEqual(['taken out']);
      expect(textAt(project, SETTINGS)).toBe('{\n  "model": "sonnet"\n}\n');
    }
  });

  it('law: of any settings with any hooks, exactly ours come and go', async () => {
    const project = new Project(BASE).init();
    const group = fc.record({
      hooks: fc.array(fc.record({ type: fc.constant('command'), command: fc.string() }), { maxLength: 2 }),
    });
    const settings = fc.record(
      {
        model: fc.string(),
        hooks: fc.dictionary(
          fc.constantFrom('PostToolUse', 'Stop', 'PreToolUse', 'a"b'),
          fc.array(group, { maxLength: 3 }),
        ),
        rest: fc.jsonValue({ maxDepth: 3 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(settings, fc.constantFrom(undefined, 1, 2, '\t'), async (old, indent) => {
        project.write({ [SETTINGS]: JSON.stringify(old, null, indent) });
        value(await installHook(request(project, { agent: 'claude-code' })));
        // Without the receipt, so that the entries are taken out one by one.
        project.remove('.assay/hook/installed.json');
        const { hooks } = JSON.parse(textAt(project, SETTINGS)!) as { hooks: Hooks };
        for (const event of ['SessionStart', 'PostToolUse', 'Stop'])
          expect(hooks[event]!.slice(0, -1)).toEqual((old.hooks as Hooks | undefined)?.[event] ?? []);
        value(await uninstallHook(request(project, { agent: 'claude-code' })));
        const left = JSON.parse(textAt(project, SETTINGS) ?? '{}') as { hooks?: Hooks };
        const kept = Object.entries(old.hooks ?? {}).filter(
          ([event, list]) => (list as unknown[]).length > 0 || !['SessionStart', 'PostToolUse', 'Stop'].includes(event),
        );
        expect({ ...left, hooks: left.hooks ?? {} }).toEqual(
          JSON.parse(JSON.stringify({ ...old, hooks: Object.fromEntries(kept) })),
        );
      }),
      { numRuns: 12, seed: 20 },
    );
  });

  it('are told in a document as described', () => {
    const project = new Project(BASE).init();
    const schema = JSON.parse(readFileSync(join(ROOT, 'docs/json/hook.json'), 'utf8')) as object;
    const validate = new Ajv2020().compile(schema);
    for (const command of ['install', 'install', 'uninstall']) {
      const args = ['hook', command, '--agent', 'codex', '--git', '--json'];
      const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'bin/assay.js'), ...args], {
        cwd: project.root,
        encoding: 'utf8',
      });
      validate(JSON.parse(stdout));
      expect([status, validate.errors ?? []]).toEqual([0, []]);
    }
  });

  it.each(['{ "model": ', '[]', '{"hooks": []}', '{"hooks": {"Stop": {"x": 1}}}'])(
    'are refused, with the file as it was, where they have no place: %s',
    (text) => {
      const project = new Project({ ...BASE, [SETTINGS]: text }).init();
      const args = ['hook', 'install', '--agent', 'claude-code'];
      const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin/assay.js'), ...args], {
        cwd: project.root,
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([2, expect.stringMatching(/settings\.json[\s\S]*expected [\s\S]*found/)]);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(textAt(project, SETTINGS)).toBe(text);
    },
  );

  it.each(AGENTS)('are taken out of what was written to since, and nothing else of it: %s', async (agent, path) => {
    type Edit = (text: string) => string;
    const mine = { type: 'command', command: 'mine' };
    const shared: Edit = (text) => {
      const settings = JSON.parse(text) as { hooks: Record<string, { hooks: unknown[] }[]> };
      for (const groups of Object.values(settings.hooks)) groups[0]!.hooks.push(mine);
      return JSON.stringify(settings, null, 2);
    };
    const cases: readonly (readonly [
      before: string | undefined,
      edit: Edit,
      after: (left: string | undefined) => void,
    ])[] = [
      [undefined, (text) => JSON.stringify(JSON.parse(text)), (left) => expect(left).toBe(undefined)],
      ['{"a":{"b":[1]}}', (text) => `${text}\n`, (left) => expect(left).toBe('{"a":{"b":[1]}}\n')],
      [
        '{ "hooks": null }',
        (text) => text.replace('{', '{ "x": 1,'),
        (left) => expect(left).toBe('{ "x": 1, "hooks": null }'),
      ],
      ['{\n}', (text) => JSON.stringify(JSON.parse(text)), (left) => expect(left).toBe('{\n}')],
      [
        '{ "x": [1,\n2] }',
        shared,
        (left) => {
          const { x, hooks } = JSON.parse(left!) as { x: unknown; hooks: Record<string, unknown> };
          expect([x, ...Object.values(hooks).flat()]).toMatchObject([[1, 2], ...Array(3).fill({ hooks: [mine] })]);
          expect(left).not.toContain('hook.js');
        },
      ],
    ];
    const project = new Project(BASE).init();
    for (const [before, edit, after] of cases) {
      if (before !== undefined) project.write({ [path]: before });
      value(await installHook(request(project, { agent })));
      project.write({ [path]: edit(textAt(project, path)!) });
      value(await uninstallHook(request(project, { agent })));
      after(textAt(project, path));
    }
  });

  it('are taken out as well after a file was broken and repaired', async () => {
    const project = new Project({ ...BASE, [SETTINGS]: '{ "hooks": { } }' }).init();
    value(await installHook(request(project, { agent: 'claude-code' })));
    const installed = textAt(project, SETTINGS)!;
    project.write({ [SETTINGS]: `${installed} }` });
    const done = await uninstallHook(request(project, { agent: 'claude-code' }));
    expect(done.issues).toMatchObject([{ code: 'hook/settings', path: join(project.root, SETTINGS) }]);
    project.write({ [SETTINGS]: `${installed}\n` });
    value(await uninstallHook(request(project, { agent: 'claude-code' })));
    expect(textAt(project, SETTINGS)).toBe('{ "hooks": { } }\n');
  });

  it('that another machine put in are not what is given back', async () => {
    const project = new Project({ ...BASE, [SETTINGS]: '{ "a": 1 }' }).init();
    value(await installHook(request(project, { agent: 'claude-code', strict: true })));
    project.remove('.assay');
    value(await installHook(request(project, { agent: 'claude-code' })));
    expect(textAt(project, SETTINGS)!.match(/claude-code \|\| true/g)).toHaveLength(3);
    value(await uninstallHook(request(project, { agent: 'claude-code' })));
    expect(textAt(project, SETTINGS)).toBe('{ "a": 1 }');
  });

  it.each([
    ['claude-code', '.claude/settings.json', {}],
    ['codex', '.codex/hooks.json', {}],
    ['gemini', '.gemini/settings.json', {}],
    ['codex', 'elsewhere/hooks.json', { CODEX_HOME: 'elsewhere' }],
  ] as const)('go into the user’s own settings of %s, outside of every repository: %s', async (agent, path, own) => {
    const home = new Project({ 'elsewhere/keep': '', [path]: '{ "mine": 1 }\n' });
    const env = {
      HOME: home.root,
      ...Object.fromEntries(Object.entries(own).map(([name, at]) => [name, join(home.root, at)])),
    };
    value(await installHook(request(home, { agent, user: true, cwd: '/', env })));
    expect(parsed(textAt(home, path)!)).toMatchObject({ mine: 1, hooks: expect.anything() });
    value(await uninstallHook(request(home, { agent, user: true, cwd: '/', env })));
    expect(textAt(home, path)).toBe('{ "mine": 1 }\n');
  });

  it('call the project’s own copy of assay where it is installed in it, without paths of this machine', async () => {
    const project = new Project({ ...BASE, 'node_modules/@assay-code/assay/bin/hook.js': '' }).init();
    const own = { hook: join(project.root, 'node_modules/@assay-code/assay/bin/hook.js'), node: process.execPath };
    value(await installHook(request(project, { agent: 'claude-code', installation: own })));
    expect(textAt(project, SETTINGS)).not.toContain(project.root);
    expect(textAt(project, SETTINGS)).not.toContain(process.execPath);
  });
});

/** A stand-in for bin/hook.js: what it got, and an exit status. */
const standIn = (status: number): string =>
  `import { readFileSync, appendFileSync } from 'node:fs';\nappendFileSync('called', process.argv.slice(2).join(' ') + '|' + (process.argv[3] === 'pre-push' ? readFileSync(0, 'utf8') : '') + '\\n');\nprocess.exit(${status});\n`;

describe('hooks of git', () => {
  const REFS = 'refs/heads/a 1111 refs/heads/a 2222\nrefs/heads/b 3333 refs/heads/b 4444\n';
  const run = (project: Project, path: string, ...args: string[]) =>
    spawnSync(join(project.root, path), args, { cwd: project.root, input: REFS, encoding: 'utf8' });

  it.each([
    ['none before', '.git/hooks', undefined, []],
    ['one before', '.git/hooks', '#!/bin/sh\nset -e\necho theirs\ncat\nexit 0\n', []],
    ['one of bash before', '.git/hooks', '#!/usr/bin/env bash\necho theirs; cat', []],
    ['a folder of the project', 'hooks', '#!/bin/sh\necho theirs\ncat\n', ['core.hooksPath=hooks']],
    ['husky', '.husky', 'echo theirs\ncat\n', ['core.hooksPath=.husky/_']],
  ] as const)('come first and chain what is there: %s', async (_what, folder, text, settings) => {
    const project = new Project({ ...BASE, 'bin/hook.js': standIn(0) }).init(...settings);
    const paths = ['pre-commit', 'pre-push'].map((name) => `${folder}/${name}`);
    if (text !== undefined)
      for (const path of paths) {
        project.write({ [path]: text });
        chmodSync(join(project.root, path), 0o755);
      }
    const own = { hook: join(project.root, 'bin/hook.js'), node: process.execPath };
    value(await installHook(request(project, { git: true, installation: own })));
    value(await installHook(request(project, { git: true, installation: own })));
    for (const path of paths) {
      expect(statSync(join(project.root, path)).mode & 0o111).toBe(0o111);
      expect(textAt(project, path)!.match(/assay: begin/g)).toHaveLength(1);
      const { status, stdout } = run(project, path, 'fork', 'https://example.org/fork.git');
      const theirs = text === undefined ? '' : `theirs\n${REFS}`;
      expect([status, stdout.trimEnd()]).toEqual([0, theirs.trimEnd()]);
    }
    expect(textAt(project, 'called')).toBe(`git pre-commit|\ngit pre-push -- fork|${REFS}\n`);
    for (const [status, ends] of [
      [10, 1],
      [1, 0],
      [2, 0],
    ] as const) {
      project.write({ 'bin/hook.js': standIn(status) });
      expect(run(project, paths[0]!).status).toBe(ends);
      expect(run(project, paths[1]!).status).toBe(ends);
    }
    value(await uninstallHook(request(project, { git: true, installation: own })));
    expect(paths.map((path) => textAt(project, path))).toEqual([text, text]);
  });

  it('are refused where others share the folder, and where the hook there is no shell’s', async () => {
    const shared = new Project(BASE).init(`core.hooksPath=${new Project({ 'hooks/x': '' }).root}`);
    expect((await installHook(request(shared, { git: true }))).issues[0]?.code).toBe('hook/shared');
    const python = new Project(BASE).init();
    python.write({ '.git/hooks/pre-commit': '#!/usr/bin/env python3\nprint(1)\n' });
    expect((await installHook(request(python, { git: true }))).issues[0]?.code).toBe('hook/not-shell');
  });

  it('judge what is staged and not what lies in the tree, and what is pushed', { timeout: 180_000 }, () => {
    const project = new Project({
      ...BASE,
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [] } }',
      'a.ts': 'export const a = 1;\n',
    }).init();
    const assay = (...args: string[]) =>
      spawnSync(process.execPath, [join(ROOT, 'bin/assay.js'), ...args], { cwd: project.root, encoding: 'utf8' });
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: project.root, encoding: 'utf8' });
    expect(assay('hook', 'install', '--git').status).toBe(0);
    const good = "export const a = 'a'.trim();\n";
    const bad = "export const a = 'a'.trmi();\n";
    project.write({ 'a.ts': bad });
    git('add', 'a.ts');
    project.write({ 'a.ts': good });
    const refused = git('commit', '-m', 'bad');
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/what is staged fails names, types[\s\S]*trmi[\s\S]*what exists: trim/),
    ]);
    git('add', 'a.ts');
    project.write({ 'a.ts': bad });
    expect(git('commit', '-m', 'good').status).toBe(0);
    const remote = new Project({});
    remote.git('init', '--bare', '--quiet', 'other.git');
    git('remote', 'add', 'origin', join(remote.root, 'other.git'));
    expect(git('push', 'origin', 'HEAD:refs/heads/main').status).toBe(0);
    git('commit', '--no-verify', '-am', 'bad');
    const push = git('push', 'origin', 'HEAD:refs/heads/main');
    expect([push.status, push.stderr]).toEqual([
      1,
      expect.stringMatching(/what is pushed fails names, types[\s\S]*trmi/),
    ]);
  });

  it.each([
    ['the remote has another name', 'fork', 'fork', 1, /what is pushed fails types[\s\S]*z\.ts:1:14/],
    ['the remote has no main branch, but origin has', 'fork', 'origin', 1, /what is pushed fails types/],
    [
      'nothing is known of any',
      'fork',
      'other',
      0,
      /not checked: expected a main branch of fork .*`git fetch` brings it/,
    ],
  ] as const)('judge a branch that is new on the other side: %s', async (_what, remote, known, status, said) => {
    const project = new Project({ ...BASE, 'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [] } }' });
    project.init().write({ 'z.ts': 'export const z: string = 1;\n' });
    const base = project.git('rev-parse', 'HEAD').trim();
    project.git('update-ref', `refs/remotes/${known}/master`, base);
    const head = project.commit('bad').git('rev-parse', 'HEAD').trim();
    const none = '0'.repeat(40);
    const reply = await runGit({
      cwd: project.root,
      hook: 'pre-push',
      input: `refs/heads/new ${head} refs/heads/new ${none}\n`,
      remote,
      env: {},
      insideCheck: false,
    });
    expect([reply.status === 0 ? 0 : 1, reply.stderr]).toEqual([status, expect.stringMatching(said)]);
  });
});
