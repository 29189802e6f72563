import { type EventSink, noEvents, ok, type RepoPath, type Result, span } from '../../base/index.ts';
import { type Candidates, type LanguageService, openLanguage } from '../../lang/index.ts';
import { localPredictor, type Predictor } from '../../predict/index.ts';
import { aroundCursor, type Snippet, type Survey, survey } from '../../retrieve/index.ts';
import { endsIdentifier, literalSet, samplingOptions, type TokenTrie, tokenTrie } from '../../sample/index.ts';
import { loadShipped, type Tokenizer } from '../../tokens/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { type RepositoryModel, repositoryModel } from '../repositoryModel.ts';
import { compileGate } from './gate.ts';
import { Proposer } from './proposer.ts';
import type { CompleteOptions, CompleteReport, Completer, Completion, Proposal, Surroundings } from './types.ts';

/** Drafts written for each one asked for: not all compile. */
const DRAFTS_PER_SHOWN = 2;
/** Names put to the compiler at most, and at least as many as are asked for: what surrounds a cursor rules most of them out. */
const NAMES = 24;
/** After this time what is known of the repository's files is asked anew, ms; between two answers, so that none waits. */
const SURVEY_MS = 5_000;

/** Opens what completion needs and keeps it warm: the compiler, and a model that has counted the repository. */
export async function openCompleter(workspace: Workspace, events: EventSink = noEvents): Promise<Result<Completer>> {
  const language = openLanguage({ root: workspace.root, events });
  if (!language.ok) return language;
  const tokenizer = loadShipped();
  const model = await repositoryModel(workspace, tokenizer, events);
  return ok(new RepositoryCompleter(workspace, language.value, tokenizer, model, await survey(workspace)));
}

class RepositoryCompleter implements Completer {
  readonly #workspace: Workspace;
  readonly #language: LanguageService;
  readonly #tokenizer: Tokenizer;
  readonly #model: RepositoryModel;
  readonly #predictor: Predictor;
  readonly #trie: TokenTrie;
  #survey: Survey;
  #surveyed = performance.now();

  constructor(
    workspace: Workspace,
    language: LanguageService,
    tokenizer: Tokenizer,
    model: RepositoryModel,
    first: Survey,
  ) {
    this.#workspace = workspace;
    this.#language = language;
    this.#tokenizer = tokenizer;
    this.#model = model;
    this.#trie = tokenTrie(tokenizer);
    this.#survey = first;
    this.#predictor = localPredictor({ model: model.model, tokenizer });
  }

  async complete(path: RepoPath, text: string, offset: number, options: CompleteOptions = {}): Promise<CompleteReport> {
    const started = performance.now();
    const count = options.count ?? 1;
    this.#language.setOverlay(new Map([[path, text]]));
    const answer = this.#language.candidates(path, offset);
    const known = answer.status === 'known' ? answer.value : undefined;
    const replaced = known?.replace ?? span(offset, offset);
    const around: Surroundings = {
      path,
      prefix: text.slice(0, replaced.start),
      typed: text.slice(replaced.start, offset),
      suffix: text.slice(replaced.end),
    };
    this.#model.show(path, around.prefix, around.suffix);
    const proposer = this.#proposer(around, text, offset);
    const gate = compileGate(this.#language, around);

    const completions: Completion[] = [];
    let dropped = 0;
    for (const proposal of await this.#propose(proposer, around.typed, known, options)) {
      if (completions.length >= count) break;
      for await (const { text: draft, probability, tokens } of proposer.variants(proposal)) {
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
    void survey(this.#workspace).then((found) => {
      this.#survey = found;
    });
  }

  close(): void {
    this.#language.close();
  }

  #proposer(around: Surroundings, text: string, offset: number): Proposer {
    const place = {
      workspace: this.#workspace,
      language: this.#language,
      survey: this.#survey,
      path: around.path,
      text,
      offset,
    };
    let snippets: readonly Snippet[] | undefined;
    return new Proposer({
      around,
      model: this.#model.model,
      tokenizer: this.#tokenizer,
      predictor: this.#predictor,
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
