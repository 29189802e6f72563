import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Files, Project } from '../workspace/repository.ts';
import { type AgentName, ScriptedAgent } from './agents.ts';

const ROOT = join(import.meta.dirname, '../..');
const AGENTS: readonly AgentName[] = ['claude-code', 'codex', 'gemini'];

const APP: Files = {
  'package.json': JSON.stringify({ name: 'app', type: 'module', scripts: { test: 'node --test' } }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      allowImportingTsExtensions: true,
      noEmit: true,
      types: [],
    },
    include: ['src'],
  }),
  '.gitignore': 'node_modules\n',
  'src/sum.ts': 'export const total = (prices: readonly number[]): number => prices.reduce((a, b) => a + b, 0);\n',
  'src/bill.ts':
    "import { total } from './sum.ts';\n\nexport const bill = (prices: readonly number[]): string => total(prices).toFixed(2);\n",
  'test/sum.test.js':
    "import assert from 'node:assert';\nimport test from 'node:test';\nimport { total } from '../src/sum.ts';\n\ntest('adds', () => assert.equal(total([1, 2]), 3));\n",
};
const GOOD = 'export const total = (prices: readonly number[]): number => prices.reduce((a, b) => b + a, 0);\n';
const INVENTED = 'export const total = (prices: readonly number[]): number => prices.reduc((a, b) => a + b, 0);\n';
const WRONG = 'export const total = (prices: readonly number[]): number => prices.reduce((a, b) => a - b, 0);\n';

/** The same without tests, where what is judged is not the matter. */
const BARE: Files = { 'package.json': JSON.stringify({ name: 'app', type: 'module' }), 'test/sum.test.js': '' };

const projects: Project[] = [];
function app(files: Files = {}): Project {
  const project = new Project({ ...APP, ...files }).init();
  projects.push(project);
  return project;
}

function assay(project: Project, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(ROOT, 'bin/assay.js'), ...args], { cwd: project.root, encoding: 'utf8' });
}

/** Ids of the resident processes of a repository. */
function residents({ root }: Project): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.map(Number).filter((id) => {
    try {
      const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
      return words.includes('serve') && words.includes(root);
    } catch {
      return false;
    }
  });
}

afterEach(() => {
  for (const project of projects.splice(0)) for (const id of residents(project)) process.kill(id, 'SIGKILL');
});

async function agent(name: AgentName, project: Project, ...options: string[]): Promise<ScriptedAgent> {
  expect(assay(project, 'hook', 'install', '--agent', name, ...options).status).toBe(0);
  const scripted = new ScriptedAgent(name, project.root);
  expect(await scripted.start()).toEqual({ status: 0, ms: expect.any(Number) });
  return scripted;
}

describe.each(AGENTS)('the hook of %s', { timeout: 120_000 }, (name) => {
  it('refuses an invented name and the end, and lets go what is repaired', async () => {
    const project = app();
    const scripted = await agent(name, project);
    project.write({ 'src/sum.ts': INVENTED });
    const invented = await scripted.edited('src/sum.ts');
    expect(invented.refused).toMatch(/src\/sum\.ts:1:\d+ .*reduc\b[\s\S]*what exists: reduce\b/);
    expect((await scripted.stop()).refused).toMatch(/not done\. The change fails names, types, tests[\s\S]*reduce/);
    project.write(APP);
    expect(await scripted.edited('src/sum.ts')).toEqual({ status: 0, ms: expect.any(Number) });
    expect(await scripted.stop(true)).toEqual({ status: 0, ms: expect.any(Number) });
  });
});

