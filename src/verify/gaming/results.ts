import type { RepoPath } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { at, clip, each, flat } from './code.ts';
import { bare, chainOf, isFunction } from './scope.ts';
import type { Finding } from './types.ts';

/** Gives another value where there is none. */
const OR_ELSE =
  /^(?:\w*[a-z])?[oO]r(?:_?[eE]lse|_?[dD]efault|[vV]alue)?$|^(?:getOrElse|withDefault|defaultTo|defaultsTo)$/;
/** What tells of failure, by its name in what a call gives. */
const FAILURE = /^(?:error|err|errors|issues|problem)$/;

/** Calls whose failure was asked for, and which are made as before, but another value is taken where they fail. */
export function resultsGone(
  path: RepoPath,
  base: ReadonlyMap<string, SyntaxNode>,
  head: ReadonlyMap<string, SyntaxNode>,
): Finding[] {
  return [...base].flatMap(([name, old]): Finding[] => {
    const fresh = head.get(name);
    if (!fresh || flat(old) === flat(fresh)) return [];
    const asked = new Map(askedIn(old).map((one) => [one.call, one]));
    const findings: Finding[] = [];
    each(asked.size > 0 ? fresh : old, (node) => {
      const was = node.kind === 'CallExpression' ? asked.get(flat(node)) : undefined;
      const found = was && otherwise(node, fresh);
      if (found)
        findings.push({
          label: 'error-swallowed',
          ...at(path, found),
          expected: `${clip(was.check, 50)} to be asked of ${clip(was.call, 40)}, as at the base`,
          found: clip(found.text),
        });
    });
    return findings;
  });
}

/** Calls of a function that are asked whether they failed, and what is left where they did. */
function askedIn(owner: SyntaxNode): { readonly call: string; readonly check: string }[] {
  const found: { call: string; check: string }[] = [];
  const checks: SyntaxNode[] = [];
  each(owner, (node) => {
    const then = node.kind === 'IfStatement' ? node.part('thenStatement')! : undefined;
    const last = then?.kind === 'Block' ? then.parts('statements').at(-1) : then;
    if (/^(?:Return|Throw|Continue|Break)Statement$/.test(last?.kind ?? '')) checks.push(node);
  });
  each(owner, (node) => {
    const value = node.kind === 'VariableDeclaration' ? node.part('initializer') : undefined;
    if (!value || bare(value).kind !== 'CallExpression') return;
    const pattern = failureOf(node.part('name')!);
    const isAsked =
      node.part('name')!.kind === 'Identifier'
        ? asksOf(node.part('name')!.value ?? '')
        : (text: string) => pattern !== undefined && new RegExp(`^!?!?${pattern}(?![\\w(])`).test(text);
    const check = checks.find((one) => isAsked(flat(one.part('expression')!)));
    if (check) found.push({ call: flat(bare(value)), check: check.part('expression')!.text });
  });
  return found;
}

const asksOf =
  (name: string) =>
  (condition: string): boolean =>
    condition.startsWith(`!${name}.ok`) ||
    new RegExp(
      `^(?:!${name}\\.(?:ok|success|isOk\\(\\)|isRight\\(\\))|${name}\\.(?:isErr|isLeft|isFailure|isError)\\(\\)|${name}\\.(?:ok|success)===?false|${name}\\.(?:${FAILURE.source.slice(4, -2)})(?![\\w(])|is(?:Err|Left|Failure)\\(${name}\\))`,
    ).test(condition);

/** The name under which a pattern takes what tells of failure. */
const failureOf = (pattern: SyntaxNode): string | undefined =>
  pattern.kind === 'ObjectBindingPattern'
    ? pattern
        .parts('elements')
        .find((one) => FAILURE.test(one.part('propertyName')?.value ?? one.part('name')?.value ?? ''))
        ?.part('name')?.value
    : undefined;

