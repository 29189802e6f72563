import { deflateSync } from 'node:zlib';
import { type RepoPath, repoPath } from '../base/index.ts';
import type { TarFile } from './tar.ts';

/** A text that a person wrote: TypeScript, or prose about it. */
export interface SourceDocument {
  readonly kind: 'code' | 'prose';
  readonly path: RepoPath;
  readonly text: string;
}

/** Why a file was left out. Counted for each package in the manifest. */
export type Exclusion =
  | 'declaration'
  | 'foreign'
  | 'generated'
  | 'minified'
  | 'data'
  | 'oversized'
  | 'empty'
  | 'not-utf8';

export interface Sources {
  readonly documents: SourceDocument[];
  readonly excluded: ReadonlyMap<Exclusion, number>;
}

const LIMITS = {
  codeBytes: 256 * 1024,
  proseBytes: 128 * 1024,
  /** A changelog repeats itself; its newest entries come first. */
  changelogBytes: 32 * 1024,
  mapBytes: 64 * 1024 * 1024,
  line: 1_000,
  meanLine: 140,
  /** A text that deflates by this factor is a table or the same few lines over and over; code reaches 4 to 10. */
  deflates: 12,
} as const;

const CODE = /\.[cm]?tsx?$/;
const DECLARATION = /\.d\.([^/]+\.)?[cm]?tsx?$/;
const PROSE = /\.mdx?$/i;
/** Other people's code, and what a machine writes beside hand-written code. */
const FOREIGN = /(^|\/)(node_modules|vendor|third[-_]party|bower_components)\//;
const GENERATED_PATH = /(^|\/)(__generated__|generated|__snapshots__)\/|[.-](g|gen|generated|min)\.[cm]?[jt]sx?$/;
const GENERATED_HEAD =
  /@generated|auto-?generated|\bgenerated (by|from|automatically|using|with|code|file)\b|do not (edit|modify|change)\b|code generated/i;
const NOT_PERMISSIVE = /SPDX-License-Identifier:\s*(?:[AL]?GPL|SSPL|BUSL|CC-BY-(?:NC|SA))/;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The hand-written TypeScript and the prose of one package: `.ts`, `.tsx`, `.mts`, `.cts` files of the archive, the
 * `sourcesContent` of its source maps, and its Markdown. Declaration files are left out: nearly all are the compiler's
 * output. Judged by path, by the head of the file and by the shape of its lines; not by what the code does.
 */
export function sourcesOf(files: readonly TarFile[]): Sources {
  const documents: SourceDocument[] = [];
  const excluded = new Map<Exclusion, number>();
  const offer = (kind: SourceDocument['kind'], path: RepoPath, text: string): void => {
    const body = kind === 'prose' ? prose(path, text) : text;
    const reason = kind === 'prose' ? proseExclusion(path, body) : codeExclusion(path, body);
    if (reason === undefined) documents.push({ kind, path, text: body });
    else excluded.set(reason, (excluded.get(reason) ?? 0) + 1);
  };
  for (const { path, bytes } of files) {
    const kind = CODE.test(path) ? 'code' : PROSE.test(path) ? 'prose' : undefined;
    if (kind === undefined && !(path.endsWith('.map') && bytes.length < LIMITS.mapBytes)) continue;
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      excluded.set('not-utf8', (excluded.get('not-utf8') ?? 0) + 1);
      continue;
    }
    if (kind !== undefined) offer(kind, path, text);
    else for (const source of mapSources(path, text)) offer('code', source.path, source.text);
  }
  return { documents, excluded };
}

/** What a source map carries of its sources. A map that cannot be read carries nothing. */
function* mapSources(mapPath: string, json: string): Generator<{ path: RepoPath; text: string }> {
  let map: { sources?: unknown; sourcesContent?: unknown; sections?: unknown };
  try {
    map = JSON.parse(json);
  } catch {
    return;
  }
  const parts = Array.isArray(map?.sections) ? map.sections.map((section) => section?.map) : [map];
  for (const part of parts) {
    if (!Array.isArray(part?.sources) || !Array.isArray(part?.sourcesContent)) continue;
    for (const [index, source] of part.sources.entries()) {
      const text: unknown = part.sourcesContent[index];
      if (typeof source !== 'string' || typeof text !== 'string' || !CODE.test(source)) continue;
      const path = sourcePath(mapPath, source);
      if (path !== undefined) yield { path, text };
    }
  }
}

/** `webpack://name/./src/a.ts` and `../../src/a.ts` → `src/a.ts`; leading `..` that leave the package are dropped. */
function sourcePath(mapPath: string, source: string): RepoPath | undefined {
  const bare = source.replace(/^[a-z-]+:\/{2,3}[^/]*\//, '');
  const from = bare === source ? mapPath.split('/').slice(0, -1) : [];
  for (const part of bare.split('/')) {
    if (part === '..') from.pop();
    else if (part !== '.' && part !== '') from.push(part);
  }
  return repoPath(from.join('/'));
}

const codeExclusion = (path: string, text: string): Exclusion | undefined =>
  NOT_PERMISSIVE.test(text.slice(0, 4_000)) ? 'foreign' : notWritten(path, text);

/** Why a file of code is none that people of this project wrote by hand, whatever its licence. */
export function notWritten(path: string, text: string): Exclusion | undefined {
  if (FOREIGN.test(path)) return 'foreign';
  if (DECLARATION.test(path)) return 'declaration';
  if (GENERATED_PATH.test(path) || GENERATED_HEAD.test(leadingComment(text))) return 'generated';
  if (text.length >= LIMITS.codeBytes) return 'oversized';
  const lines = text.split('\n');
  const written = lines.filter((line) => line.trim() !== '');
  if (written.length < 3) return 'empty';
  if (text.length / written.length > LIMITS.meanLine) return 'minified';
  if (lines.some((line) => line.length >= LIMITS.line)) return 'minified';
  const ink = text.replace(/\s/g, '');
  if ((ink.match(/\d/g)?.length ?? 0) > ink.length / 4) return 'data';
  if (deflateSync(text).length * LIMITS.deflates <= text.length) return 'data';
  return undefined;
}

function prose(path: string, text: string): string {
  const limit = /(^|\/)(changelog|history|releases?)[^/]*$/i.test(path) ? LIMITS.changelogBytes : LIMITS.proseBytes;
  return text.length < limit ? text : text.slice(0, text.lastIndexOf('\n', limit) + 1);
}

function proseExclusion(path: string, text: string): Exclusion | undefined {
  if (FOREIGN.test(path) || /(^|\/)licen[cs]e/i.test(path)) return 'foreign';
  if (text.trim().length < 80) return 'empty';
  return undefined;
}

/** The comments before the first line of code, at most 2,000 characters. */
function leadingComment(text: string): string {
  const head = text.slice(0, 2_000);
  return head.match(/^\uFEFF?(?:\s+|#![^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|['"]use [a-z ]+['"];?)*/)?.[0] ?? '';
}
