import type { SyntaxNode } from '../../lang/index.ts';
import { each, flat } from './code.ts';
import { bare, isFunction } from './scope.ts';

/** Something that the compiler is made to believe and nobody looks at. */
export interface Claim {
  readonly key: string;
  readonly node: SyntaxNode;
}

/** Functions that turn anything into anything, guards that never say no, members of any name for a library's types. */
export function claimsIn(root: SyntaxNode): readonly Claim[] {
  const found: Claim[] = [];
  each(root, (node) => {
    if (isFunction(node) && (isCast(node) || isLyingGuard(node))) found.push({ key: `claim ${flat(node)}`, node });
    if (node.kind === 'IndexSignature' && node.part('type')?.kind === 'AnyKeyword' && isAugmenting(node, root))
      found.push({ key: `augment ${flat(node)}`, node });
    if (node.kind === 'CallExpression' && isReflected(node)) found.push({ key: flat(node), node });
  });
  return found;
}

/** What a function gives: of an arrow its expression, else what its own `return`s give. */
function givenBy(node: SyntaxNode): readonly SyntaxNode[] {
  const body = node.part('body');
  if (!body) return [];
  if (body.kind !== 'Block') return [withoutParens(body)];
  const found: SyntaxNode[] = [];
  const visit = (one: SyntaxNode): void => {
    if (isFunction(one)) return;
    const value = one.kind === 'ReturnStatement' ? one.part('expression') : undefined;
    if (value) found.push(withoutParens(value));
    one.children.forEach(visit);
  };
  visit(body);
  return found;
}

export function withoutParens(node: SyntaxNode): SyntaxNode {
  let one = node;
  while (one.kind === 'ParenthesizedExpression') one = one.part('expression')!;
  return one;
}

const typeOf = (node: SyntaxNode, name: string): SyntaxNode | undefined =>
  node
    .parts('parameters')
    .find((one) => one.part('name')?.value === name)
    ?.part('type');

/** `<T>(value: unknown): T => value as T` */
function isCast(node: SyntaxNode): boolean {
  const names = node.parts('typeParameters').map((one) => one.part('name')?.value ?? '');
  const [given, ...more] = givenBy(node);
  const isOnly = node.part('body')?.kind !== 'Block' || node.part('body')!.parts('statements').length === 1;
  if (!given || more.length > 0 || !isOnly || !/^(?:AsExpression|TypeAssertionExpression)$/.test(given.kind))
    return false;
  const name = names.find((one) => one === given.part('type')?.text);
  const value = bare(given);
  const isParameter = node.parts('parameters').some((one) => one.part('name')?.value === value.value);
  const type = typeOf(node, value.value ?? '')?.text ?? '';
  return name !== undefined && value.kind === 'Identifier' && isParameter && !new RegExp(`\\b${name}\\b`).test(type);
}

/** A guard that is true whatever it is asked, an assertion that nothing fails. */
function isLyingGuard(node: SyntaxNode): boolean {
  const predicate = node.part('type');
  const body = node.part('body');
  if (predicate?.kind !== 'TypePredicate' || !body) return false;
  if (/^asserts\b/.test(predicate.text)) {
    let canFail = false;
    each(body, (one) => {
      const isLog = /^console\./.test(one.text);
      if (one.kind === 'ThrowStatement' || (/^(?:Call|New)Expression$/.test(one.kind) && !isLog)) canFail = true;
    });
    return !canFail;
  }
  const given = givenBy(node);
  return given.length > 0 && given.every((value) => isAlways(value, (name) => typeOf(node, name)?.text));
}

