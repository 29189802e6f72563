/**
 * Tested functions of a project, bodies taken away: how many `write` gets back, and how many with the compiler, the examples or the tests
 * switched off.
 *
 *     node bench/functions.ts <project> [--functions 60] [--seed 1] [--ms 8000] [--model file.gguf] [--under src] [--only name] [--whole] [--show]
 *
 * The project is changed while this runs, so name a copy; its dependencies must be installed, vitest among them. Functions are drawn
 * uniformly from those exported ones whose neighbour `x.spec.ts` or `x.test.ts` calls them, passes, and fails on the stub. Solved: the first
 * body that `write` would put to the checks passes that file. Without the compiler, types are still read and bodies no longer compiled;
 * without examples, those of the doc comment are blanked and its prose stays; without tests, they are not read and judge alone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { noEvents, ok, type RepoPath } from '../src/base/index.ts';
import { compileGate } from '../src/jobs/complete/gate.ts';
import { bodyText } from '../src/jobs/fill/draft.ts';
import { writerProposer } from '../src/jobs/fill/modelProposer.ts';
import { searchProposer } from '../src/jobs/fill/searchProposer.ts';
import { fillTask } from '../src/jobs/fill/task.ts';
import type { FillTask, Proposals } from '../src/jobs/fill/types.ts';
import { type FunctionText, functionsOf, openLanguage } from '../src/lang/index.ts';
import { openWorkspace, type Workspace } from '../src/workspace/index.ts';
import { shuffled } from './heldOut.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    functions: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    ms: { type: 'string', default: '8000' },
    under: { type: 'string', default: 'src' },
    model: { type: 'string' },
    only: { type: 'string' },
    whole: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
  },
});
const [root] = positionals;
if (root === undefined) throw new Error('name a copy of a project');
const STUB = "{\n  throw new Error('Not implemented');\n}";
const TEST_MS = 120_000;

interface Subject {
  readonly path: RepoPath;
  readonly test: string;
  readonly name: string;
  readonly text: string;
  readonly body: FunctionText['body'];
}

/** What is switched off; with `--whole` nothing is. */
const ALL = ['nothing', 'compiler', 'examples', 'tests', 'examples and tests'] as const;
const MODES = options.whole ? ALL.slice(0, 1) : ALL;

const tally = new Map(MODES.map((mode) => [mode, { solved: 0, proposed: 0 }]));
const times: number[] = [];
const refused = new Map<string, number>();
let drawn = 0;
for (const subject of shuffled(await subjects(root), Number(options.seed))) {
  if (drawn >= Number(options.functions)) break;
  if (options.only !== undefined && subject.name !== options.only) continue;
  const { path, name, test, text, body } = subject;
  const stubbed = text.slice(0, body.start) + STUB + text.slice(body.end);
  if (!passes(test)) continue;
  try {
    write(path, stubbed);
    if (passes(test)) continue;
    drawn++;
    const told = await tried(subject, stubbed);
    console.log(`${drawn} ${path}#${name}: ${told}`);
  } finally {
    write(path, text);
  }
}
console.log(`${drawn} functions of ${root}`);
console.log('switched off | solved | a body was proposed\n--- | --- | ---');
for (const [mode, { solved, proposed }] of tally) console.log(`${mode} | ${solved} | ${proposed}`);
times.sort((a, b) => a - b);
console.log(`searched for ${Math.round(times[times.length >> 1] ?? 0)} ms (median of those taken)`);
console.log(`not taken: ${[...refused].map(([code, count]) => `${count} ${code}`).join(', ')}`);

function write(path: RepoPath, text: string): void {
  writeFileSync(join(root!, path), text);
}

function passes(test: string): boolean {
  const runner = join(root!, 'node_modules/.bin/vitest');
  return spawnSync(runner, ['run', test], { cwd: root!, timeout: TEST_MS, stdio: 'ignore' }).status === 0;
}

async function opened(): Promise<Workspace> {
  const workspace = await openWorkspace(root!);
  if (!workspace.ok) throw new Error(workspace.issues[0]!.message);
  return workspace.value;
}

