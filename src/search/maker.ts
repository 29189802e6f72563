import type { Maker } from './goal.ts';
import { type Kind, NUMBER, recordOf, STRING } from './kinds.ts';
import { BINDS, type Operator } from './operators/index.ts';
import type { Example } from './types.ts';

/** How what a function hands back is made of parts: a record, a tuple, a list of one short length, a text around what it holds. */
export function makerOf(returns: readonly Kind[], examples: readonly Example[]): Maker | undefined {
  const [kind] = returns;
  if (!kind || returns.length !== 1) return undefined;
  if (kind.tag === 'record' && kind.fields!.length > 0) {
    const fields = kind.fields!;
    const keys = fields.map(({ name }) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)));
    const kinds = fields.map((field) => field.kind);
    const template = `{ ${keys.map((key, index) => `${key}: $${index}`).join(', ')} }`;
    return {
      operator: maker(recordOf(fields), template, kinds, (...parts) =>
        Object.fromEntries(fields.map(({ name }, index) => [name, parts[index]])),
      ),
      kinds,
      parts: (value) =>
        typeof value === 'object' && value !== null
          ? fields.map(({ name }) => (value as Record<string, unknown>)[name])
          : undefined,
    };
  }
  if (kind.tag === 'tuple') return listMaker(kind, kind.elements!);
  if (kind.tag === 'string') return textMaker(examples);
  if (kind.tag !== 'array') return undefined;
  const lengths = new Set(
    examples.flatMap(({ expected }) =>
      expected.kind === 'value' && Array.isArray(expected.value) ? [expected.value.length] : [],
    ),
  );
  const [length] = lengths;
  const isShort = lengths.size === 1 && length !== undefined && length >= 2 && length <= 3;
  return isShort && examples.length > 1
    ? listMaker(
        kind,
        Array.from({ length }, () => kind.element!),
      )
    : undefined;
}

const maker = (
  result: Kind,
  template: string,
  kinds: readonly Kind[],
  apply: (...parts: unknown[]) => unknown,
): Operator => ({
  name: `parts of ${result.key}`,
  template,
  slots: kinds,
  result,
  cost: 2,
  apply,
  binds: BINDS.primary,
  needs: kinds.map(() => BINDS.arrow),
  words: [],
  absent: true,
});

const listMaker = (kind: Kind, kinds: readonly Kind[]): Maker => ({
  operator: maker(kind, `[${kinds.map((_, index) => `$${index}`).join(', ')}]`, kinds, (...parts) => parts),
  kinds,
  parts: (value) => (Array.isArray(value) ? kinds.map((_, index) => (value as unknown[])[index]) : undefined),
});

/** The longest text that stands before, between or after parts. */
const LONGEST = 60;

/** Texts before, between and after the parts of all results; two at least, one part fewer. */
type Frame = readonly string[];

/** `'<b>x</b>'` of `'x'`: what is the same in all results is written as it is, the rest is found for itself. */
function textMaker(examples: readonly Example[]): Maker | undefined {
  const results = examples.flatMap(({ args, expected }) =>
    expected.kind === 'value' && typeof expected.value === 'string' ? [{ args, text: expected.value }] : [],
  );
  const frame = frameOf(results);
  if (!frame || frame.every((text) => text === '')) return undefined;
  // The template's own marks, or a text that is rather a constant.
  if (frame.some((text) => text.length > LONGEST || /\$[\d{]/.test(text))) return undefined;
  const rows = results.flatMap(({ args, text }) => {
    const parts = partsOf(text, frame);
    return parts ? [{ args, parts }] : [];
  });
  const kinds = frame
    .slice(1)
    .map((_, at) =>
      rows.every(({ args, parts }) => String(Number(parts[at])) === parts[at] && !args.includes(parts[at]))
        ? NUMBER
        : STRING,
    );
  const template = frame.map(escaped).reduce((whole, text, index) => `${whole}\${$${index - 1}}${text}`);
  return {
    operator: maker(STRING, `\`${template}\``, kinds, (...parts) =>
      frame.reduce((whole, text, index) => `${whole}${String(parts[index - 1])}${text}`),
    ),
    kinds,
    parts: (value) => {
      const parts = typeof value === 'string' ? partsOf(value, frame) : undefined;
      return parts?.map((part, at) => (kinds[at] === NUMBER ? Number(part) : part));
    },
  };
}

const escaped = (text: string): string =>
  JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('`', '\\`');

/** What stands where a frame has parts, each as short as can be; undefined where a text does not have the frame. */
function partsOf(text: string, frame: Frame): string[] | undefined {
  const [first, ...others] = frame as [string, ...string[]];
  const last = others.pop()!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return undefined;
  let left = text.slice(first.length, text.length - last.length);
  const parts: string[] = [];
  for (const between of others) {
    const at = left.indexOf(between);
    if (at < 0) return undefined;
    parts.push(left.slice(0, at));
    left = left.slice(at + between.length);
  }
  return [...parts, left];
}

/**
 * What stands around the arguments in most of the results that are more than one argument; where that is not the same in all of them,
 * something else stands in its middle.
 */
function frameOf(results: readonly { readonly args: readonly unknown[]; readonly text: string }[]): Frame | undefined {
  const kept = results.filter(({ args, text }) => !args.includes(text));
  const frames = [...new Map(kept.map(({ text, args }) => [text, around(args, text)])).values()];
  const lengths = frames.map(({ length }) => length).sort((a, b) => count(b) - count(a) || b - a);
  function count(length: number): number {
    return frames.filter((frame) => frame.length === length).length;
  }
  const same = frames.filter(({ length }) => length === lengths[0]);
  const frame = same[0]?.flatMap((first, at) => {
    const texts = same.map((one) => one[at]!);
    if (texts.every((text) => text === first)) return [first];
    const before = common(texts, (text, index) => text[index]);
    const rest = texts.map((text) => text.slice(before.length));
    const after = common(rest, (text, index) => text[text.length - 1 - index]);
    return [before, after.split('').reverse().join('')];
  });
  // One part, or two parts that nothing keeps apart.
  return frame && frame.length > 1 && !frame.slice(1, -1).includes('') ? frame : undefined;
}

/** The text cut at each argument that stands in it once, in the order in which they stand. */
function around(args: readonly unknown[], text: string): Frame {
  const found = args
    .filter((arg) => typeof arg === 'string' || typeof arg === 'number')
    .map((arg) => ({ arg: String(arg), at: text.indexOf(String(arg)) }))
    .filter(({ arg, at }) => arg !== '' && at >= 0 && text.indexOf(arg, at + 1) < 0)
    .sort((a, b) => a.at - b.at);
  const frame: string[] = [];
  let end = 0;
  for (const { arg, at } of found) {
    // One inside the other.
    if (at < end) return [text];
    frame.push(text.slice(end, at));
    end = at + arg.length;
  }
  return [...frame, text.slice(end)];
}

function common(texts: readonly string[], at: (text: string, index: number) => string | undefined): string {
  let whole = '';
  for (;;) {
    const one = at(texts[0]!, whole.length);
    if (one === undefined || texts.some((text) => at(text, whole.length) !== one)) return whole;
    whole += one;
  }
}
