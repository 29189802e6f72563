import type { SyntaxNode, SyntaxTree } from '../../lang/index.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { NEVER_FAILS } from './owners.ts';
import { isSilent } from './reach.ts';
import { isRefusal, STILL } from './refusals.ts';
import { isFunction, nameOf } from './scope.ts';
import type { Finding } from './types.ts';

/** A comment that says of what it stands before that it refuses. */
const PROMISES =
  /@(?:throws|exception)\b|(?:^|[.;,—–-]\s*|\b(?:and|or|which|that|it|function|method)\s+)(?:always\s+)?(?:[Tt]hrows?|[Rr]aises?|[Rr]ejects?)\s+(?:an?\b|as soon|when|if|where|unless|on\b|for\b|in case|[A-Z]\w*Error)/m;
const TAKES_BACK =
  /\b(?:never|not|no longer|without|instead of|rather than|n't)\s+(?:\w+\s+)?(?:throw|rais|reject)|@deprecated/i;
/** A line that speaks of something that is not as it has to be. */
const REFUSAL_WORDS =
  /\b(?:[Ii]nvalid|must(?: not)? be|cannot|can't|not (?:allowed|supported|valid)|too (?:long|many|large|short|small)|out of range|longer than|[Ee]xpected|[Mm]issing|[Uu]nknown)\b/;
const WARNS = /^(?:console\.(?:warn|error)|process\.emitWarning|(?:this\.)?(?:\w+\.)?warn)\(/;

/** Refusals that are promised, or that stand all around, and a line or an answer where one should be. */
export function promiseFindings(files: readonly CodeFile[]): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (isTest || !head) return [];
    const known = new Set((base ? brokenIn(base) : []).map(({ name }) => name));
    const broken = brokenIn(head).filter(({ name }) => !known.has(name));
    const linesIn = (tree: SyntaxTree): SyntaxNode[] => [...warnedIn(tree.root), ...mildIn(tree.root)];
    const before = new Set((base ? linesIn(base) : []).map(flat));
    return [
      ...broken.map(
        ({ node, doc, found }): Finding => ({
          label: 'error-swallowed',
          ...at(path, found ?? node),
          expected: `${nameOf(node)} to refuse as its comment says: ${clip(doc, 60)}`,
          found: found ? clip(found.text) : 'nothing in it that throws',
        }),
      ),
      ...linesIn(head)
        .filter((one) => !before.has(flat(one)))
        .map(
          (one): Finding => ({
            label: 'error-swallowed',
            ...at(path, one),
            expected: 'a refusal, by what it is called or by what stands beside it',
            found: clip(one.text),
          }),
        ),
    ];
  });
}

interface Broken {
  readonly name: string;
  readonly node: SyntaxNode;
  readonly doc: string;
  /** What stands in the place of the refusal. */
  readonly found?: SyntaxNode;
}

/** Functions whose comment says that they throw, and that cannot. */
function brokenIn({ root, comments }: SyntaxTree): Broken[] {
  const promises = comments.filter(
    ({ text }) => text.startsWith('/*') && PROMISES.test(plain(text)) && !TAKES_BACK.test(text),
  );
  if (promises.length === 0) return [];
  const functions: SyntaxNode[] = [];
  each(root, (node) => {
    if (isFunction(node) && node.part('body')) functions.push(node);
  });
  return promises.flatMap(({ text, span }): Broken[] => {
    const name = DECLARED.exec(root.text.slice(span.end, span.end + 300))?.[1];
    const node = functions.find((one) => one.start >= span.end && nameOf(one) === name);
    if (name === undefined || !node) return [];
    const within = reached(node, functions);
    if (within.some(canRefuse)) return [];
    const locals = new Set(functions.map(nameOf));
    const tried = within.map(silentTry).find((one) => one !== undefined);
    const settled = within.flatMap(settledIn)[0];
    if (!settled && within.some((one) => callsOthers(one, locals, tried))) return [];
    const found = tried?.part('catchClause') ?? settled ?? within.flatMap(warningsIn)[0];
    return [
      {
        name,
        node,
        doc:
          plain(text)
            .match(/[^.\n]*(?:@throws|@exception|[Tt]hrow|[Rr]ais|[Rr]eject)[^.\n]*/)?.[0]
            .trim() ?? '',
        ...(found ? { found } : {}),
      },
    ];
  });
}

