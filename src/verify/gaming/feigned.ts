import type { SyntaxNode } from '../../lang/index.ts';
import { each, flat, identifiersIn } from './code.ts';
import { saysSo } from './defaults.ts';
import { isResolve } from './kept.ts';
import { bare, chainOf, isFunction, Names, topOf } from './scope.ts';
import { isAnswer, isLogging, isPlain } from './silent.ts';

interface Feigned {
  readonly node: SyntaxNode;
  readonly expected: string;
}

const LOOKED_AT = 'a failure to be told from an answer';
const IN_TIME = 'what takes too long to be told from an answer';
const SOMEBODY = 'what nobody handles to be heard of';

/** Failures that are answers by the form of the code alone, whatever was there before. */
export function feignedIn(root: SyntaxNode): Feigned[] {
  const found: Feigned[] = [];
  each(root, (node) => {
    const expected = expectedOf(node);
    if (expected !== undefined && !saysSo(node)) found.push({ node, expected });
  });
  return found;
}

function expectedOf(node: SyntaxNode): string | undefined {
  if (node.kind === 'CatchClause') {
    const tried = node.parent!.part('tryBlock')!;
    return putsDown(node.part('block')!, tried) ? LOOKED_AT : undefined;
  }
  if (/^(?:For|While|Do)Statement$/.test(node.kind)) return givesUp(node) ? LOOKED_AT : undefined;
  if (node.kind === 'BinaryExpression')
    return /\bonunhandledrejection$/.test(node.part('left')!.text) && forgets(bare(node.part('right')!), true)
      ? SOMEBODY
      : undefined;
  if (node.kind === 'ConditionalExpression') return makesUp(node) ? LOOKED_AT : undefined;
  if (node.kind !== 'CallExpression') return undefined;
  const { root, links } = chainOf(node);
  const { name = '', args = [] } = links.at(-1) ?? {};
  const handler = args[1] && bare(args[1]);
  if (name === 'then' && handler && isFunction(handler)) {
    const [first] = args;
    const given = endOf(handler);
    const isHanded = first && isResolve(bare(first)) && given && isPlain(given) && /^true$|^[^a-z]/.test(given.text);
    return isHanded || putsDown(handler.part('body')!, first!) ? LOOKED_AT : undefined;
  }
  if (name === 'race' && root.value === 'Promise') {
    const list = args[0] && bare(args[0]).kind === 'ArrayLiteralExpression' ? bare(args[0]).parts('elements') : [];
    return list.some((one) => isLateAnswer(one)) ? IN_TIME : undefined;
  }
  if (!handler && !args.length) return undefined;
  const event = args[0]?.value;
  if (/^(?:on|once|addListener|addEventListener|prependListener)$/.test(name) && handler) {
    if (/^(?:unhandledRejection|uncaughtException|unhandledrejection)$/.test(event ?? ''))
      return forgets(handler, name === 'addEventListener') ? SOMEBODY : undefined;
    if (event === 'error' && name !== 'addEventListener') return endsAll(handler, node) ? LOOKED_AT : undefined;
  }
  const last = args.at(-1) && bare(args.at(-1)!);
  return last &&
    isFunction(last) &&
    !(OF_LISTS.test(name) && args[0] === args.at(-1)) &&
    overlooks(last, name || (root.value ?? ''))
    ? LOOKED_AT
    : undefined;
}

