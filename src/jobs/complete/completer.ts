import { type EventSink, LIMITS, noEvents, ok, type RepoPath, type Result, span } from '../../base/index.ts';
import { type Candidates, type LanguageService, openLanguage } from '../../lang/index.ts';
import { loadShippedMixture } from '../../model/index.ts';
import {
  budgeted,
  continuationLayout,
  LineIndex,
  linePredictor,
  localPredictor,
  type Predictor,
} from '../../predict/index.ts';
import { aroundCursor, type Snippet, type Survey, survey } from '../../retrieve/index.ts';
import { endsIdentifier, literalSet, samplingOptions, type TokenTrie, tokenTrie } from '../../sample/index.ts';
import { loadShipped, type Tokenizer } from '../../tokens/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { type RepositoryModel, repositoryModel } from '../repositoryModel.ts';
import { openTransformer, type TransformerModel } from '../transformerModel.ts';
import { compileGate } from './gate.ts';
import { Proposer } from './proposer.ts';
import type {
  CompleteOptions,
  CompleteReport,
  Completer,
  CompleterOptions,
  Completion,
  Proposal,
  Surroundings,
} from './types.ts';

/** Drafts written for each one asked for: not all compile. */
const DRAFTS_PER_SHOWN = 2;
/** Names put to the compiler at most, and at least as many as are asked for: what surrounds a cursor rules most of them out. */
const NAMES = 24;
/** After this time what is known of the repository's files is asked anew, ms; between two answers, so that none waits. */
const SURVEY_MS = 5_000;

/** Tokens of the transformer's window: what stands near a cursor says most of what follows, and time goes with the length. */
const TRANSFORMER_WINDOW = 256;

/**
 * Opens what completion needs and keeps it warm: the compiler, a model that has counted the repository, and a transformer
 * where one is named. The shipped one earns nothing here yet (docs/decisions/mixture.md) and takes no part. Errors: those of `openLanguage` and `openTransformer`.
 */
export async function openCompleter(
  workspace: Workspace,
  events: EventSink = noEvents,
  options: CompleterOptions = {},
): Promise<Result<Completer>> {
  const transformer = options.model === undefined ? ok(undefined) : openTransformer(options.model, events);
  if (!transformer.ok) return transformer;
  const language = openLanguage({ root: workspace.root, events });
  if (!language.ok) {
    transformer.value?.close();
    return language;
  }
  const tokenizer = transformer.value?.tokenizer ?? loadShipped();
  const index = new LineIndex();
  const model = await repositoryModel(workspace, tokenizer, events, index);
  const parts = { workspace, language: language.value, tokenizer, model, index, transformer: transformer.value };
  return ok(new RepositoryCompleter(parts, options, await survey(workspace)));
}

interface Parts {
  readonly workspace: Workspace;
  readonly language: LanguageService;
  readonly tokenizer: Tokenizer;
  readonly model: RepositoryModel;
  readonly index: LineIndex;
  readonly transformer: TransformerModel | undefined;
}

/**
 * The n-gram, and what chooses among lines; drafts that are drawn, or stand before other text, are those of the n-gram mixed with the
 * transformer where there is one.
 */
function predictors(
  { model: { model }, index, transformer, tokenizer }: Parts,
  { draftMs }: CompleterOptions,
): { readonly fast: Predictor; readonly best: Predictor } {
  const fast = localPredictor({ model, tokenizer });
  const lines = (otherwise: Predictor): Predictor => linePredictor({ otherwise, model, tokenizer, index });
  if (!transformer) return { fast, best: lines(fast) };
  const capacity = Math.min(TRANSFORMER_WINDOW + LIMITS.completionTokens, transformer.capacity ?? Infinity);
  const beside = { ...transformer, capacity, weights: loadShippedMixture() };
  const counted = { model, layout: continuationLayout(tokenizer) };
  const mixed = localPredictor({ model: counted, beside, tokenizer });
  return { fast, best: lines(draftMs === undefined ? mixed : budgeted(mixed, fast, draftMs)) };
}

