import { type Issue, type RepoPath, type Span, span } from '../../base/index.ts';
import { lineIndex } from '../../text/index.ts';
import type { CheckContext } from '../context.ts';
import type { Sameness } from './behaviour.ts';
import type { Catalogued, Unit } from './catalog.ts';
import { importLine } from './importLine.ts';

/** Helpers that are named beside the best one. */
const OTHERS = 2;

/** A function, or a run of statements, of the change. */
export interface New {
  readonly path: RepoPath;
  readonly text: string;
  readonly unit: Unit;
  /** Of a run of statements, which stands as a function behind its file: where it is. */
  readonly part?: Span;
}

export interface Helper {
  readonly path: RepoPath;
  readonly unit: Unit;
}

export type How =
  | { readonly kind: 'same'; readonly reordered?: boolean }
  | { readonly kind: 'results'; readonly sameness: Sameness };

export interface Finding {
  readonly own: { readonly path: RepoPath; readonly text: string; readonly span: Span; readonly what: string };
  readonly helper: Helper;
  readonly how: How;
  /** Others that gave the same. */
  readonly others?: readonly Helper[];
}

export const isOwn = (one: New, { path, unit }: Helper): boolean =>
  path === one.path && unit.span[0] === one.unit.span[0];

/** How much of a place lies in some spans. */
export const overlap = (at: readonly [number, number], spans: readonly Span[]): number =>
  spans.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(at[1], end) - Math.max(at[0], start)), 0);

export const finding = ({ path, text, unit, part }: New, helper: Helper, how: How): Finding => ({
  own: { path, text, span: part ?? span(unit.span[0], unit.span[1]), what: part ? linesOf(text, part) : unit.name },
  helper,
  how,
});

export function linesOf(text: string, { start, end }: Span): string {
  const lines = lineIndex(text);
  const [first, last] = [lines.positionAt(start).line, lines.positionAt(end).line];
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

/** Whether a file has a name already from where the line would take it. */
function isImported(text: string, name: string, line: string): boolean {
  const [, module] = /['"]([^'"]+)['"]/.exec(line)!;
  const found = text.matchAll(/^import\b([^'"]*)\bfrom\s+['"]([^'"]+)['"]/gm);
  return [...found].some(
    ([, names, from]) =>
      from === module && new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(names!),
  );
}

/**
 * The package of a helper where a file of another cannot name it by its path: what is published alone has nothing beside it.
 * Undefined where the file does so already.
 */
function otherPackage({ packages, language }: CheckContext, from: RepoPath, path: RepoPath): string | undefined {
  const [own, other] = [packages.manifestOf(from), packages.manifestOf(path)];
  if (other?.name === undefined || own === undefined || own.path === other.path) return undefined;
  const references = language.references(from);
  const isBeside =
    references.status === 'known' &&
    references.value.some(
      ({ specifier, target }) =>
        specifier.startsWith('.') &&
        target !== undefined &&
        'path' in target &&
        packages.manifestOf(target.path)?.path === other.path,
    );
  return isBeside ? undefined : other.name;
}

export function issueOf(
  context: CheckContext,
  { own, helper, how, others = [] }: Finding,
  files: ReadonlyMap<RepoPath, Catalogued>,
): Issue {
  const { path, unit } = helper;
  const { path: from, text, span: at, what } = own;
  const references = context.language.references(from);
  const line = importLine(
    { path: from, text, references: references.status === 'known' ? references.value : [] },
    helper,
    files,
  );
  const does =
    how.kind === 'same'
      ? `${what.startsWith('lines ') ? 'do' : 'does'} what ${unit.name} does`
      : `gave the same on all of ${how.sameness.inputs} ordinary inputs as ${unit.name}`;
  const isSwapped = how.kind === 'results' ? how.sameness.swapped : how.kind === 'same' && how.reordered;
  const isRegrouped = how.kind === 'results' && how.sameness.regrouped;
  const swapped = isSwapped
    ? ', its arguments in another order'
    : isRegrouped
      ? ', its arguments handed over in another way'
      : '';
  const placeOf = (one: Helper): string =>
    from === one.path ? `in this file at line ${one.unit.line}` : `at ${one.path}:${one.unit.line}`;
  const place = placeOf(helper);
  const more = others.slice(0, OTHERS).map((one) => `, as ${one.unit.name} ${placeOf(one)}`);
  const has = from === path || isImported(text, unit.name.split('.')[0]!, line);
  const imported = unit.exported ? line : `export ${unit.name} from ${path}: ${line}`;
  const other = has ? undefined : otherPackage(context, from, path);
  const moved = `have ${unit.name} where both packages can import it: ${path} is of ${other}`;
  const call = has ? `call ${unit.name}` : other === undefined ? imported : moved;
  return {
    code: `reuse/same-${how.kind === 'same' ? 'code' : 'results'}`,
    message: `${what} ${does} ${place}${from === path || unit.exported ? '' : ', which is not exported'}${swapped}${more.join('')}`,
    severity: 'warning',
    path: from,
    span: at,
    at: lineIndex(text).positionAt(at.start),
    suggestion: call,
  };
}

/** Functions that an issue of `issueOf` says the function `own` does the same as, handed the same arguments. */
export function doneBy({ code, message }: Issue, own: string): readonly string[] {
  if (!/^reuse\/same-(?:code|results)$/.test(code) || message.includes(', its arguments ')) return [];
  const name = own.replaceAll('$', '\\$');
  const does = `(?:does what ([\\w$.]+) does|gave the same on all of \\d+ ordinary inputs as ([\\w$.]+)) (?:at|in) `;
  const [, first, second] = new RegExp(`^${name} ${does}`).exec(message) ?? [];
  const found = first ?? second;
  const others = [...message.matchAll(/, as ([\w$.]+) (?:at|in) /g)].map((match) => match[1]!);
  return found === undefined ? [] : [found, ...others];
}
