import { identifierWords } from '../../base/index.ts';
import { BOOLEAN, type Universe } from '../kinds.ts';
import { BINDS, type Operator, operator } from './operator.ts';

const TYPES = ['number', 'string', 'boolean', 'function', 'symbol', 'bigint', 'object'] as const;
/** Classes that values are told apart by. */
const CLASSES: readonly (abstract new (...args: never[]) => unknown)[] = [
  ArrayBuffer,
  Blob,
  DataView,
  Date,
  Error,
  File,
  Map,
  Promise,
  RegExp,
  Set,
  Uint8Array,
  WeakMap,
  WeakSet,
];
/** What is asked for by its name is cheap; nobody asks for a class that nothing speaks of. */
const UNSAID = 9;

/** What kind of a value something is of which nothing is known. */
export function guardOperators(universe: Universe): Operator[] {
  return [...universe.tagged('unknown')].flatMap((kind) => {
    const asked = (template: string, cost: number, is: (value: unknown) => boolean, words: string, isWord = false) =>
      operator(template, [kind], BOOLEAN, cost, is, words, {
        name: `guard ${template}`,
        absent: true,
        ...(isWord ? {} : { binds: BINDS.equality, needs: [BINDS.unary] }),
      });
    return [
      ...TYPES.map((type) =>
        asked(
          `typeof $0 === '${type}'`,
          /^(?:number|string|boolean)$/.test(type) ? 3 : 5,
          (value) => typeof value === type,
          `${type} ${type}s values`,
        ),
      ),
      ...CLASSES.map((one) =>
        asked(
          `$0 instanceof ${one.name}`,
          UNSAID,
          (value) => value instanceof one,
          [...identifierWords(one.name), one.name.toLowerCase()].join(' '),
        ),
      ),
      asked('Array.isArray($0)', 5, Array.isArray, 'array arrays list lists', true),
      asked('ArrayBuffer.isView($0)', UNSAID, (value) => ArrayBuffer.isView(value), 'typed view buffer', true),
      asked('Buffer.isBuffer($0)', UNSAID, (value) => Buffer.isBuffer(value), 'buffer', true),
      asked('Number.isInteger($0)', 3, Number.isInteger, 'integer integers', true),
      asked('Number.isSafeInteger($0)', UNSAID, Number.isSafeInteger, 'safe integer length', true),
      asked('Number.isFinite($0)', UNSAID, Number.isFinite, 'finite', true),
      asked('Number.isNaN($0)', UNSAID, Number.isNaN, 'nan', true),
    ];
  });
}