describe('after an edit', { timeout: 120_000 }, () => {
  it('files that use what was changed are told with the next edit', async () => {
    const project = app(BARE);
    const scripted = await agent('claude-code', project);
    project.write({ 'src/sum.ts': 'export const totals = (prices: readonly number[]): number => prices.length;\n' });
    expect((await scripted.edited('src/sum.ts')).refused).toBeUndefined();
    project.write({ 'src/other.ts': 'export const other = 1;\n' });
    let told: string | undefined;
    for (let tries = 0; tries < 10 && told === undefined; tries++) {
      await wait(3_000);
      told = (await scripted.edited('src/other.ts')).refused;
    }
    expect(told).toMatch(
      /in files that use what an earlier edit of yours changed[\s\S]*src\/bill\.ts:1:\d+ .*total[\s\S]*what exists: totals/,
    );
    project.write({ 'src/bill.ts': "import { totals } from './sum.ts';\n\nexport const bill = totals([1]);\n" });
    expect((await scripted.edited('src/bill.ts')).refused).toBeUndefined();
  });

  it('says nothing of what was wrong before, and sees files and packages that came without a word', async () => {
    const project = app({ ...BARE, 'src/old.ts': 'export const old: number = missing;\n' });
    const scripted = await agent('claude-code', project);
    project.write({ 'src/old.ts': 'export const older = 1;\nexport const old: number = missing;\n' });
    expect((await scripted.edited('src/old.ts')).refused).toBeUndefined();
    // As a checkout on Windows writes it; git keeps it without.
    project.git('config', 'core.autocrlf', 'true');
    project.write({ 'src/old.ts': 'export const old: number = missing;\r\nexport const older = 1;\r\n' });
    expect((await scripted.edited('src/old.ts')).refused).toBeUndefined();
    project.write({
      'src/fresh.ts': 'export const fresh = 1;\n',
      'src/sum.ts':
        "import { fresh } from './fresh.ts';\nexport const total = (_: readonly number[]): number => fresh;\n",
    });
    expect((await scripted.edited('src/sum.ts')).refused).toBeUndefined();
    const uses = "import { late } from 'late';\nexport const total = (_: readonly number[]): number => late;\n";
    project.write({ 'src/sum.ts': uses });
    expect((await scripted.edited('src/sum.ts')).refused).toMatch(/late/);
    project.write({
      'package.json': JSON.stringify({ name: 'app', type: 'module', dependencies: { late: '1.0.0' } }),
      'node_modules/late/package.json': '{ "name": "late", "version": "1.0.0", "types": "index.d.ts" }',
      'node_modules/late/index.d.ts': 'export declare const late: number;\n',
    });
    expect((await scripted.edited('src/sum.ts')).refused).toBeUndefined();
  });
});

describe('an agent that is in another folder by now', { timeout: 120_000 }, () => {
  const REDUCE = /src\/sum\.ts:1:\d+ .*reduc\b/;

  it.each(AGENTS)('hears of the file it edited, and leaves the folder as it is: %s', async (name) => {
    const [project, other] = [app(BARE), app(BARE)];
    const scripted = await agent(name, project);
    scripted.cwd = other.root;
    project.write({ 'src/sum.ts': INVENTED });
    expect((await scripted.edited('src/sum.ts')).refused).toMatch(REDUCE);
    // Codex does not tell where a session was started.
    if (name !== 'codex') expect((await scripted.stop()).refused).toMatch(REDUCE);
    if (name !== 'codex') expect(readdirSync(other.root)).not.toContain('.assay');
    scripted.cwd = project.root;
    expect((await scripted.stop()).refused).toMatch(REDUCE);
  });

  it('hears of a file that it edited there, and is held to it at the end while it is there', async () => {
    const [project, other] = [app(BARE), app(BARE)];
    const scripted = await agent('claude-code', project);
    other.write({ 'src/sum.ts': INVENTED });
    expect((await scripted.edited(join(other.root, 'src/sum.ts'))).refused).toMatch(REDUCE);
    expect((await scripted.stop()).refused).toBeUndefined();
    scripted.cwd = join(other.root, 'src');
    expect((await scripted.stop()).refused).toMatch(REDUCE);
    other.write({ 'src/sum.ts': GOOD });
    expect((await scripted.stop()).refused).toBeUndefined();
  });

  it('hears nothing of a file that belongs to no project', async () => {
    const folder = new Project({ 'notes.ts': 'export const notes: string = 1;\n' });
    const scripted = await agent('claude-code', app(BARE));
    expect(await scripted.edited(join(folder.root, 'notes.ts'))).toEqual({ status: 0, ms: expect.any(Number) });
    expect(readdirSync(folder.root)).toEqual(['notes.ts']);
  });
});