/** Whether something is tried again and again, and where it never went well its end is that of what gives nothing. */
function givesUp(loop: SyntaxNode): boolean {
  const body = loop.part('statement')!;
  if (!/retr(?:y|ies)|attempt|tries\b/i.test(loop.text.slice(0, body.start - loop.start))) return false;
  const steps = body.kind === 'Block' ? body.parts('statements') : [body];
  const tried = steps.find(({ kind }) => kind === 'TryStatement');
  const clause = tried?.part('catchClause');
  if (!tried || !clause || !/\breturn\b(?! *;)/.test(tried.part('tryBlock')!.text)) return false;
  // Thrown, given back or kept for later.
  // In one case only, which is none of those in which the loop ends: `for (…; Date.now() < end; …)`, `if (attempt > 3) throw error`.
  const inEnd = new Set(identifiersIn(loop.part('condition')?.text ?? ''));
  const isApart = (step: SyntaxNode): boolean =>
    step.kind === 'IfStatement' &&
    /^\{?\s*throw\b/.test(step.part('thenStatement')!.text) &&
    !identifiersIn(step.part('expression')!.text).some((name) => inEnd.has(name));
  const rest = clause
    .part('block')!
    .parts('statements')
    .filter((step) => !isApart(step));
  if (rest.some(({ text }) => /\b(?:throw|return|reject)\b|[^=!<>]=[^=>]/.test(text))) return false;
  const beside = loop.parent?.parts('statements') ?? [];
  const [next, more] = beside.slice(beside.indexOf(loop) + 1);
  const value = next?.kind === 'ReturnStatement' ? next.part('expression') : undefined;
  const isEnd = loop.parent?.parent !== undefined && isFunction(loop.parent.parent);
  return isEnd && !more && (!next || (next.kind === 'ReturnStatement' && (!value || isNone(value))));
}

/** Whether a result that failed is taken for an answer, and of why it failed nothing is asked around it. */
function makesUp(choice: SyntaxNode): boolean {
  const asked = /^([\w$.]+)\.(?:ok|success|isOk\(\))$/.exec(flat(choice.part('condition')!))?.[1];
  const other = bare(choice.part('whenFalse')!);
  const isZero = other.kind === 'CallExpression' && /\.(?:zero|empty|none)\(\w*\)$/.test(other.text);
  if (asked === undefined || !/^\.(?:value|data)$/.test(flat(choice.part('whenTrue')!).replace(asked, '')))
    return false;
  if (!isZero && !(/Literal/.test(other.kind) && isWhole(other))) return false;
  let within: SyntaxNode = choice;
  while (within.parent && !(isFunction(within) && within.part('name'))) within = within.parent;
  // A member of a list has another name each time it is looked at.
  const isMember = new Names().find(asked, choice)?.name.parent?.kind === 'Parameter';
  const name = isMember ? '\\w+' : `\\b${asked.replaceAll('$', '\\$')}`;
  return !new RegExp(`${name}\\.(?:error|err|errors|issues)\\b|!${name}\\.(?:ok|success)|${name}\\.isErr\\(`).test(
    within.text,
  );
}

/** The value that a function gives, or ends a promise with, where it does nothing else. */
function endOf(handler: SyntaxNode): SyntaxNode | undefined {
  const body = handler.part('body')!;
  const [only, more] = body.kind === 'Block' ? body.parts('statements') : [body];
  const value = only && (only.kind.endsWith('Statement') ? only.part('expression') : only);
  return value && !more ? resolvedWith(value) : undefined;
}

/** `value` of `resolve(value)`. */
function resolvedWith(given: SyntaxNode): SyntaxNode | undefined {
  const call = bare(given);
  return call.kind === 'CallExpression' && isResolve(bare(call.part('expression')!))
    ? call.parts('arguments')[0]
    : undefined;
}

/** Whether a plain answer is kept, where what is tried keeps the one it got, by the same words. */
function putsDown(body: SyntaxNode, tried: SyntaxNode): boolean {
  const [only, more] = body.kind === 'Block' ? body.parts('statements') : [body];
  const call = only && bare(only.kind === 'ExpressionStatement' ? only.part('expression')! : only);
  if (!call || more || call.kind !== 'CallExpression') return false;
  const callee = call.part('expression')!;
  const isKept = /\.(?:set|push|add|unshift)$/.test(callee.text) || isResolve(bare(callee));
  const last = call.parts('arguments').at(-1);
  if (!isKept || !last || !/Literal/.test(bare(last).kind) || !isPlain(last) || !isAnswer(last)) return false;
  return flat(tried).includes(`${flat(callee)}(`);
}

/** Functions of node that call back with an error first. */
const OF_NODE =
  /^(?:readFile|writeFile|appendFile|readdir|l?stat|access|mkdir|mkdtemp|rename|copyFile|open|readlink|realpath|exec|execFile|lookup|resolve[46]|g?unzip|gzip|inflate|deflate|randomBytes|pbkdf2|scrypt)$/;
/** What hands over an error because that is what it is about. */
const ABOUT_ERRORS = /error|catch|fail|reject|warn|^(?:then|use|on|once|addListener|subscribe)$/i;
/** What hands over a member of a list. */
const OF_LISTS = /^(?:map|forEach|filter|reduce|reduceRight|some|every|find\w*|flatMap|sort|toSorted)$/;

/** Whether a callback that is given an error first has no look at it, or takes it for an answer. */
function overlooks(callback: SyntaxNode, name: string): boolean {
  const [first, second, ...more] = callback.parts('parameters');
  const error = first?.part('name')?.value ?? '';
  if (!second || more.length > 1 || ABOUT_ERRORS.test(name)) return false;
  if (!/^_?err(?:or)?$/i.test(error) && !(OF_NODE.test(name) && /^_|^e$|^err/i.test(error))) return false;
  const body = callback.part('body')!;
  const uses: SyntaxNode[] = [];
  each(body, (one) => {
    if (one.kind === 'Identifier' && one.value === error) uses.push(one);
  });
  return uses.every(isAnswered) && new RegExp(`\\b${second.part('name')?.value ?? '\\w'}\\b`).test(body.text);
}

/** Whether of an error only that there is one is asked, and an answer is given where it is. */
function isAnswered(error: SyntaxNode): boolean {
  const { parent } = error;
  if (parent?.kind === 'ConditionalExpression' && parent.part('condition') === error)
    return isWhole(parent.part('whenTrue')!);
  if (parent?.kind !== 'IfStatement') return false;
  const then = parent.part('thenStatement')!;
  const steps = then.kind === 'Block' ? then.parts('statements') : [then];
  const values = steps.flatMap((one) => (one.part('expression') ? [resolvedWith(one.part('expression')!)] : []));
  return values.length > 0 && steps.length <= 2 && values.every((value) => value !== undefined && isWhole(value));
}

/** Nothing at all. A plain no may be the answer. */
const isNone = (value: SyntaxNode): boolean => /^(?:undefined|null|void 0)$/.test(bare(value).text);

const isWhole = (value: SyntaxNode): boolean => isPlain(value) && isAnswer(value);

/** What says that something is through. */
const ENDS_WELL = /^\{?(?:return)?[\w$.]+\.(?:emit\(['"`](?:end|close|finish|done)['"`]\)|end\(\)|push\(null\));?\}?$/;

/** Whether an emitter that breaks off ends as one that is through: by the same function, which is told nothing. */
function endsAll(handler: SyntaxNode, node: SyntaxNode): boolean {
  if (isResolve(handler)) return true;
  const found = handler.kind === 'Identifier' ? new Names().find(handler.value ?? '', handler) : undefined;
  const known = found?.kind === 'function' ? found.node : found?.kind === 'constant' ? bare(found.value) : handler;
  if (!isFunction(known) || known.parts('parameters').length > 0) return false;
  const value = endOf(known);
  if (known === handler) return (value !== undefined && isWhole(value)) || ENDS_WELL.test(flat(known.part('body')!));
  let within = node;
  while (within.parent && !(within !== node && isFunction(within))) within = within.parent;
  return new RegExp(`['"\`](?:end|close|finish|done)['"\`],${handler.value}\\)`).test(flat(within));
}

/** Whether what nobody handled is forgotten: nothing is done with it, or only for who asks for it. */
function forgets(handler: SyntaxNode, isOfPage: boolean): boolean {
  if (!isFunction(handler)) return /^(?:noop|ignore|swallow)$/i.test(handler.value ?? '');
  const body = handler.part('body')!;
  const steps = body.kind === 'Block' ? body.parts('statements') : [body];
  const isNothing = (step: SyntaxNode): boolean => {
    const value = step.kind === 'ExpressionStatement' ? step.part('expression')! : step;
    if (step.kind === 'IfStatement') {
      const then = step.part('thenStatement')!;
      const inner = then.kind === 'Block' ? then.parts('statements') : [then];
      return !step.part('elseStatement') && inner.every((one) => isNothing(one) || isLogged(one));
    }
    return step.kind === 'ReturnStatement' || isPlain(value) || /\.(?:prevent|stop)\w+\(\)$/.test(value.text);
  };
  // A page tells of it by itself, where nobody keeps it from that.
  return steps.every(isNothing) && (!isOfPage || /preventDefault\(|\btrue\b/.test(body.text));
}

const isLogged = (step: SyntaxNode): boolean => {
  const value = step.part('expression');
  return value !== undefined && isLogging(value);
};

/** Whether a timer gives an answer that nobody tells from one. */
function isLateAnswer(given: SyntaxNode): boolean {
  const value = lateValue(bare(given));
  const isNumber = /^(?:Number\.\w+|Infinity)$/.test(value?.text ?? '');
  if (!value || !(isNumber || isWhole(value)) || /time|late|expired|abort/i.test(value.text)) return false;
  return !new RegExp(`[!=]==?${flat(value).replace(/[^\w]/g, '\\$&')}`).test(flat(topOf(given)));
}

/** What a timer gives: of `setTimeout(ms, value)`, `sleep(ms).then(() => value)`, `new Promise((end) => setTimeout(…))`. */
function lateValue(node: SyntaxNode): SyntaxNode | undefined {
  if (node.kind === 'NewExpression') {
    const executor = node.parts('arguments')[0];
    let value: SyntaxNode | undefined;
    if (executor)
      each(executor, (one) => {
        if (one.kind !== 'CallExpression' || !/^setTimeout$/.test(one.part('expression')!.text)) return;
        const [run, , more] = one.parts('arguments');
        value ??= run && isFunction(bare(run)) ? endOf(bare(run)) : run && isResolve(bare(run)) ? more : undefined;
      });
    return value;
  }
  const { root, links } = chainOf(node);
  const [first, next] = links;
  const isTimer = /^(?:setTimeout|sleep|delay|wait|timeout)$/.test(first?.name || (root.value ?? ''));
  if (!isTimer || !first) return undefined;
  if (!next) return first.args?.[1];
  const then = next.name === 'then' && next.args?.[0] ? bare(next.args[0]) : undefined;
  const body = then && isFunction(then) ? then.part('body')! : undefined;
  return body?.kind === 'Block' ? undefined : body && bare(body);
}
