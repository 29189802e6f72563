import type { TokenId } from '../base/index.ts';
import type { Piece } from '../context/index.ts';
import { SPECIALS, type Tokenizer } from '../tokens/index.ts';
import { heal, type Layout, pieceText } from './prompt.ts';

/** Tokens of a path and of a snippet at most, as in training (docs/decisions/pretraining.md). */
const PATH = 32;
const SNIPPET = 160;
/** Parts of the room that a snippet and the text after the cursor may take. */
const SNIPPET_SHARE = 0.3;
const SUFFIX_SHARE = 0.25;
/** Less room than this is left to the file itself. */
const ROOM_FOR_SNIPPET = 256;
/** What no longer fits of the text before the cursor goes this many tokens at a time, so that typing extends a known prompt. */
const STEP = 64;

/**
 * The layout that a tokenizer's control tokens allow: assay's own rows, with the suffix first,
 *
 *     <|snippet|>path\ntext <|path|>path <|file|> <|fim_suffix|>suffix <|fim_prefix|>prefix
 *
 * so that nothing stands between the prefix and what is written; the common `<|fim_prefix|>prefix<|fim_suffix|>suffix<|fim_middle|>`
 * for other models that know it, everything else of the window before the prefix. Undefined where the model can only continue.
 */
export function infillLayout(tokenizer: Tokenizer): Layout | undefined {
  const id = (name: string): TokenId | undefined => tokenizer.specials.get(name)?.id;
  const [prefix, suffix, middle] = [id(SPECIALS.fimPrefix), id(SPECIALS.fimSuffix), id(SPECIALS.fimMiddle)];
  if (prefix === undefined || suffix === undefined || middle === undefined) return undefined;
  const [path, file, snippet] = [id(SPECIALS.path), id(SPECIALS.file), id(SPECIALS.snippet)];
  if (path === undefined || file === undefined || snippet === undefined) {
    return (window, room) => {
      const after = tokenizer.encode(pieceText(window, 'file-suffix')).slice(0, Math.floor(room * SUFFIX_SHARE));
      const background = window.pieces.filter(isBackground).map(({ text }) => text);
      const { tokens: own, typed } = heal(tokenizer.encode(pieceText(window, 'file-prefix')), tokenizer);
      const before = [...tokenizer.encode(background.join('')), ...own];
      return { tokens: [prefix, ...lastOf(before, room - after.length - 3), suffix, ...after, middle], typed };
    };
  }
  return (window, room) => {
    const tokens: TokenId[] = [];
    const best = window.pieces.findLast(isBackground);
    if (best?.path !== undefined && room >= ROOM_FOR_SNIPPET) {
      const most = Math.min(SNIPPET, Math.floor(room * SNIPPET_SHARE));
      tokens.push(snippet, ...tokenizer.encode(`${best.path}\n${withoutHead(best)}`).slice(0, most));
    }
    const name = window.pieces.find(({ kind }) => kind === 'file-prefix' || kind === 'file-suffix')?.path;
    if (name !== undefined) tokens.push(path, ...tokenizer.encode(name).slice(-PATH));
    tokens.push(file);
    const after = pieceText(window, 'file-suffix');
    if (after.trim() !== '')
      tokens.push(suffix, ...tokenizer.encode(after).slice(0, Math.floor(room * SUFFIX_SHARE)), prefix);
    const { tokens: before, typed } = heal(tokenizer.encode(pieceText(window, 'file-prefix')), tokenizer);
    tokens.push(...lastOf(before, room - tokens.length));
    return { tokens, typed };
  };
}

const isBackground = ({ kind }: Piece): boolean => kind !== 'file-prefix' && kind !== 'file-suffix';

/** Without the line that says where it is from, which the layout says itself. */
const withoutHead = ({ text, path }: Piece): string =>
  text.startsWith(`// ${path}:`) ? text.slice(text.indexOf('\n') + 1) : text;

/** The last tokens within `room`, cut at a multiple of `STEP`. */
export function lastOf(tokens: readonly TokenId[], room: number): readonly TokenId[] {
  const excess = tokens.length - Math.max(0, room);
  return excess <= 0 ? tokens : tokens.slice(Math.ceil(excess / STEP) * STEP);
}
