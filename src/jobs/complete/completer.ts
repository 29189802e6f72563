import { type EventSink, LIMITS, noEvents, ok, type RepoPath, type Result, span } from '../../base/index.ts';
import { type Candidate, type Candidates, type LanguageService, openLanguage } from '../../lang/index.ts';
import { heal, localPredictor, type PredictedToken, type Predictor } from '../../predict/index.ts';
import {
  type Constraint,
  endsIdentifier,
  GREEDY,
  literalSet,
  samplingOptions,
  type TokenTrie,
  tokenTrie,
} from '../../sample/index.ts';
import { loadShipped, type Tokenizer } from '../../tokens/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { windowAt } from '../context.ts';
import { type RepositoryModel, repositoryModel } from '../repositoryModel.ts';
import { compileGate } from './gate.ts';
import type { CompleteOptions, CompleteReport, Completer, Completion, Proposal, Surroundings } from './types.ts';

/** Drafts put to the compiler for each one asked for. */
const DRAFTS_PER_SHOWN = 4;
/** Names put to the compiler at least: what surrounds a cursor rules most of them out. */
const NAMES = 24;
/** Natural-log penalties: a step down the compiler's own order, a deprecated name. */
const ORDER_PENALTY = 1.5;
const DEPRECATED_PENALTY = 4;
/** A continuation goes on while each token is at least this likely, and is shown if all together are. */
const CONFIDENT_TOKEN = 0.25;
const CONFIDENT_TEXT = 0.25;
/** What may stand between the cursor and the end of its line if the line is to be continued. */
const LINE_IS_OPEN = /^[ \t)\]};,]*(?:\r?\n|$)/;

export async function openCompleter(workspace: Workspace, events: EventSink = noEvents): Promise<Result<Completer>> {
  const language = openLanguage({ root: workspace.root, events });
  if (!language.ok) return language;
  const tokenizer = loadShipped();
  const model = await repositoryModel(workspace, tokenizer, events);
  if (!model.ok) {
    language.value.close();
    return model;
  }
  return ok(new RepositoryCompleter(workspace, language.value, tokenizer, model.value), model.issues);
}

class RepositoryCompleter implements Completer {
  readonly #workspace: Workspace;
  readonly #language: LanguageService;
  readonly #tokenizer: Tokenizer;
  readonly #model: RepositoryModel;
  readonly #predictor: Predictor;
  readonly #trie: TokenTrie;

  constructor(workspace: Workspace, language: LanguageService, tokenizer: Tokenizer, model: RepositoryModel) {
    this.#workspace = workspace;
    this.#language = language;
    this.#tokenizer = tokenizer;
    this.#model = model;
    this.#trie = tokenTrie(tokenizer);
    this.#predictor = localPredictor({ model: model.model, tokenizer });
  }

