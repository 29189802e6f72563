/**
 * A value as plain JSON that keeps what JSON loses. A list is a tag and its parts: `["n","-0"]`, `["array",[…]]`. What has no
 * order (keys, sets, maps) is sorted, so two values are equal if and only if their encodings are the same text.
 */
export type Encoded = string | number | boolean | null | readonly Encoded[];

export interface Encoding {
  readonly tree: Encoded;
  /** Why this value cannot be compared: it holds a function, something private, too much. */
  readonly unknown?: string;
}

/** Parts of one value, and items taken from an iterator. */
export const VALUE_LIMITS = { parts: 20_000, items: 100, depth: 100 } as const;

/**
 * Encodes a value. Knows -0, NaN, holes, Map, Set, Date, RegExp, errors, typed arrays, boxed primitives, instances by the
 * name of their class (without what a mark on its prototype says is not public), iterators (taken up to `items`, with what became of
 * these), and cycles, written as how many levels up they lead.
 *
 * Sent as text into the process of a draft, so it refers to nothing outside of itself.
 */
export function encode(root: unknown, limits: { parts: number; items: number; depth: number }): Encoding {
  let unknown: string | undefined;
  let parts = 0;
  const above: object[] = [];
  const opaque = (what: string): Encoded => {
    unknown ??= what;
    return ['opaque', what];
  };
  const number = (value: number): Encoded =>
    Number.isFinite(value) && !Object.is(value, -0) ? value : ['n', Object.is(value, -0) ? '-0' : String(value)];
  const sorted = (trees: Encoded[]): Encoded[] =>
    trees
      .map((tree): [string, Encoded] => [JSON.stringify(tree), tree])
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, tree]) => tree);
  const visit = (value: unknown): Encoded => {
    if (++parts >= limits.parts) return opaque('more parts than are compared');
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return number(value);
      case 'undefined':
        return ['undefined'];
      case 'bigint':
        return ['bigint', String(value)];
      case 'symbol':
        // Two symbols that are not registered are never the same.
        return Symbol.keyFor(value) === undefined && !String(value).startsWith('Symbol(Symbol.')
          ? opaque('a symbol')
          : ['symbol', String(value)];
      case 'function':
        return opaque('a function');
    }
    if (value === null) return null;
    const object = value as object;
    const up = above.lastIndexOf(object);
    if (up >= 0) return ['up', above.length - up];
    if (above.length >= limits.depth) return opaque('deeper nesting than is compared');
    above.push(object);
    try {
      return seen(object);
    } finally {
      above.pop();
    }
  };
  const seen = (object: object): Encoded => {
    if (Array.isArray(object)) {
      if (object.length >= limits.parts) return opaque('more parts than are compared');
      const items = Array.from(object, (item, index): Encoded => (index in object ? visit(item) : ['hole']));
      const extra = own(object, (key) => typeof key === 'symbol' || !/^(?:0|[1-9]\d*)$/.test(key));
      return extra.length > 0 ? ['array', items, extra] : ['array', items];
    }
    if (object instanceof Date) return ['date', number(object.getTime())];
    if (object instanceof RegExp) return ['regexp', object.source, object.flags, object.lastIndex];
    if (object instanceof Map)
      return ['map', sorted([...object].map(([key, one]): Encoded => [visit(key), visit(one)]))];
    if (object instanceof Set) return ['set', sorted([...object].map((one) => visit(one)))];
    if (object instanceof Error)
      return [
        'error',
        kindOf(object),
        String(object.message),
        own(object, (key) => key !== 'stack' && key !== 'message'),
      ];
    if (object instanceof ArrayBuffer) return ['typed', 'ArrayBuffer', Array.from(new Uint8Array(object))];
    if (ArrayBuffer.isView(object)) {
      const bytes = object as ArrayBufferView;
      if (bytes.byteLength >= limits.parts) return opaque('more parts than are compared');
      if (object instanceof DataView)
        return ['typed', 'DataView', Array.from(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))];
      // A view that is no DataView is a typed array, which has no common type to narrow to.
      return ['typed', kindOf(object), Array.from(object as unknown as ArrayLike<number>, (one) => visit(one))];
    }
    if (object instanceof String || object instanceof Number || object instanceof Boolean)
      return ['boxed', visit(object.valueOf())];
    if (
      object instanceof Promise ||
      object instanceof WeakMap ||
      object instanceof WeakSet ||
      object instanceof WeakRef
    )
      return opaque(`a ${kindOf(object)} inside of the value`);
    const { next } = object as Partial<Iterator<unknown>>;
    if (typeof next === 'function' && Symbol.iterator in object)
      return iterated(() => Reflect.apply(next, object, []) as IteratorResult<unknown>);
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype === null) return ['object', null, own(object)];
    if (prototype === Object.prototype) return ['object', own(object)];
    const hidden = new Set<string | symbol>();
    for (
      let at = prototype as object;
      at !== null && at !== Object.prototype;
      at = Object.getPrototypeOf(at) as object
    ) {
      const source = String(at.constructor);
      // What a class keeps in private fields, and what the engine keeps, cannot be seen from outside; private methods keep nothing.
      if (source.includes('[native code]')) return opaque(`what a ${kindOf(object)} keeps to itself`);
      if (/(?:^|[;{}\n]|\*\/)\s*#[\w$]+\s*(?:[;=\n}]|$)/.test(source))
        unknown ??= `what a ${kindOf(object)} keeps to itself`;
      const marked: unknown = Object.getOwnPropertyDescriptor(at, Symbol.for('assay.hides'))?.value;
      for (const name of (marked ?? []) as string[]) {
        hidden.add(name);
        if (Object.hasOwn(object, name)) unknown ??= `what a ${kindOf(object)} keeps to itself`;
      }
    }
    return ['object', kindOf(object), own(object, (key) => !hidden.has(key))];
  };
  const kindOf = (object: object): string => {
    const maker = (object as { constructor?: { name?: unknown } }).constructor;
    return typeof maker?.name === 'string' && maker.name !== '' ? maker.name : 'Object';
  };
  const own = (object: object, wanted: (key: string | symbol) => boolean = () => true): Encoded[] =>
    sorted(
      Reflect.ownKeys(object)
        .filter((key) => wanted(key) && Object.prototype.propertyIsEnumerable.call(object, key))
        .map((key): Encoded => [typeof key === 'symbol' ? visit(key) : key, visit(Reflect.get(object, key))]),
    );
  const iterated = (next: () => IteratorResult<unknown>): Encoded => {
    const before = parts;
    const given: unknown[] = [];
    const items: Encoded[] = [];
    let end: readonly Encoded[] = ['more'];
    while (items.length < limits.items) {
      const step = next();
      if (step.done) {
        end = step.value === undefined ? [] : ['returns', visit(step.value)];
        break;
      }
      given.push(step.value);
      items.push(visit(step.value));
    }
    const tree = ['iterator', items, ...end];
    const text = JSON.stringify(items);
    // Who collects items has them as they are in the end; of iterators among them nothing is left then.
    if (given.every((one) => Object(one) !== one) || text.includes('["iterator",')) return tree;
    parts = before;
    const last = given.map((one) => visit(one));
    return JSON.stringify(last) === text ? tree : ['became', tree, last];
  };
  const tree = visit(root);
  return unknown === undefined ? { tree } : { tree, unknown };
}