async function subjects(folder: string): Promise<Subject[]> {
  const workspace = await opened();
  const listed = await workspace.paths();
  return (listed.value ?? []).flatMap((path) => {
    const stem = /^(.*)\.tsx?$/.exec(path)?.[1];
    if (stem === undefined || !path.startsWith(`${options.under}/`)) return [];
    const test = [`${stem}.spec.ts`, `${stem}.test.ts`].find((file) => existsSync(join(folder, file)));
    if (test === undefined) return [];
    const calls = readFileSync(join(folder, test), 'utf8');
    const { text } = workspace.read(path).value!;
    const named = functionsOf(text, path).filter(({ name, exported }) => exported && calls.includes(`${name}(`));
    return named.map(({ name, body }) => ({ path, test, name, text, body }));
  });
}

/** Tries each mode; what came of it, in a line. */
async function tried(subject: Subject, stubbed: string): Promise<string> {
  const workspace = await opened();
  const language = openLanguage({ root: workspace.root });
  if (!language.ok) throw new Error(language.issues[0]!.message);
  const told: string[] = [];
  const request = { cwd: workspace.root, ...(options.model === undefined ? {} : { model: options.model }) };
  const writer = await writerProposer({ ...request, allowRestricted: true }, workspace, language.value);
  if (!writer.ok) throw new Error(writer.issues[0]!.message);
  let whole: { readonly task: FillTask; readonly proposals: Proposals } | undefined;
  try {
    for (const mode of MODES) {
      const text = mode.includes('examples') ? withoutExamples(stubbed) : stubbed;
      const seen = mode.includes('tests') ? blind(workspace) : workspace;
      const written = functionsOf(text, subject.path).find(({ name }) => name === subject.name)!;
      let found = mode === 'compiler' ? whole : undefined;
      if (mode !== 'compiler') {
        const task = await fillTask(seen, language.value, subject.path, text, written, []);
        if (!task.ok) {
          const { code } = task.issues[0]!;
          if (mode === 'nothing') refused.set(code, (refused.get(code) ?? 0) + 1);
          told.push(mode === 'nothing' ? code : '–');
          continue;
        }
        const searching = performance.now();
        const limits = { ms: Number(options.ms), events: noEvents };
        let proposals = await searchProposer.propose(task.value, limits);
        if (proposals.value?.proposals.length === 0) proposals = await writer.value.propose(task.value, limits);
        if (!proposals.ok) throw new Error(proposals.issues[0]!.message);
        found = { task: task.value, proposals: proposals.value };
        if (mode === 'nothing') {
          whole = found;
          times.push(performance.now() - searching);
        }
      }
      if (!found || found.proposals.proposals.length === 0) {
        told.push('–');
        continue;
      }
      const { task, proposals } = found;
      const gate = compileGate(language.value, {
        path: subject.path,
        prefix: text.slice(0, written.body.start),
        typed: '',
        suffix: text.slice(written.body.end),
      });
      const compiles = (body: string): boolean => mode === 'compiler' || gate(body).status !== 'fail';
      const ways = proposals.proposals.flatMap(({ bodies }) => bodies.map((body) => bodyText(task, body)));
      const first = ways.find(compiles);
      language.value.setOverlay(new Map());
      if (first === undefined) {
        told.push('does not compile');
        continue;
      }
      const counted = tally.get(mode)!;
      counted.proposed++;
      write(subject.path, stubbed.slice(0, written.body.start) + first + stubbed.slice(written.body.end));
      const solved = passes(subject.test);
      if (solved) counted.solved++;
      told.push(solved ? 'SOLVED' : 'wrong');
      if (options.show) console.log(`    [${mode}, ${proposals.proposer}] ${first.replaceAll('\n', '\n    ')}`);
    }
  } finally {
    writer.value.close();
    language.value.close();
  }
  return told.join(' · ');
}

/** Its tests are not to be seen. */
function blind(workspace: Workspace): Workspace {
  return Object.create(workspace, { paths: { value: async () => ok([]) } }) as Workspace;
}

/** The examples of doc comments blanked, offsets kept. */
function withoutExamples(text: string): string {
  return text.replace(/\/\*\*[\s\S]*?\*\//g, (comment) =>
    comment
      .replace(/@example[\s\S]*?(?=\n\s*\*\s*@|\*\/$)/g, (example) => example.replace(/[^\n*]/g, ' '))
      .replace(/\/\/ ?(?:=>|->|→).*/g, (result) => ' '.repeat(result.length)),
  );
}
