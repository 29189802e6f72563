import { joined, not, truth } from './rewrite.ts';
import { type Term, term, UNDEFINED } from './term.ts';

const isText = ({ op }: Term): boolean => op.startsWith("'") || op === 'texts';
const NUMERIC = /^(?:#|\*|-$|\/|%|\*\*|un-|\+n|number|\.length$)/;
const isNumber = (one: Term): boolean =>
  NUMERIC.test(one.op) || (one.op === 'call' && one.kids[0]!.kids[0]?.op === 'name:Math');

/** Texts one after the other, those written out side by side as one. */
export function texts(parts: readonly Term[]): Term {
  const flat: Term[] = [];
  for (const one of parts.flatMap((part) => (part.op === 'texts' ? part.kids : [part]))) {
    const last = flat.at(-1);
    if (last?.op.startsWith("'") && one.op.startsWith("'")) flat[flat.length - 1] = term(last.op + one.op.slice(1));
    else flat.push(one);
  }
  const said = flat.filter(({ op }) => op !== "'");
  return said.length === 1 && said[0]!.op.startsWith("'") ? said[0]! : term('texts', ...said);
}

export function equal(op: '===' | '==', left: Term, right: Term): Term {
  const [a, b] = left.op.startsWith('#') ? [right, left] : [left, right];
  if (b.op === '#-1' && a.op === 'call' && a.kids[0]?.op === '.indexOf')
    return not(term('call', term('.includes', ...a.kids[0].kids), ...a.kids.slice(1)));
  const isTypeof = (one: Term): boolean => one.op === 'TypeOfExpression';
  if (isTypeof(a) && b.op === "'undefined") return term('===', a.kids[0]!, UNDEFINED);
  return b.op.startsWith('#') ? term(op, b, a) : term(op, a, b);
}

function less(op: '<' | '<=', left: Term, right: Term): Term {
  if (op === '<' && left.op === '#0' && right.op === '.length') return not(equal('===', left, right));
  if (op === '<=' && left.op === '#1' && right.op === '.length') return not(equal('===', term('#0'), right));
  const sought = left.op === 'call' ? left : right;
  if (sought.op === 'call' && sought.kids[0]?.op === '.indexOf') {
    const has = term('call', term('.includes', ...sought.kids[0].kids), ...sought.kids.slice(1));
    if ((op === '<=' && left.op === '#0') || (op === '<' && left.op === '#-1')) return has;
    if (op === '<' && right.op === '#0') return not(has);
  }
  return term(op, left, right);
}

/** A sign between two values, of the ways to say it the one that is kept. */
export function binary(sign: string, left: Term, right: Term): Term {
  switch (sign) {
    case '===':
    case '==':
      return equal(sign, left, right);
    case '!==':
      return not(equal('===', left, right));
    case '!=':
      return not(equal('==', left, right));
    case '>':
      return less('<', right, left);
    case '>=':
      return less('<=', right, left);
    case '<':
    case '<=':
      return less(sign, left, right);
    case '&&':
      return joined('and', [truth(left), right]);
    case '||':
      return joined('or', [truth(left), right]);
    case '+':
      if (isText(left) || isText(right)) return texts([left, right]);
      if (isNumber(left) || isNumber(right))
        return term('+n', ...[left, right].flatMap((one) => (one.op === '+n' ? one.kids : [one])));
      return term('+', left, right);
    case '*':
      return term('*', ...[left, right].flatMap((one) => (one.op === '*' ? one.kids : [one])));
    case '=':
      return term('set', left, right);
    default:
      if (/^(?!(?:===?|!==?|<=|>=)$).+=$/.test(sign)) return term('set', left, binary(sign.slice(0, -1), left, right));
      return term(sign, left, right);
  }
}

/** A call, of the ways to say it the one that is kept. */
export function called(callee: Term, args: readonly Term[], optional: boolean): Term {
  const [on] = callee.kids;
  const [first] = args;
  const of = (name: string, object: string): boolean => callee.op === `.${name}` && on?.op === `name:${object}`;
  if (optional) return term('?call', callee, ...args);
  if (of('pow', 'Math') && args.length === 2) return term('**', ...args);
  if (of('from', 'Array') && args.length === 1) return term('copy', first!);
  if (of('from', 'Array') && args.length === 2) return term('call', term('.map', term('copy', first!)), args[1]!);
  if (callee.op === '.slice' && args.length === 0) return term('copy', on!);
  if (of('assign', 'Object') && first?.op === 'object' && first.kids.length === 0)
    return term('object', ...args.slice(1).map((one) => term('...', one)));
  if (callee.op === 'name:String' && args.length === 1) return texts([first!, term("'")]);
  if (callee.op === 'name:Number' && args.length === 1) return term('number', first!);
  if (callee.op === 'name:Boolean' && args.length === 1) return not(not(truth(first!)));
  return term('call', callee, ...args);
}
