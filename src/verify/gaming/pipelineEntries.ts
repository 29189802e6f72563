import { span } from '../../base/index.ts';
import { VERIFIES } from './masks.ts';
import { type YamlEntry, yamlEntries } from './yaml.ts';

/** What steps hand to actions and pipelines of the repository, by name. */
export type Inputs = ReadonlyMap<string, readonly string[]>;

const NAMED = /\$\{\{\s*(matrix|inputs)\.([\w-]+)\s*\}\}/;

/** The entries of a pipeline, lines that go on joined; a line with a name of the matrix or of an input in it once for each value. */
export function pipelineEntries(text: string, inputs: Inputs = new Map()): readonly YamlEntry[] {
  const entries = joined(yamlEntries(text));
  const valuesOf = (kind: string, name: string, job: string | undefined): readonly string[] =>
    kind === 'inputs'
      ? (inputs.get(name) ?? [])
      : entries
          .filter(
            ({ keys }) =>
              keys[1] === job &&
              keys[3] === 'matrix' &&
              !keys.includes('exclude') &&
              keys.findLast((key) => key !== '-') === name,
          )
          .map(({ value }) => value);
  return entries.flatMap((entry) => {
    const [whole, kind = '', name = ''] = NAMED.exec(entry.value) ?? [];
    const values = whole === undefined ? [] : [...new Set(valuesOf(kind, name, entry.keys[1]))];
    // Versions and systems are no commands.
    if (!values.some((value) => VERIFIES.test(value))) return [entry];
    return values.map((value) => ({ ...entry, value: entry.value.replaceAll(whole!, value) }));
  });
}

/** What is handed over in some pipelines. */
export function inputsOf(texts: readonly (string | undefined)[]): Inputs {
  const found = new Map<string, readonly string[]>();
  for (const text of texts)
    for (const { keys, value } of pipelineEntries(text ?? ''))
      if (keys.at(-2) === 'with') found.set(keys.at(-1)!, [...(found.get(keys.at(-1)!) ?? []), value]);
  return found;
}

/** Lines of a block of text that go on in the next are one. */
function joined(entries: readonly YamlEntry[]): readonly YamlEntry[] {
  const whole: YamlEntry[] = [];
  for (const one of entries) {
    const last = whole.at(-1);
    const isMore = last && last.item === one.item && last.keys.join() === one.keys.join();
    if (isMore && (/(?:\\|&&|\|\|?)$/.test(last.value) || /^(?:&&|\|\|)/.test(one.value)))
      whole[whole.length - 1] = {
        ...last,
        value: `${last.value.replace(/\s*\\$/, '')} ${one.value}`,
        span: span(last.span.start, one.span.end),
      };
    else whole.push(one);
  }
  return whole;
}