class RepositoryCompleter implements Completer {
  readonly #parts: Parts;
  readonly #predictors: ReturnType<typeof predictors>;
  readonly #trie: TokenTrie;
  #survey: Survey;
  #surveyed = performance.now();

  constructor(parts: Parts, options: CompleterOptions, first: Survey) {
    this.#parts = parts;
    this.#trie = tokenTrie(parts.tokenizer);
    this.#survey = first;
    this.#predictors = predictors(parts, options);
  }

  async complete(path: RepoPath, text: string, offset: number, options: CompleteOptions = {}): Promise<CompleteReport> {
    const started = performance.now();
    const count = options.count ?? 1;
    this.#parts.language.setOverlay(new Map([[path, text]]));
    const answer = this.#parts.language.candidates(path, offset);
    const known = answer.status === 'known' ? answer.value : undefined;
    const replaced = known?.replace ?? span(offset, offset);
    const around: Surroundings = {
      path,
      prefix: text.slice(0, replaced.start),
      typed: text.slice(replaced.start, offset),
      suffix: text.slice(replaced.end),
    };
    this.#parts.model.show(path, around.prefix, around.suffix);
    const proposer = this.#proposer(around, text, offset);
    const gate = compileGate(this.#parts.language, around);

    const completions: Completion[] = [];
    let dropped = 0;
    for (const [index, proposal] of (await this.#propose(proposer, around.typed, known, options)).entries()) {
      if (completions.length >= count) break;
      for await (const { text: draft, probability, tokens } of proposer.variants(proposal, index === 0)) {
        const { status, reason } = gate(draft);
        if (status === 'fail') {
          dropped++;
          continue;
        }
        if (!completions.some((shown) => shown.text === draft)) {
          completions.push({ text: draft, span: replaced, probability, status, ...(reason ? { reason } : {}), tokens });
        }
        break;
      }
    }
    this.#renewSurvey();
    return { completions, dropped, ms: performance.now() - started };
  }

  #renewSurvey(): void {
    const now = performance.now();
    if (now - this.#surveyed < SURVEY_MS) return;
    this.#surveyed = now;
    void survey(this.#parts.workspace).then((found) => {
      this.#survey = found;
    });
  }

  close(): void {
    this.#parts.language.close();
    this.#parts.transformer?.close();
  }

  #proposer(around: Surroundings, text: string, offset: number): Proposer {
    const place = {
      workspace: this.#parts.workspace,
      language: this.#parts.language,
      survey: this.#survey,
      path: around.path,
      text,
      offset,
    };
    let snippets: readonly Snippet[] | undefined;
    return new Proposer({
      around,
      model: this.#parts.model.model,
      tokenizer: this.#parts.tokenizer,
      predictors: this.#predictors,
      snippets: () => {
        snippets ??= aroundCursor(place);
        return snippets;
      },
    });
  }

  /** Where the compiler knows the names, only they are proposed: ranked at temperature 0, drawn above it. */
  async #propose(
    proposer: Proposer,
    typed: string,
    known: Candidates | undefined,
    { count = 1, temperature = 0, topP = 1, seed = 0 }: CompleteOptions,
  ): Promise<readonly Proposal[]> {
    const offered = known?.candidates.filter(({ name }) => name.startsWith(typed)) ?? [];
    const byName = offered.length > 0 && (known?.isMember === true || typed !== '');
    if (byName && temperature === 0) return proposer.rank(offered).slice(0, Math.max(count, NAMES));
    const sampling = samplingOptions({ temperature, topP, seed });
    if (!sampling.ok) throw new Error(sampling.issues[0]!.message);
    const names = byName
      ? literalSet(
          offered.map(({ name }) => name),
          this.#trie,
          { terminator: endsIdentifier },
        )
      : undefined;
    return proposer.draft(count * DRAFTS_PER_SHOWN, sampling.value, names);
  }
}
