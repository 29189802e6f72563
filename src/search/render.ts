import type { Body } from './body.ts';
import { BINDS, type Lines } from './operators/index.ts';
import { type Term, termsOf } from './term.ts';
import {
  accessKey,
  isAccess,
  isFresh,
  itemName,
  literalText,
  MAY_MISS,
  madeName,
  OTHER_NAMES,
  type Piece,
  quoted,
  typeText,
} from './texts.ts';
import { UNSAID } from './thrown.ts';

/** Columns of a line before a list of parts is set one a line. */
const WIDTH = 100;
const INDENT = '  ';

/**
 * A body as TypeScript that people would write: names from what is listed, statements for what is built step by step,
 * guards first.
 */
export function render(body: Body, parameters: readonly string[], strict = false): string {
  return new Renderer(parameters, strict).body(body).join('\n');
}

class Renderer {
  readonly #names: (string | undefined)[];
  readonly #taken: Set<string>;
  /** Whether what an index gives is said to be there. */
  readonly #strict: boolean;
  /** Statements that what is being written needs before it. */
  #before: string[] = [];
  /** Texts that stand for terms: parts of a destructured name, what a statement has named. */
  readonly #instead = new Map<string, string>();

  constructor(parameters: readonly string[], strict = false) {
    this.#strict = strict;
    this.#names = [...parameters];
    this.#taken = new Set(parameters);
  }

  body(body: Body): string[] {
    switch (body.kind) {
      case 'throw':
        return [`throw new ${body.error}(${quoted(body.message ?? UNSAID)});`];
      case 'return':
        return this.#return(body.term);
      case 'if':
        return this.#choice(body.condition, body.whenTrue, body.otherwise);
    }
  }

  #choice(condition: Term, whenTrue: Body, otherwise: Body): string[] {
    // The guard is the shorter side; what is left goes on without indentation.
    const swap = whenTrue.kind === 'if' || (otherwise.kind === 'throw' && whenTrue.kind !== 'throw');
    const [first, second] = swap ? [otherwise, whenTrue] : [whenTrue, otherwise];
    const test = (swap ? this.#negated(condition) : this.expression(condition)).text;
    const lines = [...this.#collected()];
    const inner = this.body(first);
    if (inner.length === 1 && inner[0]!.length + test.length + 6 < WIDTH) lines.push(`if (${test}) ${inner[0]}`);
    else lines.push(`if (${test}) {`, ...indented(inner), '}');
    return [...lines, ...this.body(second)];
  }

  /** Statements collected since the last call. */
  #collected(): string[] {
    const lines = this.#before;
    this.#before = [];
    return lines;
  }

  #return(term: Term): string[] {
    const { operator, parts } = term;
    if (operator?.statement === 'fold') return this.#fold(term);
    if (this.#strict && operator?.template === 'Object.fromEntries($0)') return this.#entries(term);
    // A choice of what to return is two returns where it does not fit a line.
    const whole = this.expression(term).text;
    const before = this.#collected();
    if (whole.length + 8 > WIDTH && operator?.name.startsWith('choice ')) {
      const [condition, yes, no] = parts as [Term, Term, Term];
      return this.#choice(condition, { kind: 'return', term: yes }, { kind: 'return', term: no });
    }
    return [...before, `return ${this.#fitted(term, whole)};`];
  }

