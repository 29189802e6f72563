/**
 * Bodies of stubs by the model: how many compile, with the compiler as gate while they are drawn and without, how many stubs
 * get one that fits all examples, and for how many search finds one.
 *
 *     node bench/fillModel.ts <project> [--model file.gguf] [--under src/todo] [--samples 20] [--every 1] [--search-ms 8000]
 *     node bench/fillModel.ts --humaneval <humaneval-ts.jsonl> …
 *
 * The stubs of a project are those under a folder. HumanEval-TS is laid out as a project of one file a problem, with its doc
 * examples; its hidden tests are not looked at here, so that fitting is not yet being right.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileGate } from '../src/jobs/complete/gate.ts';
import { bodyText } from '../src/jobs/fill/draft.ts';
import { drawBodies, localWriter, runExamples } from '../src/jobs/fill/modelProposer.ts';
import { searchProposer } from '../src/jobs/fill/searchProposer.ts';
import { fillTask } from '../src/jobs/fill/task.ts';
import { functionsOf, openLanguage } from '../src/lang/index.ts';
import { shippedTransformer } from '../src/model/index.ts';
import { openWorkspace } from '../src/workspace/index.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    under: { type: 'string', default: 'src/todo' },
    humaneval: { type: 'string' },
    samples: { type: 'string', default: '20' },
    every: { type: 'string', default: '1' },
    'search-ms': { type: 'string', default: '8000' },
  },
});
const every = Number(options.every);
const laidOut = options.humaneval === undefined ? undefined : humanEval(options.humaneval);
const opened = await openWorkspace(laidOut ?? positionals[0] ?? '.');
if (!opened.ok) throw new Error(opened.issues[0]!.message);
const workspace = opened.value;
const language = openLanguage({ root: workspace.root });
if (!language.ok) throw new Error(language.issues[0]!.message);
const model = options.model ?? shippedTransformer();
if (model === undefined) throw new Error('there is no model in weights/: --model');
const writer = await localWriter(workspace, model);
if (!writer.ok) throw new Error(writer.issues[0]!.message);

function humanEval(file: string): string {
  const root = mkdtempSync(join(tmpdir(), 'assay-humaneval-'));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', type: 'module' }));
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2024', noEmit: true, types: [] };
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  for (const [index, line] of readFileSync(file, 'utf8').trim().split('\n').entries()) {
    if (index % every !== 0) continue;
    const { prompt } = JSON.parse(line) as { readonly prompt: string };
    const at = prompt.lastIndexOf('\nfunction ') + 1;
    const comment = prompt
      .slice(0, at)
      .replace(/^\/\/ ?/gm, ' * ')
      .replaceAll('*/', '* /');
    const stub = `/**\n${comment} */\nexport ${prompt.slice(at).trimEnd().replace(/\{$/, '')}{\n}\n`;
    writeFileSync(join(root, 'src', `p${index}.ts`), stub);
  }
  return root;
}

const listed = await workspace.paths();
if (!listed.ok) throw new Error(listed.issues[0]!.message);
const under = laidOut ? 'src/' : options.under;
const tally = { stubs: 0, search: 0, model: 0, both: 0 };
const drawn = { gated: { bodies: 0, compile: 0, stubs: 0, ms: 0 }, free: { bodies: 0, compile: 0, stubs: 0, ms: 0 } };
for (const [index, path] of listed.value.filter((one) => one.startsWith(under) && one.endsWith('.ts')).entries()) {
  if (!laidOut && index % every !== 0) continue;
  const { text } = workspace.read(path).value!;
  for (const stub of functionsOf(text, path).filter(({ isStub }) => isStub)) {
    const task = await fillTask(workspace, language.value, path, text, stub, []);
    if (!task.ok) {
      console.log(`${path}#${stub.name}: ${task.issues[0]!.code}`);
      continue;
    }
    tally.stubs++;
    const searched = await searchProposer.propose(task.value, { ms: Number(options['search-ms']), events: () => {} });
    const bySearch = (searched.value?.proposals.length ?? 0) > 0;
    let byModel = false;
    for (const gated of [true, false]) {
      const into = gated ? drawn.gated : drawn.free;
      const settings = { workspace, language: language.value, writer: writer.value, gated };
      const numbers = { samples: Number(options.samples), temperature: 0.8, seed: 1, allowRestricted: true };
      const began = performance.now();
      const found = await drawBodies({ ...settings, ...numbers }, task.value, AbortSignal.timeout(600_000));
      if (!found.ok) throw new Error(found.issues[0]!.message);
      into.ms += performance.now() - began;
      const { bodies } = found.value;
      const gate = compileGate(language.value, {
        path,
        prefix: text.slice(0, stub.body.start),
        typed: '',
        suffix: text.slice(stub.body.end),
      });
      const compiled = bodies.filter((body) => gate(bodyText(task.value, body.text)).status !== 'fail');
      language.value.setOverlay(new Map());
      const run = await runExamples({ ...settings, ...numbers }, task.value, compiled);
      const fits = (run.value ?? []).some((misses) => misses.length === 0);
      into.bodies += bodies.length;
      into.compile += compiled.length;
      into.stubs += Number(fits);
      if (gated) byModel = fits;
    }
    tally.search += Number(bySearch);
    tally.model += Number(byModel);
    tally.both += Number(bySearch || byModel);
    console.log(`${stub.name}: search ${bySearch ? 'fits' : '–'}, model ${byModel ? 'fits' : '–'}`);
  }
}
writer.value.close();
language.value.close();
if (laidOut) rmSync(laidOut, { recursive: true });

console.log(`${tally.stubs} stubs, ${options.samples} samples each`);
console.log(`a body that fits all examples: search ${tally.search}, model ${tally.model}, either ${tally.both}`);
for (const [name, { bodies, compile, stubs, ms }] of Object.entries(drawn))
  console.log(
    `${name === 'gated' ? 'compiler as gate' : 'no gate'}: ${compile} of ${bodies} bodies compile (${((100 * compile) / Math.max(1, bodies)).toFixed(0)} %), ${stubs} stubs with one that fits, ${(ms / 1000).toFixed(0)} s`,
  );
