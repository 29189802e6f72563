import { type RepoPath, span } from '../../base/index.ts';
import { syntaxTreeOf } from '../../lang/index.ts';
import { parsed } from '../manifest.ts';
import { isTestFile } from '../tests/index.ts';
import { Canon } from './canon.ts';
import type { CodeFacts } from './facts.ts';
import { Names } from './scope.ts';
import type { SettingsFile } from './settings.ts';
import type { Finding, Label } from './types.ts';

/** Where tests keep what they are given and what is to come of it. */
const FOLDER =
  /(?:^|\/)(?:tests?|__tests__|specs?|cases|fixtures?|__fixtures__|samples?|testdata|vectors?)\/(?!(?:.*\/)?(?:README|package\.json|[tj]sconfig|\.|node_modules\/))/i;
const DATA = /\.(?:jsonc?|ya?ml|toml|md|html?|txt|xml|svg|css|csv|out)$/;
const MODULE = /(?<!\.d)\.[cm]?[jt]s$/;
const OUTPUT = /^(?:outputs?|out|expected\w*|expects?|results?|want|answers?|failures?|errors?|html|after|to)$/i;
const INPUT = /^(?:data|inputs?|in|given|source|src|markdown|before|from|args?|values?|url)$/i;
/** Marks by which a case does not count. */
const LEFT = /^(?:skip(?:ped)?|should_?fail|xfail|fails|todo|pending|disabled|ignored?)$/i;

export const isFixture = (path: string): boolean =>
  FOLDER.test(path) && (DATA.test(path) ? !isTestFile(path) : MODULE.test(path) && !/[._-](?:test|spec)\./.test(path));

/** Cases that tests read and do not name: another answer, another question, a mark not to count, none any more. */
export function fixtureFindings(files: readonly SettingsFile[], facts: CodeFacts): Finding[] {
  if (!facts.changed) return [];
  const came = new Set(files.flatMap(({ base, head }) => (base === undefined && head !== undefined ? [head] : [])));
  return files.flatMap(({ path, base, head }): Finding[] => {
    if (base === undefined || came.has(base)) return [];
    const told = head === undefined ? GONE : changedIn(path, base, head);
    if (!told || (head === undefined && MODULE.test(path))) return [];
    const [label, expected, found] = told;
    // Question and answer that change together are another case.
    const isPair = files.some(
      (one) => one.path !== path && one.head !== undefined && stemOf(one.path) === stemOf(path),
    );
    if (isPair && DATA.test(path) && label === 'expectation-changed') return [];
    const isSaid = facts.declared || came.size > 0;
    return [
      {
        label,
        path,
        span: span(0, 0),
        expected,
        found,
        ...(isSaid && label === 'expectation-changed' ? { isNote: true as const } : {}),
      },
    ];
  });
}

const stemOf = (path: string): string => path.replace(/\.\w+$/, '');

type Told = readonly [label: Label, expected: string, found: string];
const GONE: Told = ['test-deleted', 'what the tests read to stay', 'it deleted'];

function changedIn(path: RepoPath, base: string, head: string): Told | undefined {
  if (/\.json$/.test(path)) return ofRows(rowsIn(base), rowsIn(head));
  if (MODULE.test(path)) return ofMembers(exportsIn(path, base), exportsIn(path, head), path);
  return ofLines(base, head);
}

type Row = Readonly<Record<string, string>>;

/** Rows of all lists of a JSON text, their members written out. */
function rowsIn(text: string): readonly Row[] {
  const found: Row[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value))
      for (const one of value)
        if (typeof one === 'object' && one !== null && !Array.isArray(one))
          found.push(Object.fromEntries(Object.entries(one).map(([key, member]) => [key, JSON.stringify(member)])));
    Object.values(value).forEach(visit);
  };
  visit(parsed(text));
  return found;
}

