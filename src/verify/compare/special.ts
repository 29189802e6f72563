import type { Shape } from '../../lang/index.ts';
import { Code, Made, sourceOf } from './print.ts';
import { plainest } from './template.ts';

/** Names of properties that objects are made with, so that keys meet them; then those that every object has. */
export const KEYS: readonly string[] = ['a', 'b', 'c', 'd', 'n', 'toString', '__proto__', ''];

/** What is called for what it does: it is noted what it is called with. */
export const NOTED = '() => {}';
/** What takes nothing, as text: of it is noted whether it is called. What does take something names it, used or not. */
export const THUNK = '() =>';
/** Symbols that are the same in every process. */
export const SYMBOLS: readonly symbol[] = [Symbol.for('a'), Symbol.for('b'), Symbol.for('')];

const codes = (...sources: string[]): Code[] => sources.map((source) => new Code(source));

/** What is first in something of which nothing is known, or itself: things are told apart by it. */
const FIRST_OF = '(x) => (Object(x) === x ? Object.values(x)[0] : x)';

/** So many calls fail before one succeeds. */
const FAILURES = [1, 2];

/** A few simple functions that fit a callback's type; of what may well fail some that do, a few times. */
export function functionsFor(parameters: readonly Shape[], returns: Shape): readonly Code[] {
  const isAsync = returns.kind === 'promise';
  const steady = steadyFor(parameters, returns).map((one) =>
    parameters.length === 0 || one.source.endsWith(NOTED)
      ? one
      : new Code(one.source.replace(/^(async )?\(\) =>/, '$1(_) =>')),
  );
  const [first] = steady;
  if (!first || first.source === NOTED || !(isAsync || parameters.length === 0)) return steady;
  const failing = FAILURES.map(
    (count) =>
      new Code(
        `((n) => ${isAsync ? 'async ' : ''}(...all) => { if (n-- > 0) throw new Error('no'); return (${first.source})(...all); })(${count})`,
      ),
  );
  return [...steady, ...failing];
}

function steadyFor(parameters: readonly Shape[], returns: Shape): readonly Code[] {
  const [one, two, three] = parameters;
  const first = one?.kind;
  // What is called with a place and the whole may look at both.
  const places = two?.kind === 'number' && three?.kind === 'array';
  switch (returns.kind) {
    case 'boolean':
      if (places)
        return codes(
          '(x) => Boolean(x)',
          '(x, i) => i % 2 === 0',
          '(x, i, all) => x === all[0]',
          '(x, i, all) => all.length > 2',
          '() => true',
          '() => false',
          ...(first === 'number' ? ['(x) => x > 1', '(x) => x % 2 === 0'] : []),
          ...(first === 'string' ? ['(x) => x.length > 1'] : []),
        ).concat(fieldsOf(one, 'boolean'));
      if (first === 'number') return codes('(x) => x > 0', '(x) => x % 2 === 0', '() => true', '() => false');
      if (first === 'string') return codes('(x) => x.length > 1', "(x) => x < 'b'", '() => true', '() => false');
      return [...fieldsOf(one, 'boolean'), ...codes('(x) => Boolean(x)', '() => true', '() => false')];
    case 'number':
      if (first === 'number' && two?.kind === 'number')
        return codes('(a, b) => a + b', '(a, b) => a - b', '(a, b) => a * b', '() => 0');
      if (first === 'number') return codes('(x) => x + 1', '(x) => x * x', '(x) => -x', '() => 0');
      if (first === 'string') return codes('(x) => x.length', '() => 0', '() => -1');
      if (parameters.length === 0) return codes('() => 0', '() => 1', '() => 0.5', '() => 0.9');
      return [
        ...fieldsOf(one, 'number'),
        ...codes('(x) => Number(x)', '(a, b) => Number(a) - Number(b)', '() => 0', '() => 1'),
      ];
    case 'string':
      return [...fieldsOf(one, 'string'), ...codes('(x) => String(x)', "(x) => '<' + String(x) + '>'", "() => ''")];
    case 'key':
      return [
        ...fieldsOf(one, 'string'),
        ...codes('(x) => String(x)', "(x) => (x ? 'a' : 'b')", "() => 'toString'", '(x, i) => i'),
      ];
    case 'undefined':
      return codes(NOTED);
    case 'literal':
    case 'template':
      return codes(`() => ${sourceOf(plainest(returns))}`);
    case 'symbol':
      return codes(...SYMBOLS.map((one) => `() => ${sourceOf(one)}`));
    case 'union': {
      const all = returns.members.flatMap((member) => steadyFor(parameters, member));
      const own = first === 'unknown' || first === undefined ? codes(FIRST_OF) : [];
      return [...new Map([...own, ...all, ...choicesOf(returns.members)].map((one) => [one.source, one])).values()];
    }
    case 'promise':
      return steadyFor(parameters, returns.element).map(({ source }) => new Code(`async ${source}`));
    default:
      return [
        ...fieldsOf(one, undefined),
        ...codes('(x) => x', '(x) => [x]', '() => undefined', '() => 1'),
        ...(parameters.length > 1
          ? codes('(...all) => all', '(x, y) => y', '(x, y) => (y === 1 ? undefined : x)')
          : []),
      ];
  }
}

/** Functions that give one or the other of some literals. */
function choicesOf(members: readonly Shape[]): Code[] {
  const [one, two, three] = members.flatMap((each) => (each.kind === 'literal' ? [sourceOf(each.value)] : []));
  if (one === undefined || two === undefined) return [];
  return codes(`(x) => (x ? ${one} : ${two})`, `(a, b) => (a < b ? ${one} : a > b ? ${three ?? one} : ${two})`);
}

/** Functions that give a property of what they are given. */
function fieldsOf(shape: Shape | undefined, kind: Shape['kind'] | undefined): Code[] {
  if (shape?.kind !== 'record') return [];
  const fitting = shape.fields.filter((one) => kind === undefined || one.shape.kind === kind || kind === 'boolean');
  return codes(...fitting.map(({ name }) => `(x) => ${kind === 'boolean' ? '!!' : ''}x[${JSON.stringify(name)}]`));
}

/** A few instances of a class that comes with the language or with Node. */
export function instancesOf(name: string): readonly Code[] {
  switch (name) {
    case 'URL':
    case 'Request':
      return ['http://h/', 'http://h', 'http://h/a/b?x=1#y', 'https://example.com:8080/%E3%81%82?a=%20'].map(
        (url) => new Made(`new ${name}`, [url]),
      );
    case 'URLSearchParams':
    case 'Headers':
    case 'FormData':
      return codes(`new ${name}()`, ...(name === 'FormData' ? [] : [`new ${name}([['a', '1'], ['b', '']])`]));
    case 'Response':
      return codes('new Response()', "new Response('a', { status: 404 })");
    case 'Blob':
      return codes('new Blob([])', "new Blob(['ab'])");
    case 'AbortSignal':
      return codes('new AbortController().signal', 'AbortSignal.abort()');
    case 'ArrayBuffer':
      return codes('new ArrayBuffer(0)', 'new Uint8Array([1, 255]).buffer');
    case 'DataView':
      return codes('new DataView(new ArrayBuffer(2))');
    case 'Buffer':
      return codes('Buffer.alloc(0)', "Buffer.from('a\u00c9')");
    default:
      return /Error$/.test(name)
        ? codes(`new ${name}('a')`, `new ${name}('')`)
        : name.startsWith('Big')
          ? codes(`new ${name}(0)`, `new ${name}([1n, 2n])`)
          : codes(`new ${name}(0)`, `new ${name}([1, 2, 255])`);
  }
}
