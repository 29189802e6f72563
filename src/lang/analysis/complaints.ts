import { checkPragma } from '../comments.ts';
import type { Node, RawDiagnostic, SourceFile } from '../engine.ts';
import { isAboutSetup } from './diagnostics.ts';

/**
 * "Cannot find name", "does not exist on type", "has no exported member", "only refers to a type" and their variants with
 * a suggestion: what the compiler says of a name even where it found some symbol.
 */
const NAMES = new Set([
  1192, 2304, 2305, 2339, 2459, 2460, 2503, 2550, 2551, 2552, 2568, 2570, 2576, 2583, 2613, 2614, 2616, 2617, 2662,
  2663, 2693, 2694, 2702, 2713, 2724, 2749, 18004,
]);

/** "Element implicitly has an 'any' type because …" and "does not exist on type 'JSX.IntrinsicElements'". */
const WHOLE = new Set([2339, 7015, 7053]);

/** "Expected n arguments", "No overload matches", "Argument of type …", "not callable": told of a call. */
const CALLS = new Set([2345, 2348, 2349, 2350, 2351, 2554, 2555, 2556, 2558, 2575, 2684, 2743, 2769]);

/** An excess key, or a literal that is none of those expected, may be told of what is around it. */
const AROUND = new Set([2322, 2345, 2353, 2559, 2561, 2739, 2740, 2741, 2769, 2820]);

/** "Object literal may only specify known properties", without and with a suggestion. */
const KEYS = new Set([2353, 2561]);

/** Comparisons that can never hold. */
const COMPARISONS = new Set([2367, 2678]);

/** What the compiler says of a file, by place. A name is `missing` only where the compiler says so too. */
export class Complaints {
  readonly #errors: readonly RawDiagnostic[];
  readonly #byStart = new Map<number, RawDiagnostic[]>();
  readonly #file: SourceFile;

  constructor(file: SourceFile, diagnostics: readonly RawDiagnostic[]) {
    this.#file = file;
    this.#errors = diagnostics.filter(({ category, source }) => category === 'error' && source === 'semantic');
    for (const error of this.#errors) {
      const here = this.#byStart.get(error.start);
      if (here) here.push(error);
      else this.#byStart.set(error.start, [error]);
    }
  }

  /** Said of exactly this node. */
  at(node: Node): RawDiagnostic | undefined {
    return this.#byStart.get(node.getStart())?.find(({ end }) => end === node.end);
  }

  /** That the name itself is wrong, whatever symbol was found for it. */
  ofName(node: Node): RawDiagnostic | undefined {
    const error = this.at(node);
    return error && (NAMES.has(error.code) || isAboutSetup(error)) ? error : undefined;
  }

  /** That a key of an object literal, or an attribute, is not one of those expected; the chain of a longer tale may say so. */
  ofKey(node: Node): RawDiagnostic | undefined {
    const error = this.at(node);
    if (!error) return undefined;
    return KEYS.has(error.code) || error.message.includes(`'${node.text}' does not exist `) ? error : undefined;
  }

  /** Of what is around a literal key in brackets, or around the name of a JSX element, that it does not exist. */
  ofWhole(name: Node): RawDiagnostic | undefined {
    const error = name.parent.end === name.end ? undefined : this.at(name.parent);
    return error && WHOLE.has(error.code) && error.message.includes(`'${name.text}'`) ? error : undefined;
  }

  /** Of a comparison or case that a literal is in. */
  ofComparison(literal: Node): RawDiagnostic | undefined {
    return [literal, literal.parent].map((node) => this.at(node)).find((error) => error && COMPARISONS.has(error.code));
  }

  /** Of something from `inner` outward to `outer` that fits an excess key or a wrong literal. */
  around(inner: Node, outer: Node): RawDiagnostic | undefined {
    const start = inner.getStart();
    return this.#errors.find(
      (error) =>
        AROUND.has(error.code) && error.start >= outer.getStart() && error.end <= outer.end && error.start <= start,
    );
  }

  /** Errors that tell of calls, with the range that each is about. */
  ofCalls(): readonly RawDiagnostic[] {
    return this.#errors.filter(({ code }) => CALLS.has(code));
  }

  /** Why the compiler may be silent about a name that it does not know; undefined where it has no reason to be. */
  silence(node: Node): string | undefined {
    const { text } = this.#file;
    const start = node.parent.getStart();
    // Of what it is looked up on there is something to say already.
    const before = this.#errors.find((error) => error.start === start && error.end < node.getStart());
    if (before) return before.message.split('\n', 1)[0];
    const line = text.lastIndexOf('\n', node.getStart());
    const above = text.slice(text.lastIndexOf('\n', line - 1) + 1, Math.max(line, 0));
    if (/@ts-(ignore|expect-error)\b/.test(above)) return 'errors on this line are switched off by a comment';
    if (checkPragma(text) === 'nocheck') return 'errors are switched off in this file';
    return undefined;
  }
}