  /** Long chains of && and ||, and of calls, one part a line. */
  #fitted({ operator }: Term, text: string): string {
    if (text.length + 8 <= WIDTH) return text;
    const sign = operator?.binds === BINDS.and ? ' && ' : operator?.binds === BINDS.or ? ' || ' : undefined;
    const parts = sign ? splitAtTop(text, sign) : undefined;
    if (parts && parts.length > 1) return `(\n${INDENT}${parts.join(`${sign!.trimEnd()}\n${INDENT}`)}\n)`;
    const calls = splitCalls(text);
    return calls.length > 2 ? calls.join(`\n${INDENT}`) : text;
  }

  #negated(term: Term): Piece {
    const { operator, parts } = term;
    const opposite: Readonly<Record<string, string>> = {
      '===': '!==',
      '!==': '===',
      '<': '>=',
      '>': '<=',
      '<=': '>',
      '>=': '<',
    };
    if (operator?.template === '!$0') return this.expression(parts[0]!);
    const [, sign, fixed] = /^\$0 (\S+) (?:\$1|([^$\s]+))$/.exec(operator?.template ?? '') ?? [];
    if (operator && sign && opposite[sign]) {
      const [left, right = fixed] = parts.map((part, index) => this.#within(part, operator.binds + index));
      return { text: `${left} ${opposite[sign]} ${right}`, binds: operator.binds };
    }
    return { text: `!${this.#within(term, BINDS.unary)}`, binds: BINDS.unary };
  }

  expression(term: Term): Piece {
    const { slot, literal, operator, parts } = term;
    const instead = this.#instead.get(accessKey(term));
    if (instead !== undefined) return { text: instead, binds: BINDS.primary };
    if (slot !== undefined) return { text: this.#names[slot] ?? `_${slot}`, binds: BINDS.primary };
    if (literal) return literalText(literal.value);
    if (!operator) throw new Error('a term is a name, a literal or an operator');
    if (operator.statement === 'group' || operator.statement === 'scan') return this.#hoisted(term);
    if (typeof operator.statement === 'object') return this.#written(term, operator.statement);
    if (operator.name.startsWith('map ') && parts[0]!.operator?.name === 'indexes') return this.#indexed(term);
    if (operator.template === '!$0') return this.#negated(parts[0]!);
    const { binds, needs } = operator;
    // A list that nobody else holds needs no copy.
    const needsCopy = !(operator.template.startsWith('[...$0].') && isFresh(parts[0]!));
    let template = needsCopy ? operator.template : operator.template.replace('[...$0].', '$0.');
    const own = [...new Set([...template.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name!))];
    const given = own.map((name) => this.#fresh(name));
    for (const [at, name] of own.entries()) template = template.replaceAll(`$(${name})`, given[at]!);
    let text = '';
    let at = 0;
    for (const match of template.matchAll(/\$(\d)(\((?:a|b)\))?/g)) {
      const index = Number(match[1]);
      const part = parts[index]!;
      const next = template.slice(match.index + match[0].length);
      text += template.slice(at, match.index);
      at = match.index + match[0].length;
      if (part.lambda && match[2]) text += this.#keyOf(part, match[2][1]!);
      else if (part.lambda) text += this.#lambda(part, parts[0]!, operator.statement === 'fold');
      else
        text += this.#within(
          part,
          (needsCopy ? needs?.[index] : undefined) ?? (/^(?:\.|\[)/.test(next) ? BINDS.member : BINDS.arrow),
        );
    }
    text += template.slice(at);
    for (const name of given) this.#taken.delete(name);
    if (this.#strict && MAY_MISS.test(template) && parts[0]!.kind.tag !== 'tuple')
      return { text: `${text}!`, binds: BINDS.member };
    return { text, binds: template.startsWith('{') ? BINDS.arrow : binds };
  }

  #within(term: Term, needed: number): string {
    const { text, binds } = this.expression(term);
    const isObject = text.startsWith('{');
    // Numbers would read the dot as theirs; && beside || and ?? beside both need brackets.
    const isBareNumber = needed >= BINDS.member && /^\d+$/.test(text);
    const mixes = needed === BINDS.nullish && binds === BINDS.and;
    return (isObject && needed <= BINDS.arrow) || (binds >= needed && !isBareNumber && !isObject && !mixes)
      ? text
      : `(${text})`;
  }

  #lambda(body: Term, list: Term, isFold: boolean): string {
    const [first, second] = body.lambda as [number, number];
    if (isFold) {
      return this.#scoped(() => {
        const made = this.#bind(first, madeName(body.kind, body));
        const item = this.#bindItem(second, body, list);
        const text = this.expression(body).text;
        return `(${made}, ${item}) => ${text.startsWith('{') ? `(${text})` : text}`;
      });
    }
    return this.#scoped(() => {
      const usesSecond = (body.uses & (1 << second)) !== 0;
      const item = this.#bindItem(first, body, list);
      const names = usesSecond ? `${item}, ${this.#bind(second, 'index')}` : item;
      const text = this.expression(body).text;
      return `(${names}) => ${text.startsWith('{') ? `(${text})` : text}`;
    });
  }

  /** An item of a comparison, written with the name that the comparison gives it. */
  #keyOf(body: Term, name: string): string {
    const [first] = body.lambda as [number, number];
    return this.#scoped(() => {
      this.#names[first] = name;
      return this.#within(body, BINDS.additive + 1);
    });
  }

  /** `Array.from({ length }, (_, index) => …)`: the item is the index itself. */
  #indexed(term: Term): Piece {
    const [list, body] = term.parts as [Term, Term];
    const length = this.expression(list.parts[0]!).text;
    const [first, second] = body.lambda as [number, number];
    const text = this.#scoped(() => {
      const name = this.#bind(first, 'index');
      this.#names[second] = name;
      const inner = this.expression(body).text;
      return `(_, ${name}) => ${inner.startsWith('{') ? `(${inner})` : inner}`;
    });
    return { text: `Array.from({ length: ${length} }, ${text})`, binds: BINDS.member };
  }

  #fold(term: Term): string[] {
    const [list, step, start] = term.parts as [Term, Term, Term];
    const [made, item] = step.lambda as [number, number];
    const items = this.expression(list).text;
    const from = this.expression(start).text;
    const before = this.#collected();
    return this.#scoped(() => {
      const name = this.#bind(made, madeName(term.kind, step));
      const one = this.#bindItem(item, step, list);
      const type = term.kind.tag === 'array' || term.kind.tag === 'dictionary' ? `: ${typeText(term.kind)}` : '';
      const update = this.#update(name, made, step);
      return [
        ...before,
        `let ${name}${type} = ${from};`,
        `for (const ${one} of ${items}) {`,
        ...indented(update),
        '}',
        `return ${name};`,
      ];
    });
  }

  /**
   * A dictionary of chosen entries, key by key: the compiler sees in a condition of a statement what a filter's function
   * does not tell it.
   */
  #entries(term: Term): string[] {
    let list = term.parts[0]!;
    const conditions: Term[] = [];
    while (list.operator?.name.startsWith('filter ')) {
      conditions.unshift(list.parts[1]!);
      list = list.parts[0]!;
    }
    const items = this.expression(list).text;
    const before = this.#collected();
    return this.#scoped(() => {
      const made = this.#fresh('result');
      const [key, value] = [this.#fresh('key'), this.#fresh('value')];
      const tests = conditions.map((condition) => {
        const [slot] = condition.lambda as [number, number];
        this.#instead.set(`${slot}[0]`, key).set(`${slot}[1]`, value);
        return this.#within(condition, conditions.length > 1 ? BINDS.and : BINDS.arrow);
      });
      const update = `${made}[${key}] = ${value};`;
      return [
        ...before,
        `const ${made}: ${typeText(term.kind)} = {};`,
        `for (const [${key}, ${value}] of ${items}) {`,
        `${INDENT}${tests.length > 0 ? `if (${tests.join(' && ')}) ` : ''}${update}`,
        '}',
        `return ${made};`,
      ];
    });
  }

  /** One step of a fold: nothing is said of what stays. */
  #update(name: string, made: number, step: Term): string[] {
    const { operator, parts } = step;
    if (operator?.name.startsWith('choice ')) {
      const [condition, yes, no] = parts as [Term, Term, Term];
      if (no.slot === made)
        return [`if (${this.expression(condition).text}) ${this.#update(name, made, yes).join(' ')}`];
      if (yes.slot === made) return [`if (${this.#negated(condition).text}) ${this.#update(name, made, no).join(' ')}`];
      return [
        `if (${this.expression(condition).text}) ${this.#update(name, made, yes).join(' ')}`,
        `else ${this.#update(name, made, no).join(' ')}`,
      ];
    }
    const sign = operator && /^\$0 ([-+*/]) \$1$/.exec(operator.template)?.[1];
    if (sign && parts[0]!.slot === made) return [`${name} ${sign}= ${this.expression(parts[1]!).text};`];
    if (sign && (sign === '*' || (sign === '+' && step.kind.tag === 'number')) && parts[1]!.slot === made)
      return [`${name} ${sign}= ${this.expression(parts[0]!).text};`];
    return [`${name} = ${this.expression(step).text};`];
  }

  /** Lines of an operator, filled in. */
  #written({ parts, kind }: Term, { lines, made, value = '$(made)', names = [] }: Lines): Piece {
    const [list] = parts as [Term];
    const given = parts.map((part) => (part.lambda ? undefined : this.#within(part, BINDS.unary)));
    const own = new Map(made === '' ? [] : [['made', this.#fresh(made)]]);
    const missing = (text: string): string => (this.#strict && text.endsWith(']') ? `${text}!` : text);
    const [filled, text] = this.#scoped(() => {
      const named = (line: string): string =>
        line.replace(/\$\((\w+)\)/g, (_, name: string) => {
          if (!own.has(name)) own.set(name, this.#fresh(name));
          return own.get(name)!;
        });
      const step = parts.find((part) => part.lambda);
      for (const [at, name] of names.entries()) this.#names[step!.lambda![at]!] = missing(named(name));
      const item = step && names.length === 0 ? this.#bind(step.lambda![0]!, itemName(list, this.#names)) : '';
      const isPlaced = step !== undefined && names.length === 0 && (step.uses & (1 << step.lambda![1]!)) !== 0;
      const index = isPlaced ? this.#bind(step.lambda![1]!, 'index') : '';
      const body = step ? this.expression(step).text : '';
      // An item that is its own key needs no second name.
      const isItem = step !== undefined && body === item;
      if (isItem) own.set('key', item);
      const placed = (line: string): string =>
        isPlaced
          ? line
              .replace('for (const $item of $0)', `for (const [${index}, $item] of $0.entries())`)
              .replace('($item) =>', `($item, ${index}) =>`)
          : line;
      const fill = (line: string): string =>
        named(placed(line))
          .replace(/\$(\d)/g, (_, part: string) => given[Number(part)] ?? body)
          .replace(/\$(item|type)/g, (_, word: string) => (word === 'item' ? item : typeText(kind)));
      return [
        lines.filter((line) => !isItem || !/const \$\(key\) = \$1;$/.test(line)).map(fill),
        missing(fill(value)),
      ] as const;
    });
    this.#before.push(...filled);
    return { text, binds: BINDS.primary };
  }

  /** What is built over several statements gets a name before the place where it is used. */
  #hoisted(term: Term): Piece {
    const { operator, parts, kind } = term;
    const [list, step] = parts as [Term, Term];
    const items = this.expression(list).text;
    const [first, second] = step.lambda as [number, number];
    const type = typeText(kind);
    if (operator!.statement === 'group') {
      const groups = this.#fresh('groups');
      const lines = this.#scoped(() => {
        const group = this.#bind(first, 'group');
        const one = this.#bindItem(second, step, list);
        const condition = this.#within(step, BINDS.and);
        return [
          `const ${groups}: ${type} = [];`,
          `for (const ${one} of ${items}) {`,
          `${INDENT}const ${group} = ${groups}.at(-1);`,
          `${INDENT}if (${group} && ${condition}) ${group}.push(${one});`,
          `${INDENT}else ${groups}.push([${one}]);`,
          '}',
        ];
      });
      this.#before.push(...lines);
      return { text: groups, binds: BINDS.primary };
    }
    const results = this.#fresh('results');
    const start = this.expression(parts[2]!).text;
    const lines = this.#scoped(() => {
      const name = this.#bind(first, 'current');
      const one = this.#bindItem(second, step, list);
      return [
        `const ${results}: ${type} = [];`,
        `let ${name} = ${start};`,
        `for (const ${one} of ${items}) {`,
        ...indented(this.#update(name, first, step)),
        `${INDENT}${results}.push(${name});`,
        '}',
      ];
    });
    this.#before.push(...lines);
    return { text: results, binds: BINDS.primary };
  }

  /** The name of an item; a pair whose parts alone are used is taken apart. */
  #bindItem(slot: number, body: Term, list: Term): string {
    const kind = list.kind.element;
    if (kind?.tag === 'tuple' && kind.elements!.length === 2) {
      const uses = [...termsOf(body)].filter((term) => term.slot === slot).length;
      const accesses = [...termsOf(body)].filter((term) => isAccess(term, slot));
      if (uses > 0 && uses === accesses.length) {
        const used = [0, 1].map((index) => accesses.some((term) => term.operator!.template === `$0[${index}]`));
        const names = ['key', 'value'].map((name, index) => {
          if (!used[index]) return '';
          const fresh = this.#fresh(name);
          this.#instead.set(`${slot}[${index}]`, fresh);
          return fresh;
        });
        return `[${names.join(', ').replace(/, $/, '')}]`;
      }
    }
    return this.#bind(slot, itemName(list, this.#names));
  }

  #bind(slot: number, wanted: string): string {
    const name = this.#fresh(wanted);
    this.#names[slot] = name;
    return name;
  }

  #fresh(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count++)
      name = OTHER_NAMES[wanted] && count === 2 ? OTHER_NAMES[wanted] : `${wanted}${count}`;
    this.#taken.add(name);
    return name;
  }

  /** Names given inside are free again afterwards. */
  #scoped<T>(body: () => T): T {
    const taken = new Set(this.#taken);
    const names = [...this.#names];
    const instead = new Map(this.#instead);
    const made = body();
    this.#names.splice(0, this.#names.length, ...names);
    for (const name of this.#taken) if (!taken.has(name)) this.#taken.delete(name);
    this.#instead.clear();
    for (const [key, text] of instead) this.#instead.set(key, text);
    return made;
  }
}

const indented = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => line.split('\n')).map((line) => INDENT + line);

/** Parts of a text between a sign that stands in no bracket and no quote. */
function splitAtTop(text: string, sign: string): string[] {
  const parts: string[] = [];
  let start = 0;
  walkTop(text, (at) => {
    if (!text.startsWith(sign, at)) return;
    parts.push(text.slice(start, at + 1));
    start = at + sign.length;
  });
  return [...parts, text.slice(start)];
}

/** A chain of calls cut before each dot of a call. */
function splitCalls(text: string): string[] {
  const cuts: number[] = [];
  walkTop(text, (at) => {
    if (
      text[at] === '.' &&
      /^\.[a-zA-Z]+\(/.test(text.slice(at)) &&
      at > 0 &&
      !/^(?:Math|Object|Array|Number|String)$/.test(text.slice(0, at))
    )
      cuts.push(at);
  });
  if (/[^.]\s(?:[-+*/%<>=?&|])/.test(text.replace(/\([\s\S]*\)/g, ''))) return [text];
  return [0, ...cuts].map((at, index) => text.slice(at, cuts[index]));
}

function walkTop(text: string, visit: (at: number) => void): void {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const one = text[at]!;
    if (quote) {
      if (one === '\\') at++;
      else if (one === quote) quote = '';
    } else if (one === "'" || one === '"' || one === '`') quote = one;
    else if ('([{'.includes(one)) depth++;
    else if (')]}'.includes(one)) depth--;
    else if (depth === 0) visit(at);
  }
}
