import { glob } from './glob.ts';

/** One rule of an ignore file. All names are byte strings. */
interface Rule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Against the last name of a path rather than the path below the ignore file's folder. */
  readonly nameOnly: boolean;
  matches(text: string): boolean;
}

/**
 * The ignore files that rule a folder: its own over those of the folders above it. As in git, the last rule that matches
 * decides, and what lies below an ignored folder cannot be taken back in; so ask about each folder on the way down.
 */
export class IgnoreRules {
  readonly #folder: string;
  readonly #rules: readonly Rule[];
  readonly #above: IgnoreRules | undefined;

  private constructor(folder: string, rules: readonly Rule[], above: IgnoreRules | undefined) {
    this.#folder = folder;
    this.#rules = rules;
    this.#above = above;
  }

  static readonly none = new IgnoreRules('', [], undefined);

  /** With the ignore file of a folder inside. `folder` is relative to the root, '' for the root itself. */
  with(folder: string, ignoreFile: Uint8Array): IgnoreRules {
    const rules = parseIgnoreFile(ignoreFile);
    return rules.length === 0 ? this : new IgnoreRules(folder === '' ? '' : `${folder}/`, rules, this);
  }

  ignores(path: string, isFolder: boolean): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (let level: IgnoreRules | undefined = this; level; level = level.#above) {
      const below = path.slice(level.#folder.length);
      for (const rule of level.#rules) {
        if (rule.foldersOnly && !isFolder) continue;
        if (rule.matches(rule.nameOnly ? name : below)) return !rule.negated;
      }
    }
    return false;
  }
}

/** The rules of an ignore file, the one that decides first. */
function parseIgnoreFile(bytes: Uint8Array): Rule[] {
  const rules: Rule[] = [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  for (const line of text.replace(/^\xef\xbb\xbf/, '').split('\n')) {
    const rule = parseRule(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (rule) rules.push(rule);
  }
  return rules.reverse();
}

function parseRule(line: string): Rule | undefined {
  if (line.startsWith('#')) return undefined;
  let pattern = withoutTrailingSpaces(line);
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const foldersOnly = pattern.endsWith('/');
  if (foldersOnly) pattern = pattern.slice(0, -1);
  if (pattern === '') return undefined;
  const nameOnly = !pattern.includes('/');
  if (pattern.startsWith('/')) pattern = pattern.slice(1);
  return { negated, foldersOnly, nameOnly, matches: glob(pattern) };
}

/** Spaces at the end do not count unless a backslash stands before them. */
function withoutTrailingSpaces(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === ' ') continue;
    if (line[at] === '\\') at++;
    end = Math.min(at + 1, line.length);
  }
  return line.slice(0, end);
}
