import type { SyntaxNode } from '../../lang/index.ts';
import { Canon } from './canon.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { leavesOut, narrowed } from './collected.ts';
import { isOfTests } from './imported.ts';
import { drawnAgain, overwritten } from './recorded.ts';
import { holds, type Replaced, replacedIn } from './replaced.ts';
import { bare, isFunction, Names, topOf } from './scope.ts';
import { evens, isInCase, isKept, isQuestion, OF_MACHINE } from './supportPlaces.ts';
import type { Finding } from './types.ts';

/** How a place came to let more go by; undefined where it did not. */
type Rule = (place: Required<Replaced>) => string | undefined;

/**
 * What stands around the assertions, which stay as they are, and lets more go by: functions of the tests that even out what they
 * give, recorders that leave things out, matchers that compare less, lists of cases that are filtered.
 */
export function supportFindings(all: readonly CodeFile[]): Finding[] {
  const files = all.filter(({ isTest, path, base, head }) => (isTest || isOfTests(path)) && base && head);
  const isCodeChanged = all.some((one) => !files.includes(one) && !isOfTests(one.path) && !one.isTest);
  // Where the questions change too, another form of the answer may be what they are about.
  const isAskedOtherwise = files.some(({ base, head }) => {
    const still = new Set(askedIn(head!.root));
    return askedIn(base!.root).some((one) => !still.has(one));
  });
  if (!isCodeChanged || isAskedOtherwise) return [];
  const set = new Set(files.flatMap(({ head }) => setIn(head!.root)));
  return files.flatMap(({ path, base, head }) =>
    replacedIn(base!.root, head!.root).flatMap((place): Finding[] => {
      const { old, now } = place;
      if (old && !now) {
        const gone = leavesOut(old, head!.root);
        return gone ? [{ label: 'test-deleted', ...at(path, old), isGone: true, ...gone }] : [];
      }
      if (now && isWithinQuestion(now)) return [];
      const found =
        old && now
          ? [...RULES, looksIfAsked(set)].map((rule) => rule({ old, now })).find((one) => one !== undefined)
          : undefined;
      const how =
        found ??
        (now && !old ? (overwritten(now, base!.root) ?? drawnAgain(now, base!.root) ?? narrowed(now)) : undefined);
      if (how === undefined || !now) return [];
      const expected = old ? clip(old.text) : 'the tests to ask for as much';
      return [{ label: 'test-loosened', ...at(path, now), expected, found: `${clip(now.text)}: ${how}` }];
    }),
  );
}

function askedIn(root: SyntaxNode): readonly string[] {
  const found: string[] = [];
  each(root, (node) => {
    if (isQuestion(node)) found.push(flat(node));
  });
  return found;
}

function isWithinQuestion(node: SyntaxNode): boolean {
  for (let at: SyntaxNode | undefined = node; at && !isFunction(at); at = at.parent) if (isQuestion(at)) return true;
  return false;
}

const evenedOut: Rule = ({ old, now }) =>
  evens(old, now) && isKept(now) ? 'values that differ come out the same' : undefined;

