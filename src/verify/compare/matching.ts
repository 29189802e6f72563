import type { Random } from '../../base/index.ts';

/** Repetitions of what may be repeated without an end. */
const MOST = 3;
/** Steps of one text. */
const STEPS = 2_000;

/** A text that a regular expression matches, mostly: look-arounds and back references are left out. */
export function matching(source: string, numbers: Random): string {
  let at = 0;
  let steps = 0;
  const more = (): boolean => at < source.length && ++steps < STEPS;

  type Maker = () => string;
  const sequence =
    (makers: readonly Maker[]): Maker =>
    () =>
      makers.map((one) => one()).join('');

  const alternatives = (): Maker => {
    const found: Maker[] = [];
    let current: Maker[] = [];
    while (more() && source[at] !== ')') {
      if (source[at] === '|') {
        at++;
        found.push(sequence(current));
        current = [];
      } else current.push(repeated(atom()));
    }
    found.push(sequence(current));
    return () => numbers.pick(found)();
  };

  const repeated = (one: Maker): Maker => {
    const [whole, sign, low, comma, high] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(source.slice(at, at + 20)) ?? [];
    if (whole === undefined) return one;
    at += whole.length;
    const least = sign === '+' ? 1 : sign ? 0 : Math.min(Number(low), 40);
    const most = sign === '?' ? 1 : sign || (comma && !high) ? least + MOST : Math.min(Number(high || low), 40);
    return () => Array.from({ length: least + numbers.below(Math.max(1, most - least + 1)) }, one).join('');
  };

  const atom = (): Maker => {
    const one = source[at++]!;
    if (one === '(') {
      const [mark = ''] = /^\?(?:[:=!]|<[=!]|<[\w$]+>)/.exec(source.slice(at, at + 40)) ?? [];
      at += mark.length;
      const inside = alternatives();
      at++;
      return /[!=]$/.test(mark) ? () => '' : inside;
    }
    if (one === '[') return characterClass();
    if (one === '\\') return escaped();
    if (one === '.') return () => numbers.pick([...'aZ0 -_.\u00e9']);
    if (one === '^' || one === '$') return () => '';
    return () => one;
  };

  const escaped = (): Maker => {
    const one = source[at++] ?? '\\';
    const hex = /^(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2}))/i.exec(source.slice(at - 1, at + 9));
    if (hex) {
      at += hex[0].length - 1;
      const text = String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2] ?? hex[3]!, 16));
      return () => text;
    }
    const property = /^[pP]\{([^}]*)\}/.exec(source.slice(at - 1, at + 40));
    if (property) {
      at += property[0].length - 1;
      const letters = /Lu/.test(property[1]!)
        ? 'AZ\u00c9'
        : /Ll/.test(property[1]!)
          ? 'az\u00e9'
          : /^N/.test(property[1]!)
            ? '09\u0663'
            : 'aZ\u00e9\u4e2d';
      return () => numbers.pick([...letters]);
    }
    const set = SETS[one];
    if (set !== undefined) return () => numbers.pick([...set]);
    return /[bB\dk]/.test(one) ? () => '' : () => one;
  };

  const characterClass = (): Maker => {
    const isNegated = source[at] === '^';
    if (isNegated) at++;
    const choices: Maker[] = [];
    const banned: string[] = [];
    for (let first = true; more() && (source[at] !== ']' || first); first = false) {
      const from = source[at++]!;
      const low = from === '\\' ? escaped() : () => from;
      if (source[at] === '-' && source[at + 1] !== ']' && source[at + 1] !== undefined) {
        at++;
        const to = source[at++]!;
        const high = to === '\\' ? escaped()() : to;
        const [start, end] = [low().codePointAt(0) ?? 0, high.codePointAt(0) ?? 0];
        choices.push(() => String.fromCodePoint(start + numbers.below(Math.max(1, end - start + 1))));
      } else choices.push(low);
      banned.push(from);
    }
    at++;
    if (choices.length === 0) return () => 'a';
    const others = [...'aZ0 -_.,/'].filter((one) => !banned.includes(one));
    if (isNegated) return () => (others.length > 0 ? numbers.pick(others) : '\u4e2d');
    return () => numbers.pick(choices)();
  };

  return alternatives()();
}

const SETS: Readonly<Record<string, string>> = {
  d: '0123456789',
  D: 'a -',
  w: 'abZ09_',
  W: ' -.\u00e9',
  s: ' \t\n',
  S: 'aZ0-',
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
  '0': '\0',
};
