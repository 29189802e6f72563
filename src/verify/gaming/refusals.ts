import { type SyntaxNode, saysUnwritten } from '../../lang/index.ts';
import { at, type CodeFile, clip, flat } from './code.ts';
import { bare, chainOf, isFunction, nameOf } from './scope.ts';
import { isDefaultStep, isLogging, isPlain } from './silent.ts';
import type { Finding } from './types.ts';

/** A way that the code takes where something holds: what is done there, and by what it is known on both sides. */
interface Branch {
  readonly key: string;
  readonly node: SyntaxNode;
  readonly steps: readonly SyntaxNode[];
  readonly isWhole: boolean;
}

/** Ways that refused (threw, rejected, noted an error) and go on as if nothing had been, where they are asked for as before. */
export function refusalFindings(files: readonly CodeFile[]): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (isTest || !base || !head) return [];
    const [was, is] = [refusalsIn(base.root), refusalsIn(head.root)];
    const count = (list: readonly SyntaxNode[], text: string): number =>
      list.filter((one) => flat(one) === text).length;
    // What was not written yet refused nothing.
    const lost = was.filter((one) => !saysUnwritten(one.text) && count(is, flat(one)) < count(was, flat(one)));
    if (lost.length === 0) return [];
    const [before, after] = [branchesIn(base.root), branchesIn(head.root)];
    const findings = new Map<string, Finding>();
    for (const one of lost) {
      const { branch, isOwn } = placeOf(one, before, after);
      const now = branch && after.get(branch.key);
      if (!branch || !now || flat(branch.node) === flat(now.node) || !goesOn(branch, now, isOwn)) continue;
      findings.set(branch.key, {
        label: 'error-swallowed',
        ...at(path, now.node),
        expected: `${clip(one.text, 50)}, as at the base`,
        found: clip(now.steps.map(({ text }) => text).join(' ') || 'nothing'),
      });
    }
    return [...findings.values()];
  });
}

/** The nearest branch around that is there on both sides. */
function placeOf(
  refusal: SyntaxNode,
  before: ReadonlyMap<string, Branch>,
  after: ReadonlyMap<string, Branch>,
): { readonly branch?: Branch; readonly isOwn: boolean } {
  const around = [...before.values()]
    .filter(({ node }) => node.start <= refusal.start && refusal.end <= node.end)
    .sort((a, b) => a.node.end - a.node.start - (b.node.end - b.node.start));
  const [own] = around;
  const branch = around.find(({ key }) => after.has(key));
  // A function that has other ways now may refuse by what it calls.
  return !branch || (branch !== own && branch.isWhole) ? { isOwn: false } : { branch, isOwn: branch === own };
}

/** Whether a branch does nothing now that could refuse in another way. */
function goesOn(old: Branch, now: Branch, isOwn: boolean): boolean {
  const known = new Set(old.steps.map(flat));
  const fresh = now.steps.filter((one) => !known.has(flat(one)));
  const still = now.steps.flatMap(refusalsIn).length;
  if (still > 0 && still >= old.steps.flatMap(refusalsIn).length) return false;
  if (now.steps.some((one) => fresh.includes(one) && (STILL.test(flat(one)) || refusalsIn(one).length > 0)))
    return false;
  return (isOwn || fresh.length > 0) && fresh.every(isQuiet);
}

