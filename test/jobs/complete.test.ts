import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript6';
import { afterAll, describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { type CompleteOptions, type CompleteReport, type Completer, openCompleter } from '../../src/jobs/index.ts';
import { type GgufField, writeLlama } from '../../src/model/index.ts';
import { ggufTokenizerFields, weightsFolder } from '../../src/tokens/index.ts';
import { randomLlama } from '../model/randomLlama.ts';
import { Project, value } from '../workspace/repository.ts';

const project = new Project({
  'package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module' }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      allowImportingTsExtensions: true,
      noEmit: true,
      types: [],
    },
  }),
  'src/cart.ts': `export interface Line { readonly price: number; readonly quantity: number; readonly label: string }

export class Cart {
  readonly lines: Line[] = [];
  total(): number {
    return this.lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  }
  labels(): string[] {
    return this.lines.map((line) => line.label);
  }
}
`,
  'src/invoice.ts': `import type { Line } from './cart.ts';

export const price = (line: Line): number => line.price * line.quantity;
export const label = (line: Line): string => line.label;
`,
}).init();

let completer: Completer | undefined;
afterAll(() => completer?.close());

/** A transformer of chance in a file, for the shipped encoding. */
function randomModel(fields: readonly (readonly [string, GgufField])[] = []): string {
  const path = join(project.root, 'random.gguf');
  const config = { vocabulary: 16_384, width: 32, hidden: 64, layers: 1, headSize: 8 };
  const tokenizer = value(ggufTokenizerFields(readFileSync(join(weightsFolder(), 'tokenizer.json'))));
  writeFileSync(
    path,
    writeLlama(randomLlama({ architecture: 'qwen3', strength: 3, config }), new Map([...tokenizer, ...fields])),
  );
  return path;
}

/** `|` in the text is the cursor. */
async function completeAt(marked: string, options: CompleteOptions = {}): Promise<CompleteReport> {
  completer ??= value(await openCompleter(await project.open()));
  const offset = marked.indexOf('|');
  return completer.complete('src/open.ts' as RepoPath, marked.replace('|', ''), offset, options);
}

const parsedFiles = new Map<string, ts.SourceFile>();

