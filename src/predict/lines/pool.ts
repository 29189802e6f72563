import type { TokenSequence } from '../../model/index.ts';
import type { TokenTrie } from '../../sample/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import type { FilePlace } from '../types.ts';
import { likelyLines } from './beam.ts';
import { type Analog, type LineIndex, solidLines } from './lineIndex.ts';
import { namesOf } from './names.ts';

/** What speaks for a line, or against it. */
export interface LineFeatures {
  /** Natural-log probability of the line by the model, 0 where it did not think of it itself, and 1 there. */
  readonly log: number;
  readonly unwritten: number;
  /** The same of the line and of what follows it. */
  readonly joint: number;
  /** Brackets by which the file would be off balance, of each kind two at most, above the least of all candidates. */
  readonly brackets: number;
  /**
   * Where it stands next to such neighbours elsewhere, see `Analog`: equal ones, in eights; the log of 1 and the places; their share, and that times
   * the neighbours of the same shape, in eights.
   */
  readonly equal: number;
  readonly places: number;
  readonly share: number;
  readonly agreed: number;
  /** 1 where it stands elsewhere in the file; 1 where that is near. */
  readonly copied: number;
  readonly repeats: number;
  /** Names that the file does not have, three at most; part of its names that stand near. */
  readonly unknown: number;
  readonly near: number;
}

export interface LineCandidate {
  /** From the cursor to the end of its line. */
  readonly text: string;
  readonly features: LineFeatures;
}

/** Candidates that the model writes. */
const WRITTEN = 16;
/** Lines after the cursor's that a candidate must explain, and tokens with it. */
const EXPLAINED = { lines: 3, tokens: 120 } as const;
/** Text after the line that tokens at its end are held against, UTF-16 code units. */
const AFTER = 256;
/** Lines on either side that are near. */
const NEAR = 12;

export interface PoolOptions {
  readonly tokenizer: Tokenizer;
  readonly trie: TokenTrie;
  /** Stands before `typed`, the bytes before the cursor that are written again first, and stands there again afterwards. */
  readonly sequence: TokenSequence;
  readonly typed: Uint8Array;
  readonly place: FilePlace;
  readonly index: LineIndex;
  readonly maxTokens: number;
}

/** What may stand from the cursor to the end of its line: what the model writes, and what stands between such lines elsewhere. */
export function linePool(options: PoolOptions): readonly LineCandidate[] {
  const { tokenizer, trie, sequence, typed, place, index, maxTokens } = options;
  const lineStart = place.prefix.lastIndexOf('\n') + 1;
  const begun = place.prefix.slice(lineStart).trimStart();
  const newline = place.suffix.indexOf('\n');
  const above = place.prefix.slice(0, lineStart);
  const below = newline < 0 ? '' : place.suffix.slice(newline + 1);

  const after = new TextEncoder().encode(`\n${below.slice(0, AFTER)}`);
  const written = [...likelyLines(sequence, trie, { typed, after, maxTokens })]
    .filter(([text]) => text !== '')
    .sort((a, b) => b[1] - a[1])
    .slice(0, WRITTEN);
  const analogs = new Map(
    index
      .analogs(place.path, above, below)
      .filter(({ text }) => text.length > begun.length && text.startsWith(begun))
      .map((analog) => [analog.text.slice(begun.length), analog]),
  );
  const logs = new Map<string, number | undefined>([...analogs.keys()].map((text) => [text, undefined]));
  for (const [text, log] of written) logs.set(text, log);

  const around = surroundings(above, below);
  const again = new TextDecoder().decode(typed);
  const explained = `\n${below.split('\n', EXPLAINED.lines).join('\n')}\n`;
  const off = [...logs.keys()].map((text) => imbalance(begun + text, around.brackets));
  const least = Math.min(...off);
  return [...logs].map(([text, log], i) => {
    const tokens = tokenizer.encode(again + text + explained).slice(0, EXPLAINED.tokens);
    const scored = { log, joint: sequence.scoreNext(tokens), brackets: off[i]! - least };
    return { text, features: featuresOf(begun + text, scored, analogs.get(text), around) };
  });
}

type Surroundings = ReturnType<typeof surroundings>;

function surroundings(above: string, below: string) {
  const lines = [solidLines(above), solidLines(below)] as const;
  const near = [...lines[0].slice(-NEAR), ...lines[1].slice(0, NEAR)];
  return {
    brackets: bracketsOf(above + below),
    lines: new Set(lines.flat()),
    nearLines: new Set(near),
    names: new Set([...namesOf(above), ...namesOf(below)]),
    nearNames: new Set(near.flatMap(namesOf)),
  };
}

function featuresOf(
  line: string,
  { log, joint, brackets }: { readonly log: number | undefined; readonly joint: number; readonly brackets: number },
  analog: Analog | undefined,
  around: Surroundings,
): LineFeatures {
  const names = [...new Set(namesOf(line))];
  return {
    log: log ?? 0,
    unwritten: Number(log === undefined),
    joint,
    brackets,
    equal: (analog?.equal ?? 0) / 8,
    places: Math.log1p(analog?.places ?? 0),
    share: analog?.share ?? 0,
    agreed: analog ? (analog.share * (analog.before + analog.after)) / 8 : 0,
    copied: Number(around.lines.has(line)),
    repeats: Number(around.nearLines.has(line)),
    unknown: Math.min(3, names.filter((name) => !around.names.has(name)).length),
    near: names.length === 0 ? 0 : names.filter((name) => around.nearNames.has(name)).length / names.length,
  };
}

const BRACKETS = '()[]{}';

/** Opened less closed, of each kind, wherever they stand: strings and comments count the same for all candidates. */
function bracketsOf(text: string): readonly number[] {
  const net = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const kind = BRACKETS.indexOf(text[i]!);
    if (kind >= 0) net[kind >> 1]! += kind % 2 === 0 ? 1 : -1;
  }
  return net;
}

const imbalance = (line: string, around: readonly number[]): number =>
  bracketsOf(line).reduce((sum, net, kind) => sum + Math.min(2, Math.abs(net + around[kind]!)), 0);
