/**
 * Whether a value is what an example says it is. Knows -0, NaN, maps, sets, dates, patterns, errors by kind and message,
 * typed arrays, holes and cycles. What an example cannot express does not count: the class of an object that it writes as
 * a literal, and members that are undefined.
 *
 * Sent as text into the process of the example, so it refers to nothing outside of itself.
 */
export function equal(expected: unknown, found: unknown): boolean {
  const pairs = new Map<object, Set<object>>();
  const same = (a: unknown, b: unknown): boolean => {
    if (Object.is(a, b)) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (pairs.get(a)?.has(b)) return true;
    pairs.set(a, (pairs.get(a) ?? new Set()).add(b));
    const [kind, other] = [kindOf(a), kindOf(b)];
    // A class may name its instances as it likes; what the language names so holds more than its members.
    if (kind !== other && !(isBare(a) && kind === 'Object' && !BUILT_IN.test(other))) return false;
    if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
    if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b) && a.lastIndex === b.lastIndex;
    if (a instanceof Error && b instanceof Error) return a.name === b.name && a.message === b.message;
    if (a instanceof Map && b instanceof Map) return a.size === b.size && paired([...a], [...b]);
    if (a instanceof Set && b instanceof Set) return a.size === b.size && paired([...a], [...b]);
    if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return same(new Uint8Array(a), new Uint8Array(b));
    if (a instanceof String || a instanceof Number || a instanceof Boolean) return Object.is(a.valueOf(), b.valueOf());
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
    if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b) && a.byteLength !== b.byteLength) return false;
    const members = new Set([...keysOf(a), ...keysOf(b)]);
    for (const key of members) {
      if (Array.isArray(a) && key in a !== key in b) return false;
      if (!same(Reflect.get(a, key), Reflect.get(b, key))) return false;
    }
    return true;
  };
  const BUILT_IN =
    /^(?:Weak)?(?:Map|Set|Ref)$|^(?:Date|RegExp|Error|Promise|Function|Boolean|Number|String|Symbol|BigInt|DataView)$|Array|Iterator|Generator/;
  const kindOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);
  const isBare = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value));
  const keysOf = (value: object): (string | symbol)[] =>
    Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
  /** Entries of maps and members of sets come in any order. */
  const paired = (left: readonly unknown[], right: unknown[]): boolean =>
    left.every((one) => {
      const at = right.findIndex((other) => same(one, other));
      if (at >= 0) right.splice(at, 1);
      return at >= 0;
    });
  return same(expected, found);
}
