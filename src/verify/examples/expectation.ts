import { codeOf, thrownIn } from '../../lang/index.ts';
import type { Expectation } from './types.ts';

/** The comment that makes a claim: `// => 3`, `// returns 3`, `// throws RangeError`. */
const CLAIM =
  /^\s*(?:\/\/|\/\*)\s*(?:(?:=>|⇒|→|==>|-+>)\s*|(?:returns?|yields?|gives?|outputs?|logs?|prints?|evaluates to|resolves to|(?:the )?(?:results?|output)(?: will be| is|:)?|will be|is)\b:?\s+|(?=throws?\b|Uncaught ))(.*)$/i;
const COMMENT = /^\s*(?:\/\/|\/\*)\s?(.*)$/;

/** Whether a comment claims that something is printed. */
export const claimsPrint = (comment: string): boolean => /^\s*(?:\/\/|\/\*)\s*(?:logs?|prints?)\b/i.test(comment);

/** Looks like a value, not like prose: only such comments make a claim without an arrow. */
const LITERAL = /^(?:-?\d|['"`[{]|(?:true|false|null|undefined|NaN|-?Infinity)$|new |Map\(|Set\()/;

/** What is left out of a value cannot be held against it. */
const ELIDED = /\.{3}|…|\betc\b/;

/** The text of the claim in a comment; `bare` where any comment with a literal is one. */
export function claimIn(comment: string, bare: boolean): string | undefined {
  const claimed = CLAIM.exec(comment)?.[1];
  const text = trimmed(claimed ?? COMMENT.exec(comment)?.[1] ?? '');
  if (text === '') return undefined;
  return claimed !== undefined || (bare && LITERAL.test(text)) ? text : undefined;
}

const trimmed = (text: string): string => text.replace(/\*\/\s*$/, '').trim();

/** Whether more comment lines are needed to make a whole value of a text. */
export const isOpen = (text: string): boolean => /[[{(,]$/.test(text) || (/^[[{]/.test(text) && !isExpression(text));

function isExpression(text: string): boolean {
  const { statements, problem } = codeOf(`(${text}\n)`);
  return problem === undefined && statements.length === 1 && statements[0]?.kind === 'expression';
}

/** Reads a claim; undefined where it is prose, or leaves something out. */
export function expectationOf(claim: string): Expectation | undefined {
  const thrown = thrownIn(claim);
  if (thrown) return { kind: 'throws', text: claim, ...thrown };
  const value = claim.replace(/^(?:resolves to\s+|a promise (?:of|for)\s+)/i, '');
  const inner = /^Promise\s*(?:<(.*)>|\{\s*(.*?)\s*\}|\.resolve\((.*)\))$/.exec(value);
  const plain = inner ? (inner[1] ?? inner[2] ?? inner[3] ?? '') : value;
  const candidates = [
    plain,
    plain.replace(/[.;,]$/, ''),
    plain.replace(/\s+(?:\(|--?\s|[–—#]|\/\/|because\b|since\b|as\b).*$/, ''),
  ];
  for (const text of candidates) {
    if (ELIDED.test(text.replace(/'[^']*'|"[^"]*"/g, ''))) return undefined;
    if (text !== '' && isExpression(text)) return { kind: 'value', text, code: text };
  }
  // How Node prints what has no literal.
  if (/^(?:Map|Set)\(\d+\)|^\[(?:Function|class|Object|Symbol)|^[A-Z]\w* \{|^<\w+/.test(plain))
    return { kind: 'value', text: plain };
  // One word or a phrase is a text that was printed, or prose: it can be confirmed, and not refuted.
  return { kind: 'value', text: plain };
}

/** Whether a text that is no expression can be refuted all the same: it is printed in the way of Node. */
export const isPrinted = (text: string): boolean => /^(?:Map|Set)\(\d+\) \{|^\[(?:Function|class)/.test(text);