/** What a declaration that begins here is called. */
const DECLARED =
  /^\s*(?:(?:export|default|declare|async|public|private|protected|static|override|get|const|let|var|function)\b\s*)*\*?\s*([#\w$]+)/;

const plain = (comment: string): string => comment.replace(/^\s*\/?\*+\/?[ \t]?/gm, '');

/** A function with those of its file that it names, and those that they name. */
function reached(node: SyntaxNode, functions: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const found = [node];
  for (const one of found)
    for (const other of functions) if (!found.includes(other) && isNamed(one, nameOf(other))) found.push(other);
  return found;
}

const isNamed = (node: SyntaxNode, name: string): boolean =>
  name !== '' && new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(node.text);

const callsIn = (node: SyntaxNode, is: (text: string) => boolean): SyntaxNode[] => {
  const found: SyntaxNode[] = [];
  each(node, (one) => {
    if (one.kind === 'CallExpression' && is(flat(one))) found.push(one);
  });
  return found;
};

const warningsIn = (node: SyntaxNode): readonly SyntaxNode[] => callsIn(node, (text) => WARNS.test(text));

/** Outcomes of which only the good ones are taken. */
const settledIn = (node: SyntaxNode): readonly SyntaxNode[] =>
  /\breason\b|['"]rejected['"]/.test(node.text) ? [] : callsIn(node, (text) => text.startsWith('Promise.allSettled('));

function canRefuse(node: SyntaxNode): boolean {
  let can = false;
  each(node, (one) => {
    can ||=
      isRefusal(one) ||
      (one.kind === 'CallExpression' && !WARNS.test(one.text) && STILL.test(`${flat(one.part('expression')!)}(`));
  });
  return can;
}

function silentTry(node: SyntaxNode): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  each(node, (one) => {
    const clause = one.kind === 'TryStatement' ? one.part('catchClause') : undefined;
    if (clause && isSilent(clause)) found ??= one;
  });
  return found;
}

/** What fails for no reason of its own; a promise may be one that is refused. */
const isTame = (callee: string): boolean =>
  (NEVER_FAILS.test(callee) && !/^Promise\b|\.(?:then|catch)$/.test(callee)) || WARNS.test(`${callee}(`);

/** Whether a function calls what may refuse, for all that this file says; what is tried is left out. */
function callsOthers(node: SyntaxNode, locals: ReadonlySet<string>, tried: SyntaxNode | undefined): boolean {
  if (node === tried) return false;
  const callee = node.kind === 'CallExpression' ? flat(node.part('expression')!) : undefined;
  // What is handed a function of this file calls that one.
  const isOwn = (name: string): boolean => name !== '' && locals.has(name);
  const isHanded = node.parts('arguments').some(({ text }) => isOwn(text));
  if (callee !== undefined && !isTame(callee) && !isOwn(callee.replace(/^.*\./, '')) && !isHanded) return true;
  if (/^(?:Await|Yield|New|TaggedTemplate)Expression$/.test(node.kind)) return true;
  return node.children.some((one) => callsOthers(one, locals, tried));
}

/** What is there to refuse, by its name. */
const REFUSES = /^(?:validate|assert|ensure)(?:[A-Z]|$)/;

/** Functions that are there to refuse, of which all that comes is a line. */
function mildIn(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  each(root, (node) => {
    const body = isFunction(node) && REFUSES.test(nameOf(node)) ? node.part('body') : undefined;
    if (!body || canRefuse(node) || /\b(?:return|yield|await)\b|deprecat/i.test(body.text)) return;
    const [first] = warningsIn(body);
    if (first) found.push(first);
  });
  return found;
}

/** Conditions of a function that refuses on others, of which all that comes is a line that speaks of a refusal. */
function warnedIn(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  each(root, (node) => {
    if (node.kind !== 'IfStatement' || node.part('elseStatement')) return;
    const then = node.part('thenStatement')!;
    const steps = then.kind === 'Block' ? then.parts('statements') : [then];
    const [first] = steps;
    const value = steps.length === 1 && first?.kind === 'ExpressionStatement' ? first.part('expression') : undefined;
    if (!value || !WARNS.test(flat(value)) || !REFUSAL_WORDS.test(value.text) || /deprecat/i.test(value.text)) return;
    const beside = (node.parent?.children ?? []).filter((one) => one !== node && one.kind === 'IfStatement');
    if (beside.some((one) => /^\{?throw/.test(flat(one.part('thenStatement')!)))) found.push(node);
  });
  return found;
}
