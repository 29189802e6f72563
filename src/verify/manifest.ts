import { type Span, span } from '../base/index.ts';

/** The sections of a manifest that make packages be installed. */
export const DEPENDENCY_SECTIONS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;

export const isManifest = (path: string): boolean => /(?:^|\/)package\.json$/.test(path);
export const isLockFile = (path: string): boolean =>
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?)$/.test(path);

/** What JSON says; undefined where it is none, as a file with comments. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One section of a manifest's text; empty where text or section cannot be read. */
export function sectionOf(text: string | undefined, section: string): Map<string, string> {
  const found = new Map<string, string>();
  if (text === undefined) return found;
  const manifest = parsed(text);
  const members = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, section) : undefined;
  if (typeof members !== 'object' || members === null) return found;
  for (const [name, value] of Object.entries(members)) if (typeof value === 'string') found.set(name, value);
  return found;
}

/** Every package that a manifest asks for, with its range. */
export function dependenciesIn(text: string | undefined): Map<string, string> {
  return new Map(DEPENDENCY_SECTIONS.flatMap((section) => [...sectionOf(text, section)]));
}

/** Where a key stands inside a section of a manifest's text. */
export function keySpan(text: string, section: string, key: string): Span | undefined {
  const from = text.indexOf(JSON.stringify(section));
  const at = from < 0 ? -1 : text.indexOf(JSON.stringify(key), from + section.length + 2);
  return at < 0 ? undefined : span(at, at + JSON.stringify(key).length);
}