describe('the end of a turn', { timeout: 120_000 }, () => {
  it('is refused while a test fails', async () => {
    const project = app();
    const scripted = await agent('claude-code', project);
    project.write({ 'src/sum.ts': WRONG });
    expect((await scripted.edited('src/sum.ts')).refused).toBeUndefined();
    expect((await scripted.stop()).refused).toMatch(/not done\. The change fails tests[\s\S]*adds/);
    project.write({ 'src/sum.ts': GOOD });
    expect(await scripted.stop(true)).toEqual({ status: 0, ms: expect.any(Number) });
  });

  it('is refused three times in a row, then let go with a notice, and not judged again for the same tree', async () => {
    const project = app(BARE);
    const scripted = await agent('claude-code', project);
    project.write({ 'src/sum.ts': INVENTED });
    const refusals: boolean[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const { refused, notice, status } = await scripted.stop(turn > 0);
      refusals.push(refused !== undefined);
      expect(status).toBe(0);
      if (turn === 3) expect(notice).toMatch(/still fail.*refused 3 times: let go/);
    }
    expect(refusals).toEqual([true, true, true, false]);
    expect(await scripted.stop()).toEqual({ status: 0, ms: expect.any(Number) });
  });

  it('passes at once where nothing changed, and judges what was committed meanwhile', async () => {
    const project = app(BARE);
    project.write({ 'notes.ts': 'export const mine: number = "was wrong before the session";\n' });
    const scripted = await agent('claude-code', project);
    expect((await scripted.stop()).refused).toBeUndefined();
    project.write({ 'src/sum.ts': INVENTED });
    project.git('add', 'src');
    project.git('commit', '--quiet', '-m', 'done', '--no-verify');
    expect((await scripted.stop()).refused).toMatch(/reduce/);
  });
});

it('is told at once what a tool wrote that says a lot', { timeout: 60_000 }, async () => {
  const project = app(BARE);
  const scripted = await agent('claude-code', project);
  project.write({ 'src/sum.ts': INVENTED });
  const { refused } = await scripted.edited('src/sum.ts', { content: 'x'.repeat(40_000_000) });
  expect(refused).toMatch(/reduc\b/);
});