/** The file with a completion in place, under another compiler than assay asked. */
function errors(text: string): readonly string[] {
  const name = join(project.root, 'src/open.ts');
  const config = ts.getParsedCommandLineOfConfigFile(
    join(project.root, 'tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )!;
  const host = ts.createCompilerHost(config.options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => (path === name ? text : readFile(path));
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, version) => {
    const source = host.readFile(path);
    if (source === undefined) return undefined;
    const parsed = parsedFiles.get(path) ?? ts.createSourceFile(path, source, version);
    if (path !== name) parsedFiles.set(path, parsed);
    return parsed;
  };
  const program = ts.createProgram([...config.fileNames, name], config.options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const HEAD = "import { Cart, type Line } from './cart.ts';\nconst cart = new Cart();\n";

const PLACES: readonly {
  readonly name: string;
  readonly text: string;
  readonly among?: readonly string[];
  readonly never?: readonly string[];
}[] = [
  {
    name: 'a member with nothing typed',
    text: `${HEAD}export const x: number = cart.|\n`,
    among: ['total()'],
    never: ['labels', 'lines'],
  },
  {
    name: 'a member that fits what follows',
    text: `${HEAD}export const x = (line: Line): string => line.|.trim();\n`,
    among: ['label'],
    never: ['price', 'quantity'],
  },
  {
    name: 'a member half typed',
    text: `${HEAD}export const x = (line: Line): number => line.qu|;\n`,
    among: ['quantity'],
  },
  { name: 'a word half typed', text: `${HEAD}export const x = car|.total();\n`, among: ['cart'] },
  {
    name: 'a line as it stands elsewhere, with the names of its neighbours',
    text: `${HEAD}import { price } from './invoice.ts';
${['first', 'second', 'third', 'fourth']
  .map(
    (name, i) =>
      `export function ${name}(): number {\n  const ${name}Line = cart.lines[${i}]!;\n  ${i < 3 ? `return price(${name}Line);` : '|'}\n}\n`,
  )
  .join('')}`,
    among: ['return price(fourthLine);'],
  },
  { name: 'a member over an existing one', text: `${HEAD}export const x = cart.|total();\n`, among: ['total'] },
];

describe('complete', () => {
  it.each(PLACES)('$name', async ({ text, among = [], never = [] }) => {
    const { completions } = await completeAt(text, { count: 5 });
    const texts = completions.map((one) => one.text);
    for (const one of among) expect(texts).toContain(one);
    for (const one of never) expect(texts).not.toContain(one);
    const plain = text.replace('|', '');
    for (const one of completions) {
      expect(one.probability).toBeGreaterThanOrEqual(0);
      expect(one.probability).toBeLessThanOrEqual(1);
      expect(one.tokens.map((token) => token.text).join('')).toBe(one.text);
      if (one.status === 'pass')
        expect(errors(plain.slice(0, one.span.start) + one.text + plain.slice(one.span.end))).toEqual([]);
    }
    expect(completions.some(({ status }) => status === 'pass')).toBe(true);
  });

  it('shows nothing as pass in a file that has errors of its own', async () => {
    const { completions } = await completeAt(`${HEAD}export const wrong: number = 'text';\nexport const x = cart.|\n`, {
      count: 3,
    });
    expect(completions.length).toBeGreaterThan(0);
    for (const { status, reason } of completions)
      expect([status, reason]).toEqual(['unknown', expect.stringContaining('of its own')]);
  });

  it('knows nothing behind any', async () => {
    const { completions } = await completeAt('declare const thing: any;\nexport const x = thing.|\n', { count: 3 });
    for (const { status } of completions) expect(status).toBe('unknown');
  });

  it('shows nothing where nothing compiles', async () => {
    const { completions, dropped } = await completeAt(`${HEAD}export const x: Map<string, Line> = cart.|;\n`, {
      count: 3,
    });
    expect(completions).toEqual([]);
    expect(dropped).toBeGreaterThan(0);
  });

  it('shows nothing unlikely at temperature 0', async () => {
    for (const text of [`${HEAD}|\nexport {};\n`, `${HEAD}export function x(): void {\n  |\n}\n`, '|']) {
      for (const { probability } of (await completeAt(text, { count: 5 })).completions)
        expect(probability).toBeGreaterThanOrEqual(0.25);
    }
  });

  it('repeats itself at temperature 0, and by seed above it', async () => {
    const text = `${HEAD}export const x = cart.|\n`;
    const shown = async (options: CompleteOptions): Promise<string> => {
      const { completions } = await completeAt(text, { count: 4, ...options });
      return JSON.stringify(completions);
    };
    expect(await shown({})).toBe(await shown({}));
    expect(await shown({ seed: 1 })).toBe(await shown({ seed: 2 }));
    const seeded = await Promise.all([7, 7].map((seed) => shown({ temperature: 1, seed })));
    expect(seeded[0]).toBe(seeded[1]);
    const spread = new Set<string>();
    for (let seed = 0; seed < 12; seed++) spread.add(await shown({ temperature: 1.5, seed }));
    expect(spread.size).toBeGreaterThan(1);
  });
});

describe('complete with a transformer of the user', () => {
  it.each(PLACES)('$name: shows the same names, and nothing that does not compile', async ({ text, among = [] }) => {
    const own = value(await openCompleter(await project.open(), undefined, { model: randomModel() }));
    const offset = text.indexOf('|');
    const plain = text.replace('|', '');
    const { completions } = await own.complete('src/open.ts' as RepoPath, plain, offset, { count: 5 });
    own.close();
    // What it adds to the end of a line is noise; the compiler and the names are what they are without it.
    const names = completions.map((one) => /^[\w$]+/.exec(one.text)?.[0]);
    for (const one of among) expect(names).toContain(/^[\w$]+/.exec(one)![0]);
    for (const one of completions) {
      if (one.status !== 'pass') continue;
      expect(errors(plain.slice(0, one.span.start) + one.text + plain.slice(one.span.end))).toEqual([]);
    }
  });

  it('says what is wrong with a file it cannot use', async () => {
    const found = await openCompleter(await project.open(), undefined, { model: join(project.root, 'package.json') });
    expect(found.issues.map(({ code }) => code)).toEqual(['model/bad-gguf']);
  });
});
