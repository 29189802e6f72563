import { arrayOf, BOOLEAN, NUMBER, STRING } from '../kinds.ts';
import { ERROR } from '../values.ts';
import { BINDS, infix, type Operator, operator } from './operator.ts';

const N = NUMBER;
const call = (name: string, cost: number, apply: (n: number) => unknown, words: string): Operator =>
  operator(`${name}($0)`, [N], N, cost, apply, words);

/** Arithmetic, comparison and logic. */
export function numberOperators(): Operator[] {
  return [
    infix('+', BINDS.additive, [N, N], N, 2, (a: number, b: number) => a + b, 'add sum plus total increase', {
      commutative: true,
      name: 'number +',
    }),
    infix(
      '-',
      BINDS.additive,
      [N, N],
      N,
      2,
      (a: number, b: number) => a - b,
      'subtract difference minus less remaining left off',
    ),
    infix(
      '*',
      BINDS.multiplicative,
      [N, N],
      N,
      2,
      (a: number, b: number) => a * b,
      'multiply times product area square squared squares double percent',
      { commutative: true, mixes: true },
    ),
    infix(
      '/',
      BINDS.multiplicative,
      [N, N],
      N,
      3,
      (a: number, b: number) => a / b,
      'divide average mean half ratio percent quotient',
      { mixes: true },
    ),
    infix(
      '%',
      BINDS.multiplicative,
      [N, N],
      N,
      3,
      (a: number, b: number) => a % b,
      'modulo modulus remainder divisible digit multiple',
    ),
    infix('**', BINDS.power, [N, N], N, 5, (a: number, b: number) => a ** b, 'power cube exponent'),
    operator('-$0', [N], N, 3, (a: number) => -a, 'negative negate negated opposite minus', {
      binds: BINDS.unary,
      needs: [BINDS.unary],
    }),
    call('Math.abs', 3, Math.abs, 'absolute distance difference magnitude'),
    call('Math.floor', 3, Math.floor, 'floor down integer whole half'),
    call('Math.ceil', 4, Math.ceil, 'ceil up upward ceiling'),
    call('Math.round', 4, Math.round, 'round rounded nearest closest'),
    call('Math.trunc', 4, Math.trunc, 'truncate integer toward whole'),
    call('Math.sqrt', 7, Math.sqrt, 'sqrt root square'),
    call('Math.cbrt', 8, Math.cbrt, 'cube cubic'),
    call('Math.sign', 7, Math.sign, 'sign signs'),
    operator('Math.max($0, $1)', [N, N], N, 3, Math.max, 'max maximum largest least greater larger bigger', {
      commutative: true,
    }),
    operator('Math.min($0, $1)', [N, N], N, 3, Math.min, 'min minimum smallest most smaller less', {
      commutative: true,
    }),
    operator('Number.isInteger($0)', [N], BOOLEAN, 4, Number.isInteger, 'integer integers whole'),
    operator('$0 % 2 === 0', [N], BOOLEAN, 5, (a: number) => a % 2 === 0, 'even', {
      binds: BINDS.equality,
      needs: [BINDS.multiplicative],
      name: 'even',
    }),
    operator('$0 % 2 === 1', [N], BOOLEAN, 5, (a: number) => a % 2 === 1, 'odd', {
      binds: BINDS.equality,
      needs: [BINDS.multiplicative],
      name: 'odd',
    }),
    operator(
      '$0 % $1 === 0',
      [N, N],
      BOOLEAN,
      5,
      (a: number, b: number) => a % b === 0,
      'divisible multiple divisor factor divides divided prime',
      { binds: BINDS.equality, needs: [BINDS.multiplicative, BINDS.power], name: 'divides' },
    ),
    infix('===', BINDS.equality, [N, N], BOOLEAN, 2, (a, b) => a === b, 'equal same equals', {
      commutative: true,
      absent: true,
      name: 'number ===',
    }),
    infix('!==', BINDS.equality, [N, N], BOOLEAN, 3, (a, b) => a !== b, 'different except distinct other', {
      commutative: true,
      absent: true,
      name: 'number !==',
    }),
    infix(
      '<',
      BINDS.relational,
      [N, N],
      BOOLEAN,
      2,
      (a: number, b: number) => a < b,
      'less below smaller under ascending fewer lower shorter lighter earlier younger cheaper',
    ),
    infix(
      '>',
      BINDS.relational,
      [N, N],
      BOOLEAN,
      2,
      (a: number, b: number) => a > b,
      'greater above larger more bigger positive exceeds exceed higher longer heavier later older dearer',
    ),
    infix('<=', BINDS.relational, [N, N], BOOLEAN, 3, (a: number, b: number) => a <= b, 'most inclusive within'),
    infix('>=', BINDS.relational, [N, N], BOOLEAN, 3, (a: number, b: number) => a >= b, 'least inclusive within'),
    infix(
      '&&',
      BINDS.and,
      [BOOLEAN, BOOLEAN],
      BOOLEAN,
      2,
      (a: () => unknown, b: () => unknown) => both(a(), b),
      'and both',
      { commutative: true, lazy: true },
    ),
    infix(
      '||',
      BINDS.or,
      [BOOLEAN, BOOLEAN],
      BOOLEAN,
      3,
      (a: () => unknown, b: () => unknown) => either(a(), b),
      'or either',
      { commutative: true, lazy: true },
    ),
    operator('!$0', [BOOLEAN], BOOLEAN, 2, (a: boolean) => !a, 'not without unless', {
      binds: BINDS.unary,
      needs: [BINDS.unary],
    }),
    infix('===', BINDS.equality, [BOOLEAN, BOOLEAN], BOOLEAN, 4, (a, b) => a === b, '', {
      commutative: true,
      name: 'boolean ===',
    }),
    operator(
      '[...String($0)].map(Number)',
      [N],
      arrayOf(N),
      6,
      (n: number) => [...String(n)].map(Number),
      'digit digits',
      { name: 'digits', flavour: 'none' },
    ),
    operator(
      '$0 > 1 && !Array.from({ length: Math.floor(Math.sqrt($0)) - 1 }, (_, index) => index + 2).some((divisor) => $0 % divisor === 0)',
      [N],
      BOOLEAN,
      7,
      isPrime,
      'prime primes',
      { name: 'prime', binds: BINDS.and, needs: [BINDS.multiplicative] },
    ),
    operator('String($0)', [N], STRING, 4, (n: number) => String(n), 'digit digits string decimal'),
    operator(
      '$0.toString($1)',
      [N, N],
      STRING,
      7,
      (n: number, radix: number) =>
        radix >= 2 && radix <= 36 && Number.isInteger(radix) && Number.isFinite(n) ? n.toString(radix) : undefined,
      'binary base hexadecimal radix',
    ),
    operator(
      '$0.toFixed($1)',
      [N, N],
      STRING,
      8,
      (n: number, digits: number) =>
        Number.isInteger(digits) && digits >= 0 && digits <= 20 ? n.toFixed(digits) : undefined,
      'decimals places fixed',
    ),
  ];
}

const both = (a: unknown, b: () => unknown): unknown => (a === true ? b() : a);
const either = (a: unknown, b: () => unknown): unknown => (a === false ? b() : a);

/** A larger number takes too many steps to be tried. */
const MOST_PRIME = 1_000_000;

function isPrime(n: number): unknown {
  if (n >= MOST_PRIME) return ERROR;
  if (!(n > 1)) return false;
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}
