import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Issue, ok, type RepoPath, type Result } from '../../base/index.ts';
import {
  check,
  compare,
  docsOf,
  type JudgedFile,
  membersOf,
  type ProposeOptions,
  type Resident,
  resolveNames,
} from '../../jobs/index.ts';
import type { Verdict } from '../../verify/index.ts';
import type { Arguments } from './arguments.ts';

/** Issues told for one check; files proposed at once; alternatives compared. */
const ISSUES = 30;
const FILES = 50;
const ALTERNATIVES = 20;
const FILE_UNITS = 2_000_000;

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: {
    readonly type: 'object';
    readonly properties: Readonly<Record<string, object>>;
    readonly required?: readonly string[];
    readonly additionalProperties: false;
  };
  /** The document that answers. */
  run(given: Arguments, resident: Resident, signal: AbortSignal): Promise<Result<unknown>>;
}

const text = (description: string): object => ({ type: 'string', minLength: 1, description });

const FILE = text(
  'File in whose scope is asked, relative to the repository. Without it an empty module: only what is global is in scope.',
);

const issueOf = ({ code, message, severity, path, at, suggestion }: Issue): object => ({
  code,
  severity,
  message,
  ...(path === undefined ? {} : { path }),
  ...(at ? { line: at.line, column: at.column } : {}),
  ...(suggestion === undefined ? {} : { suggestion }),
});

const told = (issues: readonly Issue[]): object => ({
  issues: issues.slice(0, ISSUES).map(issueOf),
  ...(issues.length > ISSUES ? { left: issues.length - ISSUES } : {}),
});

const verdictOf = ({ status, treeHash, checks }: Verdict): object => ({
  status,
  treeHash,
  checks: checks.map(({ name, status: one, decides, summary, issues }) => ({
    name,
    status: one,
    decides,
    summary,
    ...told(issues.filter(({ severity }) => severity !== 'info')),
  })),
});

const fileOf = (element: unknown): JudgedFile | undefined => {
  const { path, text: content } = (element ?? {}) as { path?: unknown; text?: unknown };
  if (typeof path !== 'string' || !(typeof content === 'string' || content === null)) return undefined;
  if (typeof content === 'string' && (content.length >= FILE_UNITS || !content.isWellFormed())) return undefined;
  return { path: path as RepoPath, text: content };
};

const checkTool: Tool = {
  name: 'check',
  title: 'Check code',
  description:
    'Is this change right? Checks files that are not written yet (files: names, packages and types, in milliseconds), a unified diff (diff), or, with neither, the working tree against HEAD; the latter two run the tests as well. Verdict: pass, fail or unknown, with what is wrong and the nearest real names. Writes nothing.',
  inputSchema: {
    type: 'object',
    properties: {
      files: {
        type: 'array',
        maxItems: FILES,
        description: 'Whole new contents of files; they are judged together, against the files on disk.',
        items: {
          type: 'object',
          properties: {
            path: { type: 'string', description: 'Relative to the repository.' },
            text: { type: ['string', 'null'], description: 'The whole text; null where the file is removed.' },
          },
          required: ['path', 'text'],
          additionalProperties: false,
        },
      },
      diff: text('A unified diff against HEAD or the working tree.'),
      only: {
        type: 'array',
        items: { type: 'string' },
        description: 'Of a diff or the working tree: names of the checks to run (names, packages, types, tests, …).',
      },
    },
    additionalProperties: false,
  },
  async run(given, resident, signal) {
    const names = given.only(['files', 'diff', 'only']);
    const files = given.list('files', 'objects with path and text (under 2,000,000 characters)', fileOf);
    const diff = given.text('diff');
    const only = given.list('only', 'names of checks', (one) => (typeof one === 'string' ? one : undefined));
    if (!names.ok) return names;
    if (!files.ok) return files;
    if (!diff.ok) return diff;
    if (!only.ok) return only;
    if (files.value && (diff.value !== undefined || only.value))
      return fail('mcp/argument', `expected files or ${only.value ? 'only' : 'diff'} for check, found both`);
    const insideCheck = process.env.ASSAY_INSIDE_CHECK !== undefined;
    if (files.value) return proposed(files.value, resident, { insideCheck, signal });
    const report = await check({
      cwd: resident.workspace.root,
      change: diff.value === undefined ? { kind: 'working-tree' } : { kind: 'diff', diff: diff.value },
      ...(only.value ? { only: only.value } : {}),
      insideCheck,
      signal,
    });
    if (!report.ok) return report;
    return ok({ base: report.value.base, head: report.value.head, ...verdictOf(report.value.verdict) });
  },
};

async function proposed(
  files: readonly JudgedFile[],
  resident: Resident,
  options: ProposeOptions,
): Promise<Result<unknown>> {
  if (files.length === 0 || files.length > FILES)
    return fail('mcp/argument', `expected 1 to ${FILES} files, found ${files.length}`);
  const { workspace } = resident;
  const placed: JudgedFile[] = [];
  for (const { path, text: content } of files) {
    const place = workspace.resolve(workspace.root, path);
    if (!place.ok) return place;
    if (placed.some((one) => one.path === place.value))
      return fail('mcp/argument', `expected each file once for check, found ${place.value} twice`);
    if (statSync(join(workspace.root, place.value), { throwIfNoEntry: false })?.isDirectory())
      return fail('mcp/argument', `expected files for check, found ${place.value}, which is a folder`);
    placed.push({ path: place.value, text: content ?? null });
  }
  const judged = await resident.propose(placed, options);
  if (!judged.ok) return judged;
  const { status, errors, notes } = judged.value;
  return ok({ base: 'working tree', head: 'proposed', status, ...told([...errors, ...notes]) });
}