function ofRows(base: readonly Row[], head: readonly Row[]): Told | undefined {
  const textOf = (row: Row): string => JSON.stringify(row);
  const [was, is] = [new Set(base.map(textOf)), new Set(head.map(textOf))];
  const gone = base.filter((row) => !is.has(textOf(row)));
  const fresh = head.filter((row) => !was.has(textOf(row)));
  const shared = (one: Row, other: Row): number => Object.keys(one).filter((key) => one[key] === other[key]).length;
  for (const row of gone) {
    const [like] = fresh.filter((other) => shared(row, other) > 0).sort((a, b) => shared(row, b) - shared(row, a));
    const told = like
      ? ofMembers(row, like, '')
      : fresh.length < gone.length
        ? (['test-deleted', `the row ${textOf(row).slice(0, 80)}`, 'it gone'] as const)
        : undefined;
    if (told) return told;
  }
  return undefined;
}

/** Another answer to the same question, or another question with the same answer. */
function ofMembers(base: Row, head: Row, where: string): Told | undefined {
  const keys = [...new Set([...Object.keys(base), ...Object.keys(head)])].filter((key) => base[key] !== head[key]);
  const left = keys.find((key) => LEFT.test(key) && head[key] !== undefined && head[key] !== 'false');
  if (left !== undefined) return ['test-skipped', 'the case to count, as at the base', `${left}: ${head[left]}`];
  const answers = keys.filter((key) => OUTPUT.test(key) && base[key] !== undefined);
  const questions = keys.filter((key) => INPUT.test(key) && base[key] !== undefined);
  const [key] = [...answers, ...questions];
  if (key === undefined || (answers.length > 0 && questions.length > 0)) return undefined;
  const found = `${head[key] ?? 'none'}`.slice(0, 80);
  if (answers.length > 0 && (head[key] === 'null' || head[key] === undefined))
    return ['test-emptied', `${key} ${base[key]!.slice(0, 80)}`, found];
  const isAsked = Object.keys(base).some((one) => (questions.length > 0 ? OUTPUT : INPUT).test(one));
  return isAsked || where !== '' ? ['expectation-changed', `${key} ${base[key]!.slice(0, 80)}`, found] : undefined;
}

/** The constants that a module of data exports; nothing where it holds anything else. */
function exportsIn(path: RepoPath, text: string): Row {
  const { root, problem } = syntaxTreeOf(text, path);
  const statements = root.parts('statements').filter(({ kind }) => kind !== 'ImportDeclaration');
  if (problem || statements.some(({ kind }) => kind !== 'VariableStatement')) return {};
  const canon = new Canon(new Names());
  return Object.fromEntries(
    statements
      .filter((one) => /^export\b/.test(one.text))
      .flatMap((one) => one.part('declarationList')!.parts('declarations'))
      .flatMap((one) => {
        const value = one.part('initializer');
        return value ? [[one.part('name')?.value ?? '', canon.print(value).text]] : [];
      }),
  );
}

/** Lines of a text that are others now; what only came says nothing of those before. */
function ofLines(base: string, head: string): Told | undefined {
  const front = (text: string): string => /^---\n([\s\S]*?)\n---/.exec(text)?.[1] ?? '';
  const mark = front(head)
    .split('\n')
    .find((line) => LEFT.test(line.split(':')[0]!.trim()) && !/false$/.test(line));
  if (mark !== undefined && !front(base).includes(mark))
    return ['test-skipped', 'the case to count, as at the base', mark];
  const rest = new Map<string, number>();
  for (const line of head.split('\n')) rest.set(line.trim(), (rest.get(line.trim()) ?? 0) + 1);
  for (const line of base.split('\n')) {
    const many = rest.get(line.trim()) ?? 0;
    if (many === 0 && line.trim() !== '')
      return ['expectation-changed', `the line ${JSON.stringify(line.trim().slice(0, 80))}`, 'it another, or gone'];
    rest.set(line.trim(), many - 1);
  }
  return undefined;
}
