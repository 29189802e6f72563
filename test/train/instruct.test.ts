import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hash, random, type TokenId } from '../../src/base/index.ts';
import { loadShipped } from '../../src/tokens/index.ts';
import { prepareInstruct } from '../../src/train/index.ts';
import { type BodyTask, bodyTasks } from '../../src/train/instruct/tasks.ts';
import { type RowFile, specialIds } from '../../src/train/pretrain/rows.ts';
import { type CorpusDocument, type CorpusSplit, writeShards } from '../../src/train/shards.ts';
import { temporaryFolder } from './packages.ts';

const tokenizer = loadShipped();
const ids = specialIds(tokenizer);
const SIZE = 513;
const evaluation = join(import.meta.dirname, '../../examples/shop/src/todo');

const PRICES: RowFile = {
  path: 'src/prices.ts',
  text: `import { round } from './round.ts';

/** The price with tax, in cents. */
export function withTax(cents: number, rate: number): number {
  const tax = round(cents * rate);
  return cents + tax;
}

export const half = (cents: number): number => {
  return round(cents / 2);
};

export const twice = (cents: number): number => cents * 2;

export function later(): number {
  throw new Error('TODO');
}

export function empty(): void {}
`,
};
const CALLER: RowFile = {
  path: 'src/cart.ts',
  text: "import { withTax } from './prices.ts';\n\nexport const shown = (cents: number): string => {\n  const whole = withTax(cents, 0.2);\n  return String(whole / 100);\n};\n",
};

const textOf = (row: readonly number[]): string =>
  Buffer.from(tokenizer.decode(row as readonly TokenId[])).toString('utf8');
const tasksOf = (...files: RowFile[]): BodyTask[] => [
  ...bodyTasks(files, { tokenizer, size: SIZE, random: random(1) }),
];

/** A row taken apart at its control tokens. */
function parts({ row, given }: BodyTask): Record<'snippet' | 'path' | 'suffix' | 'prefix' | 'body', string> {
  const at = (id: number): number => row.indexOf(id);
  const between = (from: number, to: number): string => (from < 0 ? '' : textOf(row.slice(from + 1, to)));
  const end = row.lastIndexOf(ids.endOfText);
  return {
    snippet: between(at(ids.snippet), at(ids.path)),
    path: between(at(ids.path), at(ids.file)),
    suffix: between(at(ids.fimSuffix), at(ids.fimPrefix)),
    prefix: textOf(row.slice(Math.max(at(ids.fimPrefix), at(ids.file)) + 1, given)),
    body: textOf(row.slice(given, end)),
  };
}

describe('bodyTasks', () => {
  it('asks for each body there is, with what says how it is used', () => {
    const tasks = tasksOf(PRICES, CALLER);
    expect(tasks.map(({ name, kind }) => ({ name, kind }))).toEqual([
      { name: 'withTax', kind: 'call' },
      { name: 'half', kind: 'signature' },
      { name: 'shown', kind: 'signature' },
    ]);
    expect(tasksOf(PRICES)[0]!.kind).toBe('doc');
    const { snippet, path, suffix, prefix, body } = parts(tasks[0]!);
    expect(snippet).toContain('src/cart.ts\n');
    expect(snippet).toContain('withTax(cents, 0.2)');
    expect(path).toBe('src/prices.ts');
    expect(prefix.trimEnd()).toBe(PRICES.text.slice(0, PRICES.text.indexOf('const tax')).trimEnd());
    expect(body.trim()).toBe('const tax = round(cents * rate);\n  return cents + tax;');
    expect(suffix).toMatch(/^\n}\n\nexport const half/);
  });

  it('gives nothing of the body away, wants all of it and its end, and fits the row', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const rng = random(seed);
      const line = (): string => `  const v${rng.below(1e9)} = '${rng.pick(['é', '😀', 'ab'])}${rng.below(1e9)}';\n`;
      const long = Array.from({ length: rng.below(60) }, () => `// ${rng.below(1e9)}\n`).join('');
      const bodies = Array.from({ length: 3 }, () => Array.from({ length: 1 + rng.below(6) }, line).join(''));
      const text = bodies.map((body, i) => `${long}export function f${i}(): void {\n${body}}\n`).join('');
      for (const task of tasksOf({ path: 'a.ts', text })) {
        const where = `seed ${seed} ${task.name}`;
        expect(task.row.length, where).toBe(SIZE);
        const own = bodies[Number(task.name.slice(1))]!.trim();
        const end = task.row.lastIndexOf(ids.endOfText);
        expect(textOf(task.row.slice(task.given, end)).endsWith(own), where).toBe(true);
        // Only white space that its first token holds may stand before it.
        expect(textOf(task.row.slice(task.given, end)).trim(), where).toBe(own.trim());
        for (const name of own.match(/v\d+/g)!)
          expect(textOf(task.row.slice(0, task.given)), where).not.toContain(name);
        expect(
          task.row.slice(end + 1).every((id) => id === ids.pad),
          where,
        ).toBe(true);
      }
    }
  });
});

describe('prepareInstruct', () => {
  let root: string;
  let folders = 0;
  beforeAll(() => {
    root = temporaryFolder();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function corpus(train: readonly RowFile[]): string {
    const folder = join(root, `corpus${folders++}`);
    const documents = (files: readonly RowFile[]): CorpusDocument[] =>
      files.map((file) => ({ ...file, package: 'shop', licence: 'MIT' }));
    const shards = (['train', 'validation'] satisfies CorpusSplit[]).flatMap((split) =>
      writeShards(folder, 'code', split, documents(split === 'train' ? train : [PRICES])),
    );
    const manifest = { schema: 'assay/corpus/1', list: 'none' as Hash, shards, packages: [], licences: {} };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    return folder;
  }
  const prepared = (from: string) => {
    const out = join(root, `tasks${folders++}`);
    return { out, result: prepareInstruct(from, out, { tokenizer, evaluationFolders: [evaluation] }) };
  };

  it('writes rows and how much of each is given, the same each time', () => {
    const from = corpus([PRICES, CALLER]);
    const [first, again] = [prepared(from), prepared(from)];
    if (!first.result.ok) throw new Error(first.result.issues[0]!.message);
    expect(again.result).toEqual(first.result);
    const { files, kinds } = first.result.value;
    expect(kinds).toEqual({ call: 1, doc: 0, signature: 2 });
    const bytes = readFileSync(join(first.out, 'train.bin'));
    expect(bytes.length).toBe(files.train.rows * (SIZE + 1) * 2);
    for (let row = 0; row < files.train.rows; row++) {
      const given = bytes.readUInt16LE(2 * (row * (SIZE + 1) + SIZE));
      expect(given > 1 && given < SIZE).toBe(true);
    }
    expect(Object.keys(first.result.value.checkedAgainst)).toContain('clamp-quantity.ts');
  });

  it('refuses a corpus in which an evaluation task stands, and leaves no tasks', () => {
    const stub = readFileSync(join(evaluation, 'clamp-quantity.ts'), 'utf8');
    const solved = stub.replace(/\{[^{}]*\}\s*$/, '{\n  return Math.min(max, Math.max(min, quantity));\n}\n');
    const { out, result } = prepared(corpus([PRICES, { path: 'src/clamp.ts', text: solved }]));
    expect(result.ok ? undefined : result.issues[0]!.code).toBe('corpus/contaminated');
    expect(existsSync(join(out, 'instruct.json'))).toBe(false);
    expect(prepared(join(root, 'nowhere')).result.issues[0]!.code).toBe('corpus/no-manifest');
  });
});