  async complete(path: RepoPath, text: string, offset: number, options: CompleteOptions = {}): Promise<CompleteReport> {
    const started = performance.now();
    this.#language.setOverlay(new Map([[path, text]]));
    const answer = this.#language.candidates(path, offset);
    const known = answer.status === 'known' ? answer.value : undefined;
    const place = known?.replace ?? span(offset, offset);
    const around: Surroundings = {
      path,
      prefix: text.slice(0, place.start),
      typed: text.slice(place.start, offset),
      suffix: text.slice(place.end),
    };
    this.#model.show(path, around.prefix, around.suffix);

    const gate = compileGate(this.#language, around);
    const count = options.count ?? 1;
    const completions: Completion[] = [];
    let dropped = 0;
    for (const proposal of await this.#propose(around, known, options)) {
      if (completions.length >= count) break;
      for (const variant of await this.#variants(around, proposal)) {
        const verdict = gate(variant.text);
        if (verdict.status === 'fail') {
          dropped++;
          continue;
        }
        if (!completions.some((shown) => shown.text === variant.text)) {
          completions.push({
            ...variant,
            span: place,
            status: verdict.status,
            ...(verdict.reason ? { reason: verdict.reason } : {}),
          });
        }
        break;
      }
    }
    return { completions, dropped, ms: performance.now() - started };
  }

  close(): void {
    this.#language.close();
  }

  async #propose(
    around: Surroundings,
    known: Candidates | undefined,
    options: CompleteOptions,
  ): Promise<readonly Proposal[]> {
    const count = (options.count ?? 1) * DRAFTS_PER_SHOWN;
    const { temperature = 0, topP = 1, seed = 0 } = options;
    const offered = known?.candidates.filter(({ name }) => name.startsWith(around.typed)) ?? [];
    const byName = offered.length > 0 && (known?.isMember === true || around.typed !== '');
    if (byName && temperature === 0) return this.#rank(around.prefix, offered).slice(0, Math.max(count, NAMES));
    const sampling = samplingOptions({ temperature, topP, seed });
    if (!sampling.ok) throw new Error(sampling.issues[0]!.message);
    const names = offered.map(({ name }) => name);
    const constraint = byName ? literalSet(names, this.#trie, { terminator: endsIdentifier }) : undefined;
    return this.#write(around, '', { count, sampling: sampling.value, ...(constraint ? { constraint } : {}) });
  }

  async #write(
    { path, prefix, suffix }: Surroundings,
    begun: string,
    request: { readonly count: number; readonly sampling: typeof GREEDY; readonly constraint?: Constraint },
  ): Promise<readonly Proposal[]> {
    const before = prefix + begun;
    const window = await windowAt(this.#workspace, this.#language, path, before + suffix, before.length);
    const predicted = await this.#predictor.predict({
      window,
      maxTokens: LIMITS.completionTokens,
      stop: ['\n'],
      ...request,
    });
    return predicted.ok ? predicted.value.map(confidentPart).filter(({ text }) => text.trim() !== '') : [];
  }

  /** The same draft carried on to the end of its line where the model is confident, then the draft itself. */
  async #variants(around: Surroundings, proposal: Proposal): Promise<readonly Proposal[]> {
    if (!LINE_IS_OPEN.test(around.suffix)) return [proposal];
    const [more] = await this.#write(around, proposal.text, { count: 1, sampling: GREEDY });
    if (!more || more.probability < CONFIDENT_TEXT) return [proposal];
    const longer = {
      text: proposal.text + more.text,
      probability: proposal.probability * more.probability,
      tokens: [...proposal.tokens, ...more.tokens],
    };
    return [longer, proposal];
  }

  /** Names by how likely the model finds them here, corrected by the compiler's own order. */
  #rank(prefix: string, offered: readonly Candidate[]): Proposal[] {
    const prompt = heal(this.#tokenizer.encode(prefix), this.#tokenizer);
    const typed = new TextDecoder().decode(prompt.typed);
    const sequence = this.#model.model.open();
    try {
      sequence.extend(prompt.tokens);
      const order = (candidate: Candidate): number => Number.parseInt(candidate.sortText, 10) || 0;
      const first = Math.min(...offered.map(order));
      const scored = offered.map((candidate) => ({
        text: candidate.insertText ?? candidate.name,
        score:
          sequence.scoreNext(this.#tokenizer.encode(typed + candidate.name)) -
          ORDER_PENALTY * (order(candidate) - first) -
          (candidate.deprecated ? DEPRECATED_PENALTY : 0),
      }));
      const top = Math.max(...scored.map(({ score }) => score));
      const total = scored.reduce((sum, { score }) => sum + Math.exp(score - top), 0);
      return scored
        .map(({ text, score }): Proposal => {
          const probability = Math.exp(score - top) / total;
          return { text, probability, tokens: [{ text, probability }] };
        })
        .sort((a, b) => b.probability - a.probability || (a.text < b.text ? -1 : 1));
    } finally {
      sequence.close();
    }
  }
}

const OPENS = '([{';
const CLOSES = ')]}';

/** The longest start of a draft whose every token is likely and whose brackets are closed. */
function confidentPart(draft: Proposal): Proposal {
  let kept = 0;
  let depth = 0;
  for (const [index, { text, probability }] of draft.tokens.entries()) {
    if (index > 0 && probability < CONFIDENT_TOKEN) break;
    for (const char of text) {
      if (OPENS.includes(char)) depth++;
      else if (CLOSES.includes(char)) depth--;
    }
    if (depth < 0) break;
    if (depth === 0) kept = index + 1;
  }
  const tokens: readonly PredictedToken[] = draft.tokens.slice(0, kept);
  return {
    text: tokens.map(({ text }) => text).join(''),
    tokens,
    probability: tokens.reduce((product, { probability }) => product * probability, 1),
  };
}
