import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import type { Mutant } from './operators.ts';

/** Name of the function that tells which fault is in; nobody else has one of this name. */
const ASK = '__assayMutant';
/** Rounds of a loop after which a fault has made it endless. */
const ROUNDS = 2_000_000;

/**
 * A file with all its faults in it, of which at most one is in at a time: the one whose number stands in the file `active` of
 * the folder that `ASSAY_MUTANTS` names. With 0 it is the file as it was, and writes into `reach` which faults a test came by;
 * with -1 every fault throws. What a file gives to others keeps its types, but for those that follow
 * from a condition: some runners run nothing that does not fit by them.
 */
export function schemaOf(
  text: string,
  path: string,
  mutants: readonly { readonly id: number; readonly mutant: Mutant }[],
): string {
  const { root } = syntaxTreeOf(text, path);
  const isTyped = /\.[cm]?tsx?$/.test(path);
  const edits = [...editsFor(mutants, isTyped), ...ticksIn(root)].sort(
    (a, b) => a.start - b.start || b.end - a.end || a.order - b.order,
  );
  const starts = statementStarts(root);
  const print = (from: number, to: number, list: readonly Edit[]): string => {
    let out = '';
    let at = from;
    for (let index = 0; index < list.length; ) {
      const edit = list[index]!;
      let next = index + 1;
      while (next < list.length && list[next]!.start < edit.end) next++;
      // A line that starts with a bracket goes on with the one before it.
      const guard =
        edit.kind === 'expression' && starts.has(edit.start) && (edit.start > from || from === 0) ? ';' : '';
      out += text.slice(at, edit.start) + guard + edit.write(print(edit.start, edit.end, list.slice(index + 1, next)));
      at = edit.end;
      index = next;
    }
    return out + text.slice(at, to);
  };
  const unchecked = isTyped && !text.startsWith('#!') ? '// @ts-nocheck\n' : '';
  return `${unchecked}${print(0, text.length, edits)}\n${helper(isTyped)}\n`;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly order: number;
  readonly kind: 'expression' | 'statement' | 'tick';
  write(inner: string): string;
}

function editsFor(
  mutants: readonly { readonly id: number; readonly mutant: Mutant }[],
  isTyped: boolean,
): readonly Edit[] {
  // `? (a) : (b)` can be read as the start of a function with a type.
  const put = (text: string): string => (isTyped ? `((${text}) as never)` : `(0, ${text})`);
  const byPlace = Map.groupBy(mutants, ({ mutant: { span, form } }) => `${span.start} ${span.end} ${form}`);
  return [...byPlace.values()].map((all): Edit => {
    const { span, form } = all[0]!.mutant;
    const asks = all.map(({ id, mutant }) => ({ ask: `${ASK}(${id})`, to: mutant.replacement }));
    return {
      start: span.start,
      end: span.end,
      order: form === 'statement' ? 0 : 1,
      kind: form,
      write: (inner) =>
        form === 'statement'
          ? `{ if (!${asks[0]!.ask}) ${inner} }`
          : `(${asks.map(({ ask, to }) => `${ask} ? ${put(to)} : `).join('')}(${inner}))`,
    };
  });
}

/** Bodies of loops count their rounds. */
function ticksIn(root: SyntaxNode): readonly Edit[] {
  const found: Edit[] = [];
  const visit = (node: SyntaxNode): void => {
    const body = /^(?:For|ForOf|ForIn|While|Do)Statement$/.test(node.kind) ? node.part('statement') : undefined;
    if (body)
      found.push({
        start: body.start,
        end: body.end,
        order: -1,
        kind: 'tick',
        write: (inner) => `{ ${ASK}(-1); ${inner} }`,
      });
    for (const child of node.children) visit(child);
  };
  visit(root);
  return found;
}

/** Where statements start in lists of statements, which a semicolon may stand before. */
function statementStarts(root: SyntaxNode): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: SyntaxNode): void => {
    for (const one of node.parts('statements')) if (one.kind === 'ExpressionStatement') found.add(one.start);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return found;
}

const helper = (isTyped: boolean): string => {
  const any = isTyped ? ': any' : '';
  const self = isTyped ? `(${ASK} as any)` : ASK;
  return `function ${ASK}(id${any})${any} {
  const own${any} = ${self};
  const space${any} = globalThis;
  const worker = space.__vitest_worker__;
  if (own.state === undefined || own.worker !== worker) {
    const node${any} = space.process;
    const files = node.getBuiltinModule('node:fs');
    const folder = node.env.ASSAY_MUTANTS;
    own.worker = worker;
    own.state = { active: 0, rounds: 0, seen: new Set(), files, folder, argv: node.argv[1] };
    try { own.state.active = Number(files.readFileSync(folder + '/active', 'utf8')); } catch {}
  }
  const state = own.state;
  if (state.active === -1 && id > 0) throw new Error('every fault throws');
  if (id < 0) {
    if (state.active !== 0 && ++state.rounds >= ${ROUNDS}) throw new Error('a loop without an end');
    return false;
  }
  if (state.active === 0) {
    const at = worker?.filepath ?? state.argv;
    const key = id + ' ' + at;
    if (!state.seen.has(key)) {
      state.seen.add(key);
      try { state.files.appendFileSync(state.folder + '/reach', key + '\\n'); } catch {}
    }
    return false;
  }
  return id === state.active;
}`;
};
