import { editDistance, nearestNames } from '../../base/index.ts';
import { checkPragma } from '../comments.ts';
import type { Checker, Node, Program, RawDiagnostic, Sym, Type } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { Resolution } from '../types.ts';
import { Complaints } from './complaints.ts';
import { declarationsOf } from './declarations.ts';
import { isAboutSetup } from './diagnostics.ts';
import { firstLine } from './modules.ts';
import { namesInScope } from './scope.ts';
import type { Site } from './sites.ts';

export type SiteOf<Role extends Site['role']> = Extract<Site, { readonly role: Role }>;

/** What the resolving functions share for one question. */
export interface Resolver {
  readonly at: FileInProject;
  readonly program: Program;
  readonly checker: Checker;
  readonly complaints: Complaints;
  /** Version of the compiler, which its libraries have. */
  readonly version: string;
  found(symbol: Sym): Resolution;
  /** For a name without a symbol: missing where the compiler says so, else unknown. */
  absent(
    node: Node,
    error: RawDiagnostic | undefined,
    nearest: () => Iterable<string>,
    /** Whether a name can be called as this one is. */
    suits?: (name: string) => boolean,
  ): Resolution;
  /** Names that could stand in place of one that is not found. */
  inScope(node: Node): readonly string[];
  typeText(type: Type | undefined): string | undefined;
}

export interface Resolved {
  readonly resolution: Resolution;
  readonly receiver?: string | undefined;
}

export function makeResolver(at: FileInProject, version: string): Resolver {
  const { program, file, fileName } = at;
  const { checker } = program;
  const complaints = new Complaints(file, program.diagnostics(fileName));
  const known = new Map<Sym, Resolution>();
  const scopes = new Map<string, readonly string[]>();
  const unchecked = /\.[cm]?jsx?$/.test(fileName) && !isChecked(program, file.text);
  const unknown = (reason: string): Resolution => ({ status: 'unknown', reason });
  return {
    at,
    program,
    checker,
    complaints,
    version,
    found: (symbol) => {
      let resolution = known.get(symbol);
      if (!resolution) {
        resolution = { status: 'found', declarations: declarationsOf(at, symbol, version) };
        known.set(symbol, resolution);
      }
      return resolution;
    },
    absent: (node, error, nearest, suits) => {
      if (!error) {
        if (unchecked) {
          const names = nearestNames(node.text ?? '', nearest());
          const hint = names.length === 0 ? '' : `; the types know ${names.join(', ')}`;
          return unknown(`the file is JavaScript that is not type-checked${hint}`);
        }
        return unknown(complaints.silence(node) ?? 'the compiler has no symbol for it, and does not complain');
      }
      if (isAboutSetup(error)) return unknown(firstLine(error.message));
      const hint = /Did you mean [^']*'([^']+)'\?/.exec(error.message)?.[1];
      const names = ranked(node.text ?? '', nearest(), suits);
      return {
        status: 'missing',
        reason: firstLine(error.message),
        nearest: [...new Set([...(hint === undefined ? [] : [hint]), ...names])].slice(0, 3),
      };
    },
    inScope: (node) => {
      const key = `${scopeOf(node).pos} ${node.parent.kind}`;
      let names = scopes.get(key);
      if (!names) {
        const completions = program.completions(fileName, node.getStart()) ?? [];
        const all = completions === 'in-scope' ? namesInScope(program, file, node.getStart()) : completions;
        names = all.filter(({ kind }) => kind !== 'keyword').map(({ name }) => name);
        scopes.set(key, names);
      }
      return names;
    },
    typeText: (type) => type && checker.typeText(type),
  };
}

/** Names that are looked at for how they are called. */
const SUITED_LIMIT = 8;

/** The nearest names; after mere slips of the hand, those first that can be called as the name is. */
function ranked(
  name: string,
  among: Iterable<string>,
  suits: ((name: string) => boolean) | undefined,
): readonly string[] {
  const near = nearestNames(name, among, SUITED_LIMIT);
  if (!suits) return near;
  const isSlip = (other: string): boolean => editDistance(name.toLowerCase(), other.toLowerCase(), 1) <= 1;
  const rank = (other: string): number => (isSlip(other) ? 0 : suits(other) ? 1 : 2);
  return near
    .map((other) => ({ other, rank: rank(other) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ other }) => other);
}

/** Whether a JavaScript file is type-checked: by option or by comment. */
function isChecked({ options }: Program, text: string): boolean {
  const pragma = checkPragma(text);
  return pragma === undefined ? options.checkJs === true : pragma === 'check';
}

/** Whether a name was resolved to the very place where it stands. */
export function isOnlyItself({ at }: Resolver, resolution: Resolution, node: Node): boolean {
  if (resolution.status !== 'found' || resolution.declarations.length === 0) return false;
  const own = at.places.repo(at.fileName);
  const { start } = at.places.span(at.fileName, node.getStart(), node.end);
  return resolution.declarations.every((declaration) => declaration.path === own && declaration.span.start === start);
}

/** The block, function or file around a node: what is in scope is the same all over it, but for order. */
function scopeOf(node: Node): Node {
  let at = node.parent;
  while (at.parent && !at.statements && !at.parameters) at = at.parent;
  return at;
}