const resolveTool: Tool = {
  name: 'resolve',
  title: 'Resolve names',
  description:
    'Does this exist here, and what is it? An expression, an import, or a package or a part of one, as the compiler sees it in a file: signature, package and installed version, deprecation; or the nearest real names.',
  inputSchema: {
    type: 'object',
    properties: {
      code: text('For example `import { z } from "zod"`, `p-limit`; `cart.total` with the file that has that name.'),
      file: FILE,
    },
    required: ['code'],
    additionalProperties: false,
  },
  async run(given, resident) {
    const names = given.only(['code', 'file']);
    const code = given.required('code');
    const file = given.text('file');
    if (!names.ok) return names;
    if (!code.ok) return code;
    if (!file.ok) return file;
    const found = await resolveNames(resident, { code: code.value, ...inFile(file.value) });
    return found.ok ? ok({ names: found.value.map(({ span: _span, ...rest }) => rest) }) : found;
  },
};

const inFile = (file: string | undefined): { readonly file?: string } => (file === undefined ? {} : { file });

const membersTool: Tool = {
  name: 'members',
  title: 'List members',
  description:
    'What can follow the dot? Members of an expression, of a type (a class by its name: its instances) or of a module, with signatures; deprecated ones are marked.',
  inputSchema: {
    type: 'object',
    properties: {
      of: text('For example `"zod"`, `Map<string, number>`; `Cart` or `z.string()` with the file that has that name.'),
      like: text('Only names that hold this.'),
      file: FILE,
    },
    required: ['of'],
    additionalProperties: false,
  },
  async run(given, resident) {
    const names = given.only(['of', 'like', 'file']);
    const of = given.required('of');
    const like = given.text('like');
    const file = given.text('file');
    if (!names.ok) return names;
    if (!of.ok) return of;
    if (!like.ok) return like;
    if (!file.ok) return file;
    return membersOf(resident, {
      of: of.value,
      ...(like.value === undefined ? {} : { like: like.value }),
      ...inFile(file.value),
    });
  },
};

const docsTool: Tool = {
  name: 'docs',
  title: 'Read documentation',
  description:
    'What is written about it, at the installed version? Doc comment, declaration and README section of a symbol or of a package.',
  inputSchema: {
    type: 'object',
    properties: {
      symbol: text(
        'For example `p-limit`, `[].toSorted`; `Cart` or `z.string().email` with the file that has that name.',
      ),
      file: FILE,
    },
    required: ['symbol'],
    additionalProperties: false,
  },
  async run(given, resident) {
    const names = given.only(['symbol', 'file']);
    const symbol = given.required('symbol');
    const file = given.text('file');
    if (!names.ok) return names;
    if (!symbol.ok) return symbol;
    if (!file.ok) return file;
    const found = await docsOf(resident, { symbol: symbol.value, ...inFile(file.value) });
    return found.ok ? ok({ symbols: found.value.map(({ span: _span, ...rest }) => rest) }) : found;
  },
};

const compareTool: Tool = {
  name: 'compare',
  title: 'Compare alternatives',
  description:
    'Which of several implementations of a function? They are run against each other in a sandbox: which do the same, an input on which they part and what each gives, which to take and how sure.',
  inputSchema: {
    type: 'object',
    properties: {
      alternatives: {
        type: 'array',
        minItems: 2,
        maxItems: ALTERNATIVES,
        items: { type: 'string' },
        description: 'Texts of modules in TypeScript, each with the function.',
      },
      symbol: text('The function; without it the only one that all have.'),
      doc: text('What it is to do, with examples: a doc comment or any text.'),
    },
    required: ['alternatives'],
    additionalProperties: false,
  },
  async run(given, resident, signal) {
    const names = given.only(['alternatives', 'symbol', 'doc']);
    const alternatives = given.list('alternatives', 'texts (under 2,000,000 characters)', (one) =>
      typeof one === 'string' && one.length < FILE_UNITS && one.isWellFormed() ? one : undefined,
    );
    const symbol = given.text('symbol');
    const doc = given.text('doc');
    if (!names.ok) return names;
    if (!alternatives.ok) return alternatives;
    if (!symbol.ok) return symbol;
    if (!doc.ok) return doc;
    const texts = alternatives.value ?? [];
    if (texts.length < 2 || texts.length > ALTERNATIVES)
      return fail('mcp/argument', `expected 2 to ${ALTERNATIVES} alternatives, found ${texts.length}`);
    const store = resident.workspace.store();
    if (!store.ok) return store;
    // In assay's own store, from which the project's packages can be imported.
    const folder = join(store.value, 'alternatives', randomUUID());
    mkdirSync(folder, { recursive: true });
    try {
      const files = texts.map((_text, index) => `${index + 1}.ts`);
      for (const [index, file] of files.entries()) writeFileSync(join(folder, file), texts[index]!);
      if (doc.value !== undefined) writeFileSync(join(folder, 'doc.md'), doc.value);
      if (signal.aborted) return fail('mcp/cancelled', 'expected an answer to be wanted, found the call cancelled');
      const report = await compare({
        cwd: folder,
        files,
        ...(symbol.value === undefined ? {} : { symbol: symbol.value }),
        ...(doc.value === undefined ? {} : { doc: 'doc.md' }),
      });
      if (!report.ok) return report;
      const { clusters, chosen, confidence, parting, unknown, inputs, isolation } = report.value;
      return ok({ chosen, confidence, clusters, parting: parting.slice(0, 5), unknown, inputs, isolation });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export const TOOLS: readonly Tool[] = [checkTool, resolveTool, membersTool, docsTool, compareTool];
