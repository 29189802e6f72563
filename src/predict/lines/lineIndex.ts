import { Renaming, shapeOf } from './names.ts';

/** Lines compared before and after a place, at most. */
const REACH = 4;
/** Places looked at for each of the two neighbours of a cursor, the newest first. */
const PLACES = 1_024;
/** Places whose names are put in, the best first, and lines that are given. */
const RENAMED = 64;
const GIVEN = 16;
/** Lines of a file at most; a place is the number of its file times this, and its line. */
const FILE_LINES = 2 ** 18;
/** Longer lines are compared by their start, and never given. */
const LINE_LENGTH = 400;
/** Lines of replaced files that are kept, beside as many as are in force, before the index is made anew. */
const GARBAGE = 20_000;

/** A line that may stand at a cursor, and what speaks for it. */
export interface Analog {
  readonly text: string;
  /** Neighbours before and after of the same shape, at most 4 each, and how many of these are equal. */
  readonly before: number;
  readonly after: number;
  readonly equal: number;
  /** Places that give it, and their part of all that fit no worse than its best. */
  readonly places: number;
  readonly share: number;
}

/** Lines that are not blank, without the white space around them. */
export const solidLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

interface Shaped {
  readonly lines: readonly string[];
  readonly shapes: Int32Array;
}

const shaped = (text: string): Shaped => {
  const lines = solidLines(text).slice(0, FILE_LINES);
  return { lines, shapes: Int32Array.from(lines, (line) => shapeOf(line.slice(0, LINE_LENGTH))) };
};

interface Place extends Pick<Analog, 'before' | 'after' | 'equal'> {
  readonly source: Shaped;
  readonly at: number;
  readonly worth: number;
}

/**
 * The lines of a project's files, found by the shapes of their neighbours: a line's shape is all of it but its names and numbers. Where the
 * names next to a line differ from those next to the cursor, the cursor's are put in: after `const size = get('size');` elsewhere
 * stands `check(size);`, so after `const name = get('name');` may stand `check(name);`.
 */
export class LineIndex {
  readonly #files: (Shaped & { readonly name: string; readonly text: string; live: boolean })[] = [];
  readonly #byName = new Map<string, number>();
  readonly #places = new Map<number, number[]>();
  #live = 0;
  #dead = 0;

  /** Learns a file in place of what it learned of it before. */
  set(name: string, text: string): void {
    const known = this.#byName.get(name);
    if (known !== undefined && this.#files[known]!.text === text) return;
    this.delete(name);
    this.#add(name, text, shaped(text));
    if (this.#dead >= this.#live + GARBAGE) this.#renew();
  }

  delete(name: string): void {
    const known = this.#byName.get(name);
    if (known === undefined) return;
    const file = this.#files[known]!;
    file.live = false;
    this.#byName.delete(name);
    this.#live -= file.lines.length;
    this.#dead += file.lines.length;
  }

  #add(name: string, text: string, { lines, shapes }: Shaped): void {
    const id = this.#files.length;
    this.#files.push({ name, text, lines, shapes, live: true });
    this.#byName.set(name, id);
    this.#live += lines.length;
    for (let at = 0; at < shapes.length; at++) {
      const places = this.#places.get(shapes[at]!);
      if (places) places.push(id * FILE_LINES + at);
      else this.#places.set(shapes[at]!, [id * FILE_LINES + at]);
    }
  }

  #renew(): void {
    const files = this.#files.splice(0).filter(({ live }) => live);
    this.#places.clear();
    this.#byName.clear();
    this.#live = 0;
    this.#dead = 0;
    for (const file of files) this.#add(file.name, file.text, file);
  }

  /**
   * Lines that may stand between two texts of a file, the best first, at most 16; from these texts and from the other files.
   * What was learned of the file itself is left out.
   */
  analogs(name: string, above: string, below: string): readonly Analog[] {
    const up = shaped(above);
    const down = shaped(below);
    const found: Place[] = [];
    const look = (source: Shaped, at: number): void => {
      const place = compare(source, at, up, down);
      if (place) found.push(place);
    };
    for (const own of [up, down]) for (let at = 0; at < own.lines.length; at++) look(own, at);
    for (const { file, at } of this.#beside(name, up.shapes.at(-1), 1)) look(file, at);
    for (const { file, at } of this.#beside(name, down.shapes[0], -1)) {
      // Where the line before it fits too, it has been looked at.
      if (at === 0 || file.shapes[at - 1] !== up.shapes.at(-1)) look(file, at);
    }
    const best = found
      .sort((a, b) => b.worth - a.worth)
      .slice(0, RENAMED)
      .map((place) => ({ place, text: renamed(place, up, down) }));
    const given = new Map<string, Analog>();
    for (const { place, text } of best) {
      if (given.has(text) || given.size >= GIVEN) continue;
      const { before, after, equal, worth } = place;
      const same = best.filter((one) => one.text === text);
      const fitting = best.filter((one) => one.place.worth >= worth);
      const share = fitting.filter((one) => one.text === text).length / fitting.length;
      given.set(text, { text, before, after, equal, places: same.length, share });
    }
    return [...given.values()];
  }

  /** Lines of other files that stand next to one of a shape: after it where `step` is 1, before it where it is -1. */
  *#beside(name: string, shape: number | undefined, step: 1 | -1): Generator<{ file: Shaped; at: number }> {
    const places = shape === undefined ? [] : (this.#places.get(shape) ?? []);
    for (const place of places.slice(-PLACES)) {
      const file = this.#files[Math.floor(place / FILE_LINES)]!;
      const at = (place % FILE_LINES) + step;
      if (file.live && file.name !== name && at >= 0 && at < file.lines.length) yield { file, at };
    }
  }
}

/** How far the neighbours of a place are those of the cursor; undefined where neither is. */
function compare(source: Shaped, at: number, up: Shaped, down: Shaped): Place | undefined {
  const { lines, shapes } = source;
  if (lines[at]!.length >= LINE_LENGTH) return undefined;
  const end = up.lines.length - 1;
  let before = 0;
  let after = 0;
  let equal = 0;
  while (before < REACH && at > before && end >= before && shapes[at - 1 - before] === up.shapes[end - before]) {
    if (lines[at - 1 - before] === up.lines[end - before]) equal++;
    before++;
  }
  while (after < REACH && at + 1 + after < lines.length && shapes[at + 1 + after] === down.shapes[after]) {
    if (lines[at + 1 + after] === down.lines[after]) equal++;
    after++;
  }
  if (before + after === 0) return undefined;
  const worth = before + after + (before > 0 && after > 0 ? 2 : 0) + equal / 2;
  return { source, at, before, after, equal, worth };
}

/** The line of a place with the cursor's names, as the nearest neighbours say. */
function renamed({ source: { lines }, at, before, after }: Place, up: Shaped, down: Shaped): string {
  const renaming = new Renaming();
  for (let i = 1; i <= before; i++) renaming.learn(lines[at - i]!, up.lines[up.lines.length - i]!);
  for (let i = 0; i < after; i++) renaming.learn(lines[at + 1 + i]!, down.lines[i]!);
  return renaming.apply(lines[at]!);
}