const RECORDS = /^[\w.$\]["']+\.(?:push|unshift|add|set)\(|^[\w.$]+\s*(?:[-+]?=(?!=)|\+\+)/;

/** What a recorder is told goes in only under a condition. */
const recordsLess: Rule = ({ old, now }) => {
  const isGuarded =
    now.kind === 'IfStatement' ||
    (now.kind === 'BinaryExpression' && /^(?:Ampersand|Bar)/.test(now.part('operatorToken')!.kind));
  return isGuarded && RECORDS.test(old.text) && holds(now, old) ? 'it is recorded only in some cases' : undefined;
};

const NOTHING = /^(?:null|undefined|void 0|''|""|\[\])$/;

/** A function of the tests that gave nothing gives something else. */
const fallsBack: Rule = ({ old, now }) =>
  NOTHING.test(old.text) && isKept(now) && !isInCase(now) && /\?\?|\|\|/.test(now.text) && holds(now, old)
    ? 'something where there was nothing'
    : undefined;

/** Whether a value is what a matcher says of whether it passes. */
function isPass(value: SyntaxNode): boolean {
  const { parent } = value;
  const place = parent?.part('left') ?? parent?.part('name');
  const name = place?.kind === 'PropertyAccessExpression' ? place.part('name')?.value : place?.value;
  return name === 'pass' && place !== value;
}

/** What a matcher says is so of fewer things, or takes another answer too. */
const matchesLess: Rule = (place) => {
  let { old, now } = place;
  while (/^(?:Binary|Call|Parenthesized|Await|PrefixUnary)Expression$/.test(now.parent?.kind ?? '') && !isPass(now)) {
    if (old.parent?.kind !== now.parent?.kind) return undefined;
    [old, now] = [old.parent!, now.parent!];
  }
  if (!isPass(now)) return undefined;
  const names = (node: SyntaxNode): ReadonlySet<string> => {
    const found = new Set<string>();
    each(node, (one) => {
      if (one.kind === 'Identifier' && one.value) found.add(one.value);
    });
    return found;
  };
  const known = bare(now).kind === 'Identifier' ? new Names().find(bare(now).value ?? '', now) : undefined;
  const value = known?.kind === 'constant' ? known.value : now;
  if (value !== now && flat(bare(value)) === flat(bare(old))) return undefined;
  if (/\|\|/.test(value.text) && holds(value, old)) return 'it passes in other cases too';
  const [was, is] = [names(old), names(value)];
  const scope = new Names();
  return [...args(old)].some((one) => was.has(one) && !is.has(one) && scope.find(one, now))
    ? 'it no longer looks at all of it'
    : undefined;
};

/** Names that are handed over, or compared. */
function args(node: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  each(node, (one) => {
    const isHanded = one.kind === 'CallExpression' ? one.parts('arguments') : [one.part('left'), one.part('right')];
    for (const each of isHanded) if (each?.kind === 'Identifier') found.add(each.value ?? '');
  });
  return found;
}

/** A list of what is tested, or of what it is compared with, goes through a narrower filter. */
const filtersMore: Rule = ({ old, now }) => {
  const fn = now.parent;
  const isFilter =
    fn !== undefined &&
    isFunction(fn) &&
    fn.parent?.kind === 'CallExpression' &&
    /\.filter$/.test(fn.parent.part('expression')!.text);
  const isBoth = now.kind === 'BinaryExpression' && now.part('operatorToken')!.kind === 'AmpersandAmpersandToken';
  return isFilter && isBoth && holds(now, old) && !isInCase(now) ? 'fewer of them are tested' : undefined;
};

/** A number of inputs that are made is lower. */
const makesFewer: Rule = ({ old, now }) => {
  const isLength =
    now.parent?.kind === 'PropertyAssignment' &&
    now.parent.part('name')?.value === 'length' &&
    /^Array\.from\(/.test(now.parent.parent?.parent?.text ?? '');
  if (!isLength) return undefined;
  const [was, is] = [old, now].map((one) => Number(new Canon(new Names()).print(one).text));
  return is! <= was! / 2 ? `${is} of ${was} are made` : undefined;
};

/** A type that a test asks for is any now. */
const takesAny: Rule = ({ old, now }) => {
  const call = now.parent;
  const isAsked =
    now.kind === 'AnyKeyword' &&
    old.kind !== 'UnknownKeyword' &&
    call?.kind === 'CallExpression' &&
    call.parts('typeArguments').includes(now) &&
    /^(?:test|expect|assert|check|is)(?=[A-Z_]|$)/.test(call.part('expression')!.text);
  return isAsked ? 'any type will do' : undefined;
};

/** An option by which differences count for nothing is turned on. */
const turnedOn: Rule = ({ old, now }) =>
  old.kind === 'FalseKeyword' && now.kind === 'TrueKeyword' && now.parent ? narrowed(now.parent) : undefined;

/** What a loop of assertions goes over is only a part of the list that it went over. */
const goesOverLess: Rule = ({ old, now }) => {
  const [call, callee] = [now, now.part('expression')];
  const isPart =
    call.kind === 'CallExpression' &&
    callee?.kind === 'PropertyAccessExpression' &&
    /^(?:filter|slice)$/.test(callee.part('name')?.value ?? '') &&
    flat(callee.part('expression')!) === flat(old);
  if (old.kind !== 'Identifier' || !isPart || OF_MACHINE.test(call.text)) return undefined;
  const { parent } = now;
  const isOver =
    (parent?.kind === 'ForOfStatement' && parent.part('expression') === now && asks(parent)) ||
    (parent?.kind === 'PropertyAccessExpression' &&
      parent.part('name')?.value === 'forEach' &&
      parent.parent !== undefined &&
      asks(parent.parent));
  // Parts that are tested one after another may be the whole together.
  const many = (node: SyntaxNode): number => namesIn(topOf(node)).filter((name) => name === old.value).length;
  return isOver && many(now) <= many(old) ? 'fewer of them are tested' : undefined;
};

/** A helper looks only where an option says so that it did not have before, and that nobody turns on. */
const looksIfAsked =
  (set: ReadonlySet<string>): Rule =>
  ({ old, now: given }) => {
    const [only, more] = given.parts('statements');
    const now = only && !more ? only : given;
    const isBoth = now.kind === 'BinaryExpression' && now.part('operatorToken')!.kind === 'AmpersandAmpersandToken';
    const condition = isBoth ? now.part('left')! : now.kind === 'IfStatement' ? now.part('expression')! : undefined;
    const looks = isBoth ? now.parent : now;
    if (condition?.kind !== 'PropertyAccessExpression' || looks?.kind !== 'IfStatement') return undefined;
    const isSameElse = isBoth ? flat(now.part('right')!) === flat(old) : holds(now, old);
    const owner = condition.part('expression')!;
    const handed = owner.kind === 'Identifier' ? new Names().find(owner.value ?? '', owner)?.name.parent : undefined;
    const option = condition.part('name')?.value ?? '';
    if (!isSameElse || handed?.kind !== 'Parameter' || isInCase(now) || !asks(looks)) return undefined;
    return namesIn(topOf(old)).includes(option) || set.has(option) ? undefined : `nothing sets ${option}`;
  };

/** A recorder writes down another value than the one that it is told. */
const recordsOtherwise: Rule = ({ old, now }) => {
  const sign = now.part('operatorToken')?.kind ?? '';
  const [left, right] = [now.part('left'), now.part('right')];
  const isWorkedOut = now.kind === 'BinaryExpression' && /^(?:Plus|Minus|Asterisk|Slash)Token$/.test(sign);
  const others = [left, right].filter((one) => one && flat(one) !== flat(old));
  const call = now.parent;
  const isTold =
    call?.kind === 'CallExpression' &&
    call.parts('arguments').includes(now) &&
    RECORDS.test(call.text) &&
    new Names().find(old.value ?? '', now)?.name.parent?.kind !== 'VariableDeclaration';
  const isOther = others.length === 1 && /^(?:Numeric|String)Literal$/.test(others[0]!.kind);
  return old.kind === 'Identifier' && isWorkedOut && isTold && isOther
    ? 'another value is recorded than the one that is told'
    : undefined;
};

/** Whether something in a node asserts. */
function asks(whole: SyntaxNode): boolean {
  let found = false;
  each(whole, (node) => {
    found ||= isQuestion(node) || node.kind === 'ThrowStatement';
  });
  return found;
}

/** Names that objects written out give a value. */
function setIn(root: SyntaxNode): readonly string[] {
  const found: string[] = [];
  each(root, (node) => {
    if (/^(?:Shorthand)?PropertyAssignment$/.test(node.kind)) found.push(node.part('name')?.value ?? '');
  });
  return found;
}

function namesIn(root: SyntaxNode): readonly string[] {
  const found: string[] = [];
  each(root, ({ kind, value }) => {
    if (kind === 'Identifier' && value) found.push(value);
  });
  return found;
}

const RULES: readonly Rule[] = [
  takesAny,
  turnedOn,
  evenedOut,
  recordsLess,
  fallsBack,
  matchesLess,
  filtersMore,
  goesOverLess,
  recordsOtherwise,
  makesFewer,
];