describe('whatever becomes of assay', { timeout: 120_000 }, () => {
  const letsGo = { status: 0, ms: expect.any(Number), notice: expect.stringMatching(/^assay: .*not checked/) };

  it('is never in the way: the resident process is killed at any moment', async () => {
    const project = app(BARE);
    const scripted = await agent('claude-code', project);
    for (const delay of [0, 30, 60, 120, 250]) {
      project.write({ 'src/sum.ts': INVENTED });
      const answer = scripted.edited('src/sum.ts');
      await wait(delay);
      for (const id of residents(project)) process.kill(id, 'SIGKILL');
      const { status, refused, notice } = await answer;
      expect(status).toBe(0);
      expect(refused ?? notice ?? '').toMatch(/reduc|not checked/);
    }
    // What the dead left behind is in nobody's way.
    expect((await scripted.edited('src/sum.ts')).refused).toMatch(/reduc/);
    expect(readdirSync(join(project.root, '.assay')).filter((name) => name.endsWith('.sock'))).toEqual([
      'resident.sock',
    ]);
    expect(statSync(join(project.root, '.assay/resident.sock')).mode & 0o777).toBe(0o600);
    expect(residents(project)).toHaveLength(1);
  });

  it('is never in the way: several edits at once, and another version, which takes the place of the first', async () => {
    const project = app(BARE);
    const scripted = await agent('claude-code', project);
    const [old] = residents(project);
    await Promise.all(['src/sum.ts', 'src/bill.ts', 'src/sum.ts'].map((path) => scripted.edited(path)));
    expect(residents(project)).toEqual([old]);
    const answer = await new Promise<string>((done) => {
      process.chdir(join(project.root, '.assay'));
      const socket = connect('resident.sock', () => socket.write('{"identity":"another"}\n'));
      process.chdir(ROOT);
      socket.setEncoding('utf8').once('data', done);
    });
    expect(JSON.parse(answer)).toEqual({ restart: true });
    project.write({ 'src/sum.ts': INVENTED });
    expect((await scripted.edited('src/sum.ts')).refused).toMatch(/reduc/);
    // It answers what it was asked before it goes.
    await expect.poll(() => residents(project), { timeout: 20_000 }).not.toContain(old);
  });

  it.each([
    ['the installation is gone', { node: process.execPath, hook: '/nonexistent/bin/hook.js' }, ''],
    ['Node is gone', { node: '/nonexistent/node', hook: join(ROOT, 'bin/hook.js') }, ''],
    ['the input is no JSON', { node: process.execPath, hook: join(ROOT, 'bin/hook.js') }, '{"broken'],
  ] as const)('is never in the way: %s', (_name, { node, hook }, input) => {
    const command = `[ ! -f "${hook}" ] || "${node}" "${hook}" claude-code || true`;
    const { status, stdout } = spawnSync('sh', ['-c', command], { input, encoding: 'utf8' });
    expect(status).toBe(0);
    if (stdout !== '') expect(JSON.parse(stdout)).toEqual({ systemMessage: expect.stringMatching(/not checked/) });
  });

  // Each begins with nothing running and the store not made.
  it.each([
    ['git does not open the repository', { '.git/HEAD': 'nothing\n' }, /git/],
    ['the socket’s place is taken', { '.assay/.gitignore': '*\n', '.assay/resident.sock/x': '' }, /resident\.sock/],
    ['there is no git', 'no git', /expected a git repository .*found none at/],
  ] as const)('is told at once with its reason: %s', async (_what, files, reason) => {
    const project = files === 'no git' ? new Project({ ...APP, ...BARE }) : app(BARE);
    const installed = assay(project, 'hook', 'install', '--agent', 'claude-code');
    expect(installed.stderr).toMatch(files === 'no git' ? /expected a git repository, found none/ : /^$/);
    if (files !== 'no git') project.write(files);
    const scripted = new ScriptedAgent('claude-code', project.root);
    for (const outcome of [await scripted.start(), await scripted.edited('src/sum.ts')]) {
      expect(outcome).toEqual(letsGo);
      expect(outcome.notice).toMatch(/^assay: the resident process does not start: /);
      expect(outcome.notice).toMatch(reason);
    }
    expect(residents(project)).toEqual([]);
    if (files === 'no git') expect((await scripted.stop()).notice).toMatch(/could not check before the end: .*git/);
  });

  it('is never in the way: a command that assay does not have, which is told', async () => {
    const command = `"${process.execPath}" "${join(ROOT, 'bin/hook.js')}" claude-code --stricter`;
    const project = app(BARE).write({
      '.claude/settings.json': JSON.stringify({
        hooks: { Stop: [{ hooks: [{ type: 'command', command, timeout: 20 }] }] },
      }),
    });
    const outcome = await new ScriptedAgent('claude-code', project.root).stop();
    expect(outcome).toEqual(letsGo);
    expect(outcome.notice).toMatch(/error: unknown option '--stricter'/);
  });

  it('is never in the way: a broken program of assay', async () => {
    const project = app(BARE);
    const broken = new Project({
      'bin/hook.js': readFileSync(join(ROOT, 'bin/hook.js')),
      'bin/assay.js': 'throw new Error("broken");\n',
      'package.json': '{ "type": "module", "version": "1.0.0" }',
    });
    project.write({ 'src/sum.ts': INVENTED });
    const command = `"${process.execPath}" "${join(broken.root, 'bin/hook.js')}" claude-code || true`;
    const entry = [{ hooks: [{ type: 'command', command, timeout: 20 }] }];
    project.write({ '.claude/settings.json': JSON.stringify({ hooks: { PostToolUse: entry, Stop: entry } }) });
    const scripted = new ScriptedAgent('claude-code', project.root);
    expect(await scripted.stop()).toEqual(letsGo);
    expect(await scripted.edited('src/sum.ts')).toEqual(letsGo);
  });
});
