import { noting } from '../tests/around.ts';

/**
 * Program text that a module gets where its functions are to be held against what they were, while tests call them. What
 * decides tells so (`assayAt`); where it did, the function is called again on copies of what it was given: as it is, as it
 * was, and with the piece turned off, then all the same on what is close to that. Nothing it does may reach the tests.
 */

/** What it notes. */
export interface Beside {
  readonly piece: number;
  /** A call of the tests: what it gives on both sides, and without the piece. */
  readonly call: string;
  readonly gives: string;
  readonly without: string;
  /** One close to it on which the sides differ. */
  readonly near: { readonly call: string; readonly now: string; readonly was: string };
}

export const isBeside = (one: Partial<Beside>): one is Beside =>
  [one.call, one.gives, one.without, one.near?.call, one.near?.now, one.near?.was].every(
    (text) => typeof text === 'string',
  );

/** Calls that are looked at for one piece; what is tried beside each; how long for all, and for copying what is handed in, milliseconds. */
const CALLS = 200;
const NEAR = 48;
const MS = 2500;

export const PROGRAM = `
function assayState() {
  return (globalThis.assayState ??= {
    isOff: false, pass: -1, without: -1, left: ${MS}, fired: new Map(), copying: ${MS}, looked: new Map(), told: new Set(),
    clock: process.hrtime.bigint.bind(process.hrtime),
  });
}
function assayAt(piece, value, neutral) {
  const state = assayState();
  if (state.without === piece) return neutral;
  const decides = neutral === true ? !value : neutral === null ? value !== null && value !== undefined : Boolean(value);
  if (decides) state.fired.set(piece, (state.fired.get(piece) ?? 0) + 1);
  return value;
}
function assayCase(piece, value) {
  return assayState().without === piece ? Symbol('none') : value;
}
function assayPut(piece, before, change) {
  const state = assayState();
  if (state.without === piece) return before;
  const after = change(before);
  if (after !== before) state.fired.set(piece, (state.fired.get(piece) ?? 0) + 1);
  return after;
}
function assayOpen(unit) {
  const state = assayState();
  if (state.isOff || state.left <= 0 || state.copying <= 0) return false;
  if (state.pass === unit) {
    state.pass = -1;
    return false;
  }
  return true;
}
function assayWrap(unit, name, made) {
  const wrapper = function (...args) {
    if (new.target) return Reflect.construct(made, args, new.target === wrapper ? made : new.target);
    return assayOpen(unit) ? assayCall(unit, this, args, (self, own) => assayOnce(unit, made, self, own)) : made.apply(this, args);
  };
  Object.defineProperties(wrapper, { name: { value: made.name || name, configurable: true }, length: { value: made.length, configurable: true } });
  if (made.prototype) wrapper.prototype = made.prototype;
  return wrapper;
}
function assayOnce(unit, made, self, args) {
  assayState().pass = -1;
  return made.apply(self, args);
}
function assayCall(unit, self, args, again) {
  const state = assayState();
  const started = state.clock();
  let kept;
  try {
    kept = assayCopy([self, [...args]]);
  } catch {}
  state.copying -= Number(state.clock() - started) / 1e6;
  const before = new Map(state.fired);
  state.pass = unit;
  try {
    return again(self, args);
  } finally {
    state.pass = -1;
    const pieces = (globalThis.assayUnits?.[unit] ?? []).filter((piece) => state.fired.get(piece) !== before.get(piece) && !state.told.has(piece));
    if (kept && pieces.length > 0) assayLook(unit, kept, again, pieces);
  }
}
function assayLook(unit, kept, again, pieces) {
  const state = assayState();
  const started = state.clock();
  const late = () => state.left - Number(state.clock() - started) / 1e6 <= 0;
  state.isOff = true;
  try {
    const old = globalThis.assayWas?.[unit]?.();
    if (!old) return;
    const now = (given) => assayRun(again, given);
    const was = (given) => assayRun((self, args) => old.made.apply(self, args), given, old.owner);
    const gives = now(kept);
    if (!gives || gives.text !== was(kept)?.text || gives.text !== now(kept)?.text) return;
    for (const piece of pieces) {
      const looked = (state.looked.get(piece) ?? 0) + 1;
      state.looked.set(piece, looked);
      if (looked > ${CALLS} || late()) continue;
      state.without = piece;
      const without = now(kept);
      state.without = -1;
      if (!without || without.text === gives.text) continue;
      // A refusal is the fault of the new one where the test meets it without the piece, and the old one has it close by too.
      const isSame = (one) => one.isThrown && without.isThrown && one.kind === without.kind;
      const parted = [];
      let isOld = false;
      for (const given of assayNear(kept, globalThis.assayAsked?.[piece] ?? [])) {
        if (late()) break;
        const count = state.fired.get(piece);
        const is = now(given);
        if (!is || (is.isThrown && !isSame(is)) || state.fired.get(piece) !== count) continue;
        const before = was(given);
        if (!before || (before.isThrown && !gives.isThrown && !is.isThrown)) continue;
        if (is.isThrown && before.isThrown) isOld ||= isSame(before);
        else if (before.text !== is.text && now(given)?.text === is.text && was(given)?.text === before.text)
          parted.push({ isThrown: is.isThrown, near: { call: assayTold(given[1]), now: is.told, was: before.told } });
        const found = parted.find((one) => !one.isThrown || isOld);
        if (!found) continue;
        assayNote({ piece, call: assayTold(kept[1]), gives: gives.told, without: without.told, near: found.near });
        state.told.add(piece);
        break;
      }
    }
  } catch {
  } finally {
    state.isOff = false;
    state.pass = -1;
    state.without = -1;
    state.left -= Number(state.clock() - started) / 1e6;
  }
}
function assayNote(found) {
  ${noting('found')};
}
function assayRun(made, given, owner) {
  const [self, args] = assayCopy(given);
  const kind = self === null || typeof self !== 'object' ? undefined : Object.getPrototypeOf(self);
  if (owner && kind && kind.constructor?.name === owner.constructor?.name) Object.setPrototypeOf(self, owner);
  try {
    const result = made(self, args);
    if (typeof result?.then === 'function') {
      result.then(() => {}, () => {});
      return undefined;
    }
    const value = /^(?:string|number)$/.test(typeof result) ? result : undefined;
    return { text: assayText([result, args, self], 0, []), told: assayTold(result), value };
  } catch (error) {
    const words = String(error?.message);
    // What is quoted is what was given.
    const kind = [error?.name, words.replace(/(["'\`]).*?\\1/g, '')].join(' ');
    return { text: 'throws', told: 'throws ' + words.slice(0, 80), isThrown: true, kind };
  }
}
function assayCopy(value, seen = new Map()) {
  if (value === null || typeof value !== 'object' || seen.size > 2000) return value;
  if (seen.has(value)) return seen.get(value);
  const tag = Object.prototype.toString.call(value);
  let out;
  if (tag === '[object Date]') return new Date(value.getTime());
  if (tag === '[object RegExp]') out = new RegExp(value.source, value.flags);
  else if (Array.isArray(value)) out = [];
  else if (tag === '[object Map]') out = new Map();
  else if (tag === '[object Set]') out = new Set();
  else if (tag === '[object Object]') out = {};
  else return value;
  seen.set(value, out);
  if (tag === '[object Map]') for (const [key, one] of value) out.set(assayCopy(key, seen), assayCopy(one, seen));
  if (tag === '[object Set]') for (const one of value) out.add(assayCopy(one, seen));
  // A class may be made from these, and add in its own way.
  Object.setPrototypeOf(out, Object.getPrototypeOf(value));
  for (const key of Reflect.ownKeys(value)) {
    const one = Object.getOwnPropertyDescriptor(value, key);
    if (Array.isArray(value) && key === 'length') out.length = value.length;
    else if ('value' in one) Object.defineProperty(out, key, { ...one, value: assayCopy(one.value, seen) });
    else Object.defineProperty(out, key, one);
  }
  return out;
}
function assayText(value, depth, above) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'function';
  if (Object.is(value, -0)) return '-0';
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? value + 'n' : String(value);
  if (above.includes(value) || depth > 5) return '…';
  const next = [...above, value];
  const one = (inner) => assayText(inner, depth + 1, next);
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object Date]') return 'Date(' + value.getTime() + ')';
  if (tag === '[object RegExp]') return String(value);
  if (Array.isArray(value)) return '[' + value.slice(0, 60).map(one).join(', ') + (value.length > 60 ? ', ' + value.length : '') + ']';
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? '';
  const of = name === 'Object' ? '' : name + ' ';
  if (tag === '[object Map]' || tag === '[object Set]') return of + '{' + [...value].slice(0, 60).map(one).join(', ') + '}';
  if (tag === '[object Error]') return of + value.message;
  const keys = Object.keys(value).slice(0, 60).sort();
  return of + '{ ' + keys.map((key) => {
    const found = Object.getOwnPropertyDescriptor(value, key);
    return key + ': ' + ('value' in found ? one(found.value) : '…');
  }).join(', ') + ' }';
}
function assayTold(value) {
  const text = assayText(value, 3, []);
  return text.length > 120 ? text.slice(0, 120) + '…' : text;
}
function assayNear(kept, asked) {
  const leaves = [];
  const lists = [];
  const seen = new Set();
  const words = new Set();
  const walk = (value, path) => {
    if (leaves.length >= 16 || path.length > 5) return;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') leaves.push([path, assayOthers(value, asked)]);
    if (typeof value === 'string') for (const word of value.match(/[\\w-]+/g) ?? []) words.add(word);
    if (typeof value === 'function' && value.length === 0 && path.length > 1) {
      // What an input is asked for.
      const given = assayRun((self, args) => path.slice(0, -1).reduce((owner, key) => owner[key], args)[path.at(-1)](), kept);
      if (given && !given.isThrown && given.value !== undefined) leaves.push([path, assayOthers(given.value, asked).map((other) => () => other)]);
    }
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    const kind = Object.getPrototypeOf(value)?.constructor;
    const isDate = Object.prototype.toString.call(value) === '[object Date]';
    if (isDate) leaves.push([path, [864e5, -36e5, 7 * 864e5, 364 * 864e5].map((by) => new Date(value.getTime() + by))]);
    if (kind && kind !== Object && kind !== Array) {
      const other = Object.create((class Other {}).prototype);
      for (const key of Object.keys(value)) other[key] = value[key];
      leaves.push([path, [other, new Map(), new Set(), /x/, new Date(0), new WeakMap(), new URL('a:b'), Promise.resolve()]]);
    }
    if (isDate || kind === Map || kind === Set) return;
    if (Array.isArray(value) && value.length > 0 && path.length > 0) lists.push([path, value]);
    for (const key of Object.keys(value).slice(0, 12)) {
      const found = Object.getOwnPropertyDescriptor(value, key);
      if ('value' in found) walk(found.value, [...path, key]);
    }
  };
  walk(kept[1], []);
  // What stands elsewhere in the input, in the place of one word.
  for (const [path, others] of leaves) {
    const own = path.reduce((owner, key) => owner[key], kept[1]);
    if (typeof own === 'string' && words.has(own)) others.splice(2, 0, ...[...words].filter((word) => word !== own).slice(0, 3));
  }
  // A list with one thing more or less, or the other way round.
  for (const [path, own] of lists.slice(0, 4)) {
    const more = own.every((one) => typeof one === 'string') ? [...words].filter((word) => !own.includes(word)).slice(0, 2) : [];
    leaves.push([path, [...more.map((word) => [...own, word]), own.slice(0, -1), [...own, own[0]], [...own].reverse()]]);
  }
  const made = [];
  for (let at = 0; made.length < ${NEAR} && leaves.some(([, others]) => at < others.length); at++)
    for (const [path, others] of leaves) {
      if (at >= others.length || path.length === 0) continue;
      const copy = assayCopy(kept);
      let owner = copy[1];
      for (const key of path.slice(0, -1)) owner = owner[key];
      try {
        owner[path.at(-1)] = others[at];
        made.push(copy);
      } catch {}
    }
  return made;
}
function assayOthers(value, asked) {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'bigint') return [value + 1n, value - 1n, value * 2n];
  if (typeof value === 'number') return [value + 1, value - 1, value + 2, value * 2, -value, value + 0.5, value + 10, value - 15, value / 2];
  const next = (sign) => /[0-8a-yA-Y]/.test(sign) ? String.fromCharCode(sign.charCodeAt(0) + 1) : /[9zZ]/.test(sign) ? { 9: '1', z: 'a', Z: 'A' }[sign] : sign;
  const turned = (text, at) => text.slice(0, at) + next(text[at]) + text.slice(at + 1);
  const found = [];
  for (const one of asked)
    if (one.length > 0 && value.includes(one)) {
      const places = [...one].flatMap((sign, at) => (next(sign) === sign ? [] : [at]));
      const instead = places.length > 0 ? [turned(one, places.at(-1)), turned(one, places[0]), one + one[places[0]]] : [one + one];
      if (one in {}) instead.unshift(...['toString', 'valueOf', 'hasOwnProperty'].filter((name) => name !== one));
      for (const other of instead) found.push(value.replaceAll(one, () => other));
    }
  const places = [...value.matchAll(/[0-9A-Za-z]/g)].map(({ index }) => index);
  for (const at of new Set([places.at(-1), places[0], places[places.length >> 1], places[places.length >> 2], places[(places.length * 3) >> 2]]))
    if (at !== undefined) found.push(turned(value, at));
  const digits = [...value.matchAll(/[0-9]/g)].map(({ index }) => index);
  for (const at of digits.slice(0, 4)) found.push(turned(value, at));
  found.push(value.slice(0, -1), value.slice(1), value + value.slice(-1), value.toUpperCase(), value.toLowerCase(), value + value);
  return [...new Set(found)].filter((one) => one !== value);
}
`;
