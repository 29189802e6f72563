import type { Node, Program, SourceFile } from '../engine.ts';
import type { Candidate } from '../types.ts';
import { expectsType, namesInScope } from './scope.ts';

export interface RawCandidates {
  readonly isMember: boolean;
  readonly start: number;
  readonly end: number;
  readonly receiver?: string;
  readonly candidates: readonly Candidate[];
}

const PART = /[\p{ID_Continue}$\u200c\u200d]/u;

/**
 * What can stand at an offset: members of the receiver after a dot, names in scope otherwise. A string says why nothing
 * can be told.
 */
export function candidatesAt(program: Program, file: SourceFile, offset: number): RawCandidates | string {
  const { text } = file;
  const [start, end] = identifierAround(text, offset);
  const dot = dotBefore(text, start);
  const access = dot === undefined ? undefined : accessAt(program, file, dot);
  let receiver: string | undefined;
  if (access) {
    const { checker } = program;
    const [type] = checker.typesAt([access]);
    if (!type || checker.isError(type)) return 'the type of the receiver cannot be determined';
    if (checker.is(type, 'Any')) return 'the receiver is of type any';
    receiver = checker.typeText(type);
  }
  const completions = program.completions(file.fileName, offset) ?? [];
  // After `implements` and `|` older compilers offer values.
  const isMistaken = (): boolean =>
    completions !== 'in-scope' &&
    access === undefined &&
    completions.some(({ kind }) => kind === 'function') &&
    expectsType(program, file, offset);
  if (completions === 'in-scope' || isMistaken()) {
    return { isMember: false, start, end, candidates: namesInScope(program, file, offset) };
  }
  const candidates = completions.map(
    ({ name, kind, sortText, insertText }): Candidate => ({
      name,
      kind,
      sortText,
      // Both compilers put a z before the sort text of what is deprecated.
      deprecated: sortText.startsWith('z'),
      ...(insertText === undefined || insertText === name ? {} : { insertText }),
    }),
  );
  return { isMember: access !== undefined, start, end, ...(receiver === undefined ? {} : { receiver }), candidates };
}

/** The identifier part around an offset, `#` of a private name included; empty where there is none. */
function identifierAround(text: string, offset: number): readonly [number, number] {
  let start = offset;
  while (start > 0 && PART.test(text[start - 1]!)) start--;
  if (text[start - 1] === '#') start--;
  let end = offset;
  while (end < text.length && PART.test(text[end]!)) end++;
  return [start, end];
}

/** Offset of the dot that a member name at `start` would belong to, white space and comments between them skipped. */
function dotBefore(text: string, start: number): number | undefined {
  let at = start;
  for (;;) {
    while (at > 0 && /\s/.test(text[at - 1]!)) at--;
    if (text.slice(at - 2, at) !== '*/') break;
    const open = text.lastIndexOf('/*', at - 2);
    if (open < 0) return undefined;
    at = open;
  }
  if (text[at - 1] !== '.' || text[at - 2] === '.') return undefined;
  return at - 1;
}

/** The receiver of the property access or qualified name whose dot is at `dot`. */
function accessAt({ kinds }: Program, file: SourceFile, dot: number): Node | undefined {
  let found: Node | undefined;
  const visit = (node: Node): void => {
    if (node.pos > dot || node.end < dot) return;
    const [receiver, name] =
      node.kind === kinds.PropertyAccessExpression
        ? [node.expression, node.name]
        : node.kind === kinds.QualifiedName
          ? [node.left, node.right]
          : [undefined, undefined];
    if (receiver && name && receiver.end <= dot && name.end > dot && name.pos >= dot) found = receiver;
    node.forEachChild((child) => visit(child));
  };
  visit(file);
  return found;
}