/** Where a call's failure is another value now; undefined where it may be asked for in another way. */
function otherwise(call: SyntaxNode, owner: SyntaxNode): SyntaxNode | undefined {
  let value = call;
  while (value.parent && bare(value.parent) === call) value = value.parent;
  const { parent } = value;
  if (!parent) return undefined;
  if (parent.kind === 'CallExpression' && parent.parts('arguments')[0] === value) {
    const called = chainOf(parent).links.at(-1)?.name || (bare(parent.part('expression')!).value ?? '');
    return OR_ELSE.test(called) ? parent : undefined;
  }
  if (parent.kind === 'PropertyAccessExpression') {
    const isCalled = parent.parent?.kind === 'CallExpression' && parent.parent.part('expression') === parent;
    if (isCalled) return OR_ELSE.test(parent.part('name')?.value ?? '') ? parent.parent : undefined;
    const isOr =
      parent.parent?.kind === 'BinaryExpression' &&
      /^(?:QuestionQ|BarBar)/.test(parent.parent.part('operatorToken')?.kind ?? '');
    return isOr && /^(?:value|data)$/.test(parent.part('name')?.value ?? '') ? parent.parent : undefined;
  }
  if (parent.kind !== 'VariableDeclaration') return undefined;
  const name = parent.part('name')!;
  if (name.kind === 'ObjectBindingPattern')
    return isWholePattern(name) && failureOf(name) === undefined ? parent : undefined;
  if (name.kind !== 'Identifier') return undefined;
  let chosen: SyntaxNode | undefined;
  let isOther = false;
  each(owner, (one) => {
    if (one.kind !== 'Identifier' || one.value !== name.value || one === name) return;
    const whole = choiceOf(one);
    if (whole) chosen ??= whole;
    else isOther = true;
  });
  return isOther ? undefined : chosen;
}

/** Nothing is taken with all that is left. */
const isWholePattern = (pattern: SyntaxNode): boolean =>
  pattern.parts('elements').every((one) => one.part('dotDotDotToken') === undefined);

/** `other` is taken where it failed: `one.ok ? one.value : other`, `one.value ?? other`. */
function choiceOf(name: SyntaxNode): SyntaxNode | undefined {
  const member =
    name.parent?.kind === 'PropertyAccessExpression' && name.parent.part('expression') === name
      ? name.parent
      : undefined;
  const holder = member?.parent;
  if (!holder) return undefined;
  if (holder.kind === 'BinaryExpression')
    return /^(?:value|data)$/.test(member.part('name')?.value ?? '') &&
      /^(?:QuestionQ|BarBar)/.test(holder.part('operatorToken')?.kind ?? '')
      ? holder
      : undefined;
  if (holder.kind !== 'ConditionalExpression') return undefined;
  const other = holder.part('whenFalse')!.text;
  const isTold = new RegExp(`\\b${name.value}\\b|\\b[eE]rr|\\bfail|\\bleft\\(`).test(other);
  return /^(?:ok|success|value|data)$/.test(member.part('name')?.value ?? '') && !isTold ? holder : undefined;
}

/** Schemas that refused what is wrong, and have a value for it now. */
export function schemasGone(path: RepoPath, base: SyntaxNode, head: SyntaxNode): Finding[] {
  const known = new Map<string, SyntaxNode>();
  each(base, (node) => {
    const schema = schemaOf(node);
    if (schema) known.set(`${schema.name} ${flat(schema.root)}`, schema.value);
  });
  const findings: Finding[] = [];
  each(head, (node) => {
    const schema = schemaOf(node);
    const was = schema && known.get(`${schema.name} ${flat(schema.root)}`);
    const caught = schema && catchOf(schema.value);
    if (was && caught && !catchOf(was))
      findings.push({
        label: 'error-swallowed',
        ...at(path, node),
        expected: `${schema.name} to be refused where it is wrong, as at the base`,
        found: `it taken for ${clip(caught.text, 40)}`,
      });
  });
  return findings;
}

interface Schema {
  readonly name: string;
  readonly root: SyntaxNode;
  readonly value: SyntaxNode;
}

function schemaOf(node: SyntaxNode): Schema | undefined {
  const value = /^(?:PropertyAssignment|VariableDeclaration)$/.test(node.kind) ? node.part('initializer') : undefined;
  const { root, links } = value ? chainOf(value) : {};
  const name = node.part('name')?.value;
  const isSchema = value && root?.kind === 'Identifier' && name !== undefined && links!.some(({ args }) => args);
  return isSchema && !isFunction(bare(value)) ? { name, root, value } : undefined;
}

/** The value that a schema has for what is wrong: of `.catch(value)`, `fallback(schema, value)`. */
function catchOf(value: SyntaxNode): SyntaxNode | undefined {
  const { links } = chainOf(value);
  for (const { name, args = [] } of links) {
    if (name === 'catch' && args.length === 1 && isOfSchema(args[0]!, value)) return args[0];
    if (/^(?:catch|fallback|withFallback)$/.test(name) && args.length === 2) return args[1];
  }
  return undefined;
}

/** A promise is given a function; a schema has steps before that are no promises. */
const isOfSchema = (given: SyntaxNode, value: SyntaxNode): boolean =>
  !isFunction(bare(given))
    ? !/^Identifier$|^PropertyAccess/.test(bare(given).kind)
    : /^(?:z|zod|v|s|t)\./.test(value.text);
