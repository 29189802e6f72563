/**
 * How long an agent waits after an edit: from the start of the hook's process to its end, as the agent sees it, on a warm
 * resident process, for edits that are right and edits with an invented name in turn. Beside it, of the same run, what
 * starting Node costs, and the processor time of all of it (client, resident process, compiler), which other work on the
 * machine does not stretch; git's own few milliseconds are not in it.
 *
 *     node bench/hook.ts <copy of a repository> [edits] [seconds between two]
 *
 * The files edited are drawn by a seed; each is put back as it was.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { random } from '../src/base/index.ts';
import { openWorkspace } from '../src/workspace/index.ts';

const [folder = '.', count = '40', pause = '4'] = process.argv.slice(2);
const root = resolve(folder);
const hook = join(import.meta.dirname, '../bin/hook.js');

/** Ends with the milliseconds that one hook took, and whether it refused. */
function fire(event: string, path?: string): { readonly ms: number; readonly refused: boolean; readonly said: string } {
  const input = JSON.stringify({
    session_id: 'bench',
    cwd: root,
    hook_event_name: event,
    ...(path ? { tool_name: 'Edit', tool_input: { file_path: join(root, path) } } : {}),
  });
  const started = performance.now();
  const { stdout } = spawnSync(process.execPath, [hook, 'claude-code'], { input, encoding: 'utf8' });
  return { ms: performance.now() - started, refused: stdout.includes('"block"'), said: stdout };
}

function node(): number {
  const started = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - started;
}

/** Milliseconds of processor time that the resident process and its compilers have taken; 0 where /proc does not tell. */
function residentCpu(): number {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const read = (id: string, file: string): string => {
    try {
      return readFileSync(`/proc/${id}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  const stat = (id: string): readonly string[] =>
    read(id, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ');
  const own = ids.find((id) => read(id, 'cmdline').includes(`\0serve\0${root}\0`));
  const all = own === undefined ? [] : [own, ...ids.filter((id) => stat(id)[1] === own)];
  return all.reduce((sum, id) => sum + (Number(stat(id)[11]) + Number(stat(id)[12])) * 10, 0);
}

/** Of the processes that this one has started and waited for. */
function clientCpu(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

const quantile = (values: readonly number[], q: number): string =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]?.toFixed(0) ?? '-';
const row = (name: string, values: readonly number[]): void =>
  console.log(
    `${name.padEnd(24)} p50 ${quantile(values, 0.5)} ms, p95 ${quantile(values, 0.95)} ms (${values.length})`,
  );

const workspace = await openWorkspace(root);
if (!workspace.ok) throw new Error(workspace.issues[0]?.message);
const paths = await workspace.value.paths();
const code = (paths.value ?? []).filter((path) => /^src\/.*\.ts$/.test(path) && !path.endsWith('.d.ts'));
const drawn = random(1);
const cold = fire('SessionStart');
await wait(5_000);
fire('PostToolUse', code[0]);
const right: number[] = [];
const invented: number[] = [];
const bare: number[] = [];
const cpu: number[] = [];
const wrong: string[] = [];
for (let edit = 0; edit < Number(count); edit++) {
  const path = code[drawn.below(code.length)]!;
  const before = readFileSync(join(root, path), 'utf8');
  const bad = edit % 2 === 1;
  writeFileSync(join(root, path), `${before}\nexport const benched = 'a'.${bad ? 'trmi' : 'trim'}();\n`);
  bare.push(node());
  const spent = residentCpu() + clientCpu();
  const { ms, refused, said } = fire('PostToolUse', path);
  cpu.push(residentCpu() + clientCpu() - spent);
  (bad ? invented : right).push(ms);
  if (refused !== bad) wrong.push(`${path}: ${said.slice(0, 200)}`);
  writeFileSync(join(root, path), before);
  await wait(Number(pause) * 1_000);
}
console.log(`${root}, ${code.length} files below src, machine as it is (node -e 0 beside each)`);
console.log(`start of a session       ${cold.ms.toFixed(0)} ms`);
row('right edit', right);
row('invented name', invented);
row('all', [...right, ...invented]);
row('node -e 0', bare);
row('processor time', cpu);
console.log(wrong.length === 0 ? 'every answer right' : `wrong answers:\n${wrong.join('\n')}`);