/** What tells of a failure by a name that the project gave it. */
export const STILL = /\.(?:error|fail|abort|exit|emit)\(|\b(?:error|fail|abort|exit)\w*\(|\bexitCode=/i;
const OF_FAILURE = /[Ee]rr(?:or)?s?\b|[Ff]ail|[Ii]nvalid|[Ss]tatus/;

/** A step that only lays down a value, takes one away, writes a line, or goes on. */
function isQuiet(step: SyntaxNode): boolean {
  if (!step.kind.endsWith('Statement')) return isPlain(step) && !OF_FAILURE.test(step.text);
  if (step.kind === 'VariableStatement')
    return (step.part('declarationList')?.parts('declarations') ?? []).every((one) => {
      const made = one.part('initializer');
      return made !== undefined && isTame(made) && !OF_FAILURE.test(one.text);
    });
  const value = step.part('expression');
  if (step.kind === 'ReturnStatement') return !value || (isTame(value) && !OF_FAILURE.test(value.text));
  if (step.kind !== 'ExpressionStatement' || !value) return isDefaultStep(step);
  if (value.kind === 'DeleteExpression' || isLogging(value) || WARNS.test(flat(value))) return true;
  if (value.kind !== 'BinaryExpression') return false;
  const [left, right] = [value.part('left')!, value.part('right')!];
  return isTame(right) && (/^(?:\[\]|null|undefined)$/.test(flat(right)) || !OF_FAILURE.test(left.text));
}

const WARNS = /^(?:[\w.]+\.forEach\(\(?\w+\)?=>)?(?:[\w.]*\.)?warn(?:ing)?s?(?:\.push|\.add)?\(/i;
const COERCES = /^(?:String|Number|Boolean|Math\.\w+|parseInt|parseFloat)$/;

/** A value that goes without saying, or what is given made into one. */
function isTame(value: SyntaxNode): boolean {
  const plain = bare(value);
  if (plain.kind === 'CallExpression' && COERCES.test(flat(plain.part('expression')!))) return true;
  if (plain.kind === 'ConditionalExpression')
    return isTame(plain.part('whenTrue')!) && isTame(plain.part('whenFalse')!);
  if (plain.kind === 'BinaryExpression' && /^(?:QuestionQuestion|BarBar)/.test(plain.part('operatorToken')?.kind ?? ''))
    return isTame(plain.part('left')!) && isTame(plain.part('right')!);
  return plain.kind === 'TemplateExpression' || isPlain(plain);
}

const LISTS = /(?:^|[a-z_.])(?:errors|issues|failures|problems|violations|diagnostics)$/i;
const REFUSES = /^(?:throw|reject|raise|fail)(?:[A-Z]\w*)?$|^(?:err|failure|addIssue)$/i;
const GOOD = /(?:^|\.)(?:is_?)?(?:valid|ok|success|passed)$/i;
const BAD = /(?:^|\.)(?:is_?|has_?)?(?:failed|invalid|errors?)$/i;

/** Whether a node tells of a failure: thrown, rejected, handed on, put to the others, kept as a mark. */
export function isRefusal(node: SyntaxNode): boolean {
  if (node.kind === 'ThrowStatement') return true;
  if (node.kind === 'BinaryExpression' && node.part('operatorToken')?.kind === 'EqualsToken') {
    const [left, right] = [flat(node.part('left')!), flat(node.part('right')!)];
    return (right === 'false' && GOOD.test(left)) || (right === 'true' && BAD.test(left));
  }
  if (node.kind !== 'CallExpression') return false;
  const { root, links } = chainOf(node);
  const name = links.at(-1)?.name || (links.length === 1 ? (root.value ?? '') : '');
  const [first] = node.parts('arguments');
  if (/^(?:push|unshift|add)$/.test(name)) {
    const callee = node.part('expression')!;
    return LISTS.test(flat(callee.part('expression') ?? callee));
  }
  if (name === 'emit') return first?.value === 'error';
  if (/^(?:cb|callback|done|next)$/.test(name))
    return /^(?:e|err|error)$|^new\w*Error\(/.test(first ? flat(first) : '');
  return REFUSES.test(name);
}

function refusalsIn(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const visit = (node: SyntaxNode): void => {
    if (isRefusal(node)) found.push(node);
    else for (const child of node.children) visit(child);
  };
  visit(root);
  return found;
}

/** The branches of a file, by the functions that they are in and what is asked there. */
function branchesIn(root: SyntaxNode): Map<string, Branch> {
  const found = new Map<string, Branch>();
  const many = new Map<string, number>();
  const stepsOf = (node: SyntaxNode): readonly SyntaxNode[] =>
    /^(?:Block|CaseClause|DefaultClause)$/.test(node.kind) ? node.parts('statements') : [node];
  const add = (owner: string, label: string, node: SyntaxNode | undefined, isWhole = false): void => {
    if (!node) return;
    const place = `${owner}|${label}`;
    const index = many.get(place) ?? 0;
    many.set(place, index + 1);
    const key = `${place}|${index}`;
    found.set(key, { key, node, steps: stepsOf(node), isWhole });
  };
  const visit = (node: SyntaxNode, owner: string): void => {
    let own = owner;
    const name = functionName(node);
    if (name !== undefined) {
      own = `${owner}>${name}`;
      add(own, 'all', node.part('body'), true);
    }
    if (node.kind === 'IfStatement') {
      const condition = flat(node.part('expression')!);
      add(own, `if ${condition}`, node.part('thenStatement'));
      if (node.part('elseStatement')?.kind !== 'IfStatement') add(own, `else ${condition}`, node.part('elseStatement'));
    }
    if (node.kind === 'ConditionalExpression') {
      const condition = flat(node.part('condition')!);
      add(own, `? ${condition}`, node.part('whenTrue'));
      add(own, `: ${condition}`, node.part('whenFalse'));
    }
    if (node.kind === 'SwitchStatement') {
      const clauses = node.part('caseBlock')?.parts('clauses') ?? [];
      for (const one of clauses)
        add(own, `${flat(node.part('expression')!)} ${one.part('expression')?.text ?? ''}`, one);
    }
    if (node.kind === 'CatchClause') add(own, `catch ${flat(node.parent!.part('tryBlock')!)}`, node.part('block'));
    for (const child of node.children) visit(child, own);
  };
  visit(root, '');
  return found;
}

/** What a function is known by: its name, or the event and the call that it is handed to. */
function functionName(node: SyntaxNode): string | undefined {
  if (node.kind === 'Constructor' || /^[GS]etAccessor$/.test(node.kind)) return `${node.kind} ${nameOf(node)}`;
  if (!isFunction(node)) return undefined;
  const name = node.part('name')?.value ?? (node.parent?.kind === 'CallExpression' ? undefined : nameOf(node));
  if (name !== undefined && name !== '') return name;
  const call = node.parent?.kind === 'CallExpression' ? node.parent : undefined;
  const event = call?.parts('arguments')[0]?.value;
  return call && event !== undefined ? `${flat(call.part('expression')!)} ${event}` : undefined;
}
