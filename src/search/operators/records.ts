import { arrayOf, BOOLEAN, DATE, NUMBER, STRING, tupleOf, type Universe } from '../kinds.ts';
import { ERROR } from '../values.ts';
import { BINDS, infix, type Operator, operator } from './operator.ts';

const NAME = /^[A-Za-z_$][\w$]*$/;
type Entries = readonly (readonly [string, unknown])[];

/** Records, tuples, dictionaries, maps, sets, dates. */
export function recordOperators(universe: Universe): Operator[] {
  const made: Operator[] = [];
  for (const record of universe.tagged('record')) {
    const fields = record.fields!;
    for (const { name, kind } of fields) {
      const access = NAME.test(name) ? `$0.${name}` : `$0[${JSON.stringify(name)}]`;
      made.push(
        operator(access, [record], kind, 1, (r: Record<string, unknown>) => r[name], name, {
          name: `${record.key}.${name}`,
        }),
      );
    }
    if (fields.length > 0 && fields.length <= 4 && fields.every(({ name }) => NAME.test(name)))
      made.push(
        operator(
          `{ ${fields.map(({ name }, index) => `${name}: $${index}`).join(', ')} }`,
          fields.map(({ kind }) => kind),
          record,
          3,
          (...parts: unknown[]) => Object.fromEntries(fields.map(({ name }, index) => [name, parts[index]])),
          '',
          { name: `make ${record.key}`, inside: 1, binds: BINDS.primary, needs: fields.map(() => BINDS.arrow) },
        ),
      );
  }
  for (const tuple of universe.tagged('tuple')) {
    const kinds = tuple.elements!;
    for (const [index, kind] of kinds.entries())
      made.push(
        operator(`$0[${index}]`, [tuple], kind, 1, (t: unknown[]) => t[index], '', { name: `${tuple.key}[${index}]` }),
      );
    made.push(
      operator(
        `[${kinds.map((_, index) => `$${index}`).join(', ')}]`,
        kinds,
        tuple,
        3,
        (...parts: unknown[]) => parts,
        '',
        { name: `make ${tuple.key}`, inside: 1, binds: BINDS.primary, needs: kinds.map(() => BINDS.arrow) },
      ),
    );
  }
  for (const dictionary of universe.tagged('dictionary')) {
    const value = dictionary.element!;
    const entries = arrayOf(tupleOf([STRING, value]));
    const of = (name: string): { name: string } => ({ name: `${name} ${dictionary.key}` });
    type Dictionary = Record<string, unknown>;
    made.push(
      operator(
        'Object.keys($0)',
        [dictionary],
        arrayOf(STRING),
        3,
        (d: Dictionary) => Object.keys(d),
        'key keys names',
        of('keys'),
      ),
      operator(
        'Object.values($0)',
        [dictionary],
        arrayOf(value),
        3,
        (d: Dictionary) => Object.values(d),
        'value values',
        of('values'),
      ),
      operator(
        'Object.entries($0)',
        [dictionary],
        entries,
        3,
        (d: Dictionary) => Object.entries(d),
        'entries each',
        of('entries'),
      ),
      operator(
        'Object.fromEntries($0)',
        [entries],
        dictionary,
        3,
        (list: Entries) => fromEntries(list),
        'dictionary object without withdraws',
        of('fromEntries'),
      ),
      operator(
        '{ ...$0, ...$1 }',
        [dictionary, dictionary],
        dictionary,
        3,
        (a: Dictionary, b: Dictionary) => ({ ...a, ...b }),
        'merge update override replaces replace added combine both after',
        { ...of('merge'), binds: BINDS.primary, needs: [BINDS.arrow, BINDS.arrow] },
      ),
      operator(
        '$0[$1]',
        [dictionary, STRING],
        value,
        2,
        (d: Dictionary, key: string) => (Object.hasOwn(d, key) ? d[key] : key in d ? ERROR : undefined),
        'by look',
        of('get'),
      ),
      operator(
        'Object.hasOwn($0, $1)',
        [dictionary, STRING],
        BOOLEAN,
        4,
        (d: Dictionary, key: string) => Object.hasOwn(d, key),
        'has contains',
        of('has'),
      ),
      operator(
        '{ ...$0, [$1]: $2 }',
        [dictionary, STRING, value],
        dictionary,
        4,
        (d: Dictionary, key: string, one: unknown) => fromEntries([...Object.entries(d), [key, one]]),
        'count counts frequency number times by group tally appear',
        { ...of('set'), binds: BINDS.primary, needs: [BINDS.arrow, BINDS.arrow, BINDS.arrow] },
      ),
    );
  }
  for (const kind of universe.kinds.values()) {
    if (kind === BOOLEAN || kind.tag === 'regexp') continue;
    made.push(
      operator('$0 === undefined', [kind], BOOLEAN, 4, (v: unknown) => v === undefined, 'undefined missing absent', {
        name: `undefined ${kind.key}`,
        binds: BINDS.equality,
        needs: [BINDS.relational],
        absent: true,
      }),
      operator('$0 === null', [kind], BOOLEAN, 4, (v: unknown) => v === null, 'null missing absent', {
        name: `null ${kind.key}`,
        binds: BINDS.equality,
        needs: [BINDS.relational],
        absent: true,
      }),
      operator('$0 !== null', [kind], BOOLEAN, 3, (v: unknown) => v !== null, 'null without', {
        name: `not null ${kind.key}`,
        binds: BINDS.equality,
        needs: [BINDS.relational],
        absent: true,
      }),
    );
  }
  for (const kind of universe.tagged('set'))
    made.push(
      operator('[...$0]', [kind], arrayOf(kind.element!), 2, (s: Set<unknown>) => [...s], '', {
        name: `items ${kind.key}`,
        binds: BINDS.primary,
        needs: [BINDS.arrow],
      }),
      operator(
        'new Set($0)',
        [arrayOf(kind.element!)],
        kind,
        2,
        (xs: unknown[]) => new Set(xs),
        'set unique distinct',
        { name: `make ${kind.key}` },
      ),
      operator(
        '$0.has($1)',
        [kind, kind.element!],
        BOOLEAN,
        2,
        (s: Set<unknown>, x: unknown) => s.has(x),
        'has contains in',
        { name: `has ${kind.key}` },
      ),
      operator('$0.size', [kind], NUMBER, 2, (s: Set<unknown>) => s.size, 'size count many', {
        name: `size ${kind.key}`,
      }),
    );
  for (const kind of universe.tagged('map')) {
    const value = kind.element!;
    const key = kind.mapKey!;
    made.push(
      operator('$0.get($1)', [kind, key], value, 2, (m: Map<unknown, unknown>, k: unknown) => m.get(k), 'get by', {
        name: `get ${kind.key}`,
      }),
      operator(
        '$0.has($1)',
        [kind, key],
        BOOLEAN,
        3,
        (m: Map<unknown, unknown>, k: unknown) => m.has(k),
        'has contains',
        { name: `has ${kind.key}` },
      ),
      operator(
        '[...$0]',
        [kind],
        arrayOf(tupleOf([key, value])),
        3,
        (m: Map<unknown, unknown>) => [...m],
        'entries each',
        {
          name: `entries ${kind.key}`,
          binds: BINDS.primary,
          needs: [BINDS.arrow],
        },
      ),
      operator(
        'new Map($0)',
        [arrayOf(tupleOf([key, value]))],
        kind,
        3,
        (entries: [unknown, unknown][]) => new Map(entries),
        'map',
        { name: `map of ${kind.key}` },
      ),
      operator('[...$0.keys()]', [kind], arrayOf(key), 3, (m: Map<unknown, unknown>) => [...m.keys()], 'keys', {
        name: `keys ${kind.key}`,
        binds: BINDS.primary,
      }),
      operator('[...$0.values()]', [kind], arrayOf(value), 3, (m: Map<unknown, unknown>) => [...m.values()], 'values', {
        name: `values ${kind.key}`,
        binds: BINDS.primary,
      }),
      operator('$0.size', [kind], NUMBER, 2, (m: Map<unknown, unknown>) => m.size, 'size count many', {
        name: `size ${kind.key}`,
      }),
    );
  }
  if (universe.has(DATE))
    made.push(
      operator('$0.getTime()', [DATE], NUMBER, 2, (d: Date) => d.getTime(), 'milliseconds time between difference', {
        name: 'getTime',
      }),
      operator('new Date($0)', [NUMBER], DATE, 3, (ms: number) => date(new Date(ms)), 'date later', {
        name: 'date of number',
      }),
      operator(
        'new Date($0)',
        [STRING],
        DATE,
        3,
        (text: string) => (/^\d{4}-\d\d-\d\d/.test(text) ? date(new Date(text)) : ERROR),
        'date',
        { name: 'date of text' },
      ),
      operator('$0.toISOString()', [DATE], STRING, 3, (d: Date) => d.toISOString(), 'iso', { name: 'toISOString' }),
      operator('$0.getUTCDay()', [DATE], NUMBER, 3, (d: Date) => d.getUTCDay(), 'weekday week day', {
        name: 'getUTCDay',
      }),
      operator('$0.getUTCFullYear()', [DATE], NUMBER, 3, (d: Date) => d.getUTCFullYear(), 'year', {
        name: 'getUTCFullYear',
      }),
      infix('<', BINDS.relational, [DATE, DATE], BOOLEAN, 3, (a: Date, b: Date) => a < b, 'before earlier', {
        name: 'date <',
      }),
    );
  return made;
}

const date = (value: Date): unknown => (Number.isNaN(value.getTime()) ? ERROR : value);

/** No key but those given, `__proto__` included as a plain one. */
function fromEntries(list: Entries): unknown {
  return Object.fromEntries(list);
}
