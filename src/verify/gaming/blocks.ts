import type { Tell } from './ci.ts';
import { fails, passesAnyway, VERIFIES } from './masks.ts';
import { type Inputs, pipelineEntries } from './pipelineEntries.ts';
import type { SettingsFile } from './settings.ts';
import type { YamlEntry } from './yaml.ts';

const blocksOf = (text: string, inputs?: Inputs): readonly (readonly YamlEntry[])[] => {
  const found = new Map<string, YamlEntry[]>();
  for (const one of pipelineEntries(text, inputs)) {
    if (!/^(?:run|script)$/.test(one.keys.findLast((key) => key !== '-') ?? '')) continue;
    const place = `${one.item} ${one.keys.join('.')}`;
    const before = found.get(place) ?? [];
    const last = before.at(-1);
    // Of the values of a matrix one is enough.
    if (last?.span.start !== one.span.start || !VERIFIES.test(last.value)) found.set(place, [...before, one]);
  }
  return [...found.values()];
};
const linesOf = (block: readonly YamlEntry[]): string[] => block.map(({ value }) => value);

/** The commands of blocks that fail where one in them does. */
export const soundIn = (text: string): readonly string[] =>
  blocksOf(text)
    .map(linesOf)
    .filter((lines) => passesAnyway(lines) === undefined)
    .flatMap((lines) => lines.flatMap((line) => line.split('&&').map((part) => part.trim())))
    .filter((line) => VERIFIES.test(line));

/** Blocks of commands that pass now although one in them fails. */
export function blocksThatPass(
  file: SettingsFile,
  sound: readonly string[],
  inputs: Inputs | undefined,
  tell: Tell,
): void {
  const blocks = blocksOf(file.head ?? '', inputs);
  for (const block of blocks) {
    // What is written down may be asked for by another step.
    const isAsked = blocks.some((other) => other !== block && linesOf(other).some(fails));
    const reason = passesAnyway(linesOf(block), isAsked);
    if (reason === undefined) continue;
    const kept = sound.find((line) => block.some(({ value }) => value.includes(line)));
    if (kept !== undefined)
      tell(file.path, block[0], `a failure of ${JSON.stringify(kept)} that counts`, JSON.stringify(reason));
  }
}
