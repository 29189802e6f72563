/** Assignments tried before two conditions count as not comparable. */
const TRIED = 20_000;
/** Characters of a condition that is taken apart. */
const TEXT = 4_000;

type Value = string | boolean;
type Expression = (values: ReadonlyMap<string, Value>) => boolean;

/**
 * Whether a condition of a pipeline holds in fewer cases than before: it never holds where the one before does not, and
 * not always where that one does. Undefined where neither follows from the other, or it cannot be read.
 *
 * What compares a name with a literal is understood for every value of the name that either side mentions, and one more.
 */
export function asksForLess(before: string, after: string): boolean | undefined {
  const domains = new Map<string, Set<Value>>();
  const [old, now] = [read(before, domains), read(after, domains)];
  if (!old || !now) return undefined;
  const names = [...domains];
  if (names.reduce((product, [, values]) => product * values.size, 1) >= TRIED) return undefined;
  let [loses, gains] = [false, false];
  const visit = (at: number, values: Map<string, Value>): void => {
    const next = names[at];
    if (!next) {
      const [was, is] = [old(values), now(values)];
      loses ||= was && !is;
      gains ||= is && !was;
      return;
    }
    for (const value of next[1]) visit(at + 1, new Map(values).set(next[0], value));
  };
  visit(0, new Map());
  return loses && gains ? undefined : loses;
}

/** A value that no condition mentions. */
const OTHER = '\u0000';

/** Takes apart `||`, `&&`, `!`, comparisons with a literal; anything else is a name that may hold or not. */
function read(text: string, domains: Map<string, Set<Value>>): Expression | undefined {
  const plain = text
    .replace(/\$\{\{|\}\}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain.length >= TEXT) return undefined;
  if (plain === '') return () => true;
  const tokens =
    plain.match(/'(?:[^']|'')*'|&&|\|\||[=!]=|[<>]=?|[!(),]|[^\s'&|=!<>(),]+|./g)?.filter((one) => one !== ' ') ?? [];
  let at = 0;
  const either = (): Expression | undefined => chain('||', both, (a, b) => (values) => a(values) || b(values));
  const both = (): Expression | undefined => chain('&&', single, (a, b) => (values) => a(values) && b(values));
  const chain = (
    sign: string,
    part: () => Expression | undefined,
    join: (a: Expression, b: Expression) => Expression,
  ): Expression | undefined => {
    let left = part();
    while (left && tokens[at] === sign) {
      at++;
      const right = part();
      left = right && join(left, right);
    }
    return left;
  };
  const single = (): Expression | undefined => {
    if (tokens[at] === '!') {
      at++;
      const inner = single();
      return inner && ((values) => !inner(values));
    }
    if (tokens[at] === '(') {
      at++;
      const inner = either();
      if (tokens[at++] !== ')') return undefined;
      return inner;
    }
    const left = operand();
    if (left === undefined) return undefined;
    const sign = tokens[at];
    if (sign !== '==' && sign !== '!=' && !/^[<>]/.test(sign ?? '')) return truth(left, domains);
    at++;
    const right = operand();
    if (right === undefined) return undefined;
    const [name, literal] = isLiteral(left) ? [right, left] : [left, right];
    if (/^[<>]/.test(sign!) || !isLiteral(literal)) return truth(`${left} ${sign} ${right}`, domains);
    const value = literal.replace(/^'|'$/g, '');
    const known = domains.get(name) ?? new Set<Value>([OTHER]);
    domains.set(name, known.add(value));
    return sign === '==' ? (values) => values.get(name) === value : (values) => values.get(name) !== value;
  };
  const operand = (): string | undefined => {
    const word = tokens[at];
    if (word === undefined || !/^['\w$*.-]/.test(word)) return undefined;
    at++;
    if (tokens[at] !== '(') return word;
    let [called, depth] = [word, 0];
    do {
      const next = tokens[at++];
      if (next === undefined) return undefined;
      called += next;
      depth += next === '(' ? 1 : next === ')' ? -1 : 0;
    } while (depth > 0);
    return called;
  };
  const whole = either();
  return at === tokens.length ? whole : undefined;
}

const isLiteral = (word: string): boolean => /^'|^-?\d+(?:\.\d+)?$|^(?:true|false|null)$/.test(word);

function truth(word: string, domains: Map<string, Set<Value>>): Expression {
  // A step runs after others that did not fail: asked for or not.
  if (/^(?:true|always\(\)|success\(\))$/.test(word)) return () => true;
  if (/^(?:false|cancelled\(\)|never\(\))$/.test(word)) return () => false;
  if (!domains.has(word)) domains.set(word, new Set<Value>([false, true]));
  const known = domains.get(word)!;
  if (known.has(OTHER)) {
    // Compared with a literal elsewhere: it holds where it is something.
    return (values) => !/^(?:false|0|null|)$/.test(String(values.get(word)));
  }
  return (values) => values.get(word) === true;
}