/** Whether a condition holds for all values of the types that are declared. */
function isAlways(value: SyntaxNode, typeOf: (name: string) => string | undefined): boolean {
  const text = flat(value);
  if (/^(?:true|!0|!false|!!1|!!true)$|\.length>(?:=0|-1)$|\.length!==?-1$|^\(?(\w+)\)?===?\1$|\|\|true$/.test(text))
    return true;
  const [, asked = '', type = ''] = /^typeof(\w+)===?['"](\w+)['"]$/.exec(text) ?? [];
  if (type !== '' && typeOf(asked) === type) return true;
  const [, known = ''] = /^(\w+)!==?(?:undefined|null)$/.exec(text) ?? [];
  return /^(?:string|number|boolean|bigint)$/.test(typeOf(known) ?? '');
}

/** Whether a declaration adds to the types of a library or of all: it stands in a module, and not for files of an ending. */
function isAugmenting(node: SyntaxNode, root: SyntaxNode): boolean {
  const isModule = root
    .parts('statements')
    .some((one) => /^(?:Import|Export)/.test(one.kind) || /^export\b/.test(one.text));
  for (let at = node.parent; at; at = at.parent) {
    if (at.kind !== 'ModuleDeclaration') continue;
    const name = at.part('name')!;
    return isModule && (name.kind === 'StringLiteral' ? !/[*]|^\./.test(name.value ?? '') : name.text === 'global');
  }
  return false;
}

/** A member read by its name past the type that has none of it; of what has no type of its own there is no other way. */
function isReflected(node: SyntaxNode): boolean {
  const [object, key, ...more] = node.parts('arguments');
  if (node.part('expression')!.text !== 'Reflect.get' || !object || key?.kind !== 'StringLiteral' || more.length > 0)
    return false;
  const name = object.kind === 'Identifier' ? (object.value ?? '') : '';
  if (name === '' || /^(?:globalThis|global|window|self|document|target)$/.test(name)) return false;
  for (let at = node.parent; at; at = at.parent) {
    if (!isFunction(at)) continue;
    const type = typeOf(at, name)?.text;
    if (type !== undefined) return !/\b(?:object|unknown|any|Record|Function)\b|^\{\}$/.test(type);
    const isAsked = new RegExp(`typeof ${name}\\b|\\b${name} instanceof\\b|['"]\\w+['"] in ${name}\\b`);
    const isUnsure = new RegExp(`\\b${name}: (?:object|unknown|any)\\b|\\(${name}\\) =>|catch \\(${name}\\)`);
    if (isAsked.test(at.text) || isUnsure.test(at.text)) return false;
  }
  return true;
}

/** Types that say nothing of how a value is called, or what it holds. */
const VAGUE = /^(?:Function|Object|\{\s*\})$/;

/** Parameters of which the compiler knew more at the base. */
export function vagueIn(base: SyntaxNode, head: SyntaxNode): readonly SyntaxNode[] {
  const typed = (root: SyntaxNode, isOf: (type: string) => boolean): ReadonlyMap<string, SyntaxNode> => {
    const found = new Map<string, SyntaxNode>();
    each(root, (node) => {
      const type = node.kind === 'Parameter' ? node.part('type')?.text : undefined;
      if (type !== undefined && isOf(type)) found.set(keyOf(node.parent!, node.part('name')?.value ?? ''), node);
    });
    return found;
  };
  const isVague = (type: string): boolean => VAGUE.test(type);
  // A function of which nothing is known.
  const hasAny = (type: string): boolean => /:\s*any\b|=>\s*(?:Promise<)?any\b/.test(type);
  return [isVague, hasAny].flatMap((isLess) => {
    const was = typed(base, (type) => !isLess(type) && !/^(?:any|unknown|object)$/.test(type));
    const wasLess = typed(base, isLess);
    return [...typed(head, isLess)].flatMap(([key, node]) =>
      was.has(key) && !wasLess.has(key) && !isOverloaded(node.parent!) ? [node] : [],
    );
  });
}

/** Whether other declarations of a function say what it takes. */
function isOverloaded(holder: SyntaxNode): boolean {
  const name = holder.part('name')?.value;
  const beside = holder.parent?.children ?? [];
  return beside.some((one) => one !== holder && one.kind === holder.kind && one.part('name')?.value === name);
}

const takesParameters = (node: SyntaxNode): boolean => isFunction(node) || node.kind === 'Constructor';

/** Parameters that take more than at the base, and are held to be of the type they had without a look. */
export function widenedIn(base: SyntaxNode, head: SyntaxNode): readonly SyntaxNode[] {
  const before = new Map<string, string>();
  each(base, (node) => {
    if (node.kind !== 'Parameter') return;
    const type = node.part('type');
    if (type && takesParameters(node.parent!))
      before.set(keyOf(node.parent!, node.part('name')?.value ?? ''), type.text);
  });
  const found: SyntaxNode[] = [];
  each(head, (node) => {
    if (node.kind !== 'AsExpression') return;
    const value = bare(node.part('expression')!);
    const name = value.kind === 'Identifier' ? (value.value ?? '') : '';
    let holder = node.parent;
    while (holder && !(takesParameters(holder) && typeOf(holder, name))) holder = holder.parent;
    const type = holder && typeOf(holder, name)?.text;
    if (!holder || type === undefined) return;
    const was = before.get(keyOf(holder, name));
    if (was === node.part('type')?.text && was !== type && !isLookedAt(holder, name)) found.push(node);
  });
  return found;
}

/** A parameter by the names of what it is in. */
function keyOf(holder: SyntaxNode, name: string): string {
  const names = [name];
  for (let at: SyntaxNode | undefined = holder; at; at = at.parent) {
    const own = at.kind === 'Constructor' ? 'constructor' : at.part('name')?.value;
    if (own !== undefined) names.push(own);
  }
  return names.join();
}

/** Whether a function asks something of a parameter, or hands it to what may. */
function isLookedAt(holder: SyntaxNode, name: string): boolean {
  let isAsked = false;
  const is = new RegExp(`\\b${name}\\b`);
  each(holder, (node) => {
    const condition =
      node.kind === 'ConditionalExpression'
        ? node.part('condition')
        : /^(?:If|While|Switch)Statement$/.test(node.kind)
          ? node.part('expression')
          : undefined;
    if (condition && is.test(condition.text)) isAsked = true;
    if (node.kind === 'CallExpression' && node.parts('arguments').some((one) => is.test(one.text))) isAsked = true;
  });
  return isAsked;
}
