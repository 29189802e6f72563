import type { TokenId } from '../base/index.ts';
import { type CountTrie, UNSEEN } from './countTrie.ts';
import { countBucket, type Gates, gateIndex, massBucket, PRIOR, PROJECT, SEQUENCE, type Source } from './gates.ts';
import { eachFollower, type Prior, priorFollowers, priorMass, priorStep, priorWeight } from './prior.ts';
import { assertTokens, assertTruncation } from './sequence.ts';
import type { TokenSequence } from './types.ts';

export interface NgramSequence extends TokenSequence {
  priorLogProbabilities(): Float32Array;
  /** Probability of one token coming next: its entry of `logProbabilities`, without the others. */
  probability(token: TokenId): number;
  /** What each source says of one token coming next: what gates are learned from. */
  evidence(token: TokenId): Evidence;
  fork(): NgramSequence;
}

export interface Evidence {
  /** Probability without any context, from the prior alone. */
  readonly base: number;
  /** The steps of the interpolation, in their order: where the gate of each stands in `Gates`, and the token's share. */
  readonly gates: Int32Array;
  readonly shares: Float64Array;
}

/** What the sequences of one model share. `version` changes with every file that is trained or forgotten. */
export interface Shared {
  readonly vocabulary: number;
  readonly order: number;
  readonly prior: Prior | undefined;
  readonly gates: Gates;
  project: CountTrie;
  version: number;
  /** The distribution without any context from prior and project, with the project's counts and its gate, if it has any. */
  base(): {
    readonly probabilities: Float64Array;
    readonly logs: Float32Array;
    readonly counts: Int32Array;
    readonly tokens: number;
    readonly gate: number | undefined;
  };
}

/** From this many tokens on, contexts are looked up at the end instead of after each token. */
const BULK = 4;

export class NgramState implements NgramSequence {
  readonly #shared: Shared;
  /** Counts of the sequence itself. */
  readonly #own: CountTrie;
  /** Contexts of the last 0, 1, … tokens in the project and in the prior. */
  readonly #project: Int32Array;
  readonly #prior: Int32Array;
  #version = -1;

  /** The interpolation at this place, longest context first: where from, which context, the weight of one occurrence. */
  readonly #sources: Uint8Array;
  readonly #states: Int32Array;
  readonly #lengths: Uint8Array;
  readonly #totals: Float64Array;
  readonly #weights: Float64Array;
  readonly #gates: Int32Array;
  #links = 0;
  /** What the links leave to the distribution without any context. */
  #rest = 1;
  #mixed = false;

  #logs: Float32Array | undefined;
  #sums: Float64Array | undefined;
  #touched: Int32Array | undefined;
  #before: Float32Array | undefined;

  constructor(shared: Shared, own: CountTrie) {
    this.#shared = shared;
    this.#own = own;
    this.#project = new Int32Array(shared.order).fill(UNSEEN);
    this.#prior = new Int32Array(shared.order).fill(UNSEEN);
    this.#project[0] = 0;
    this.#prior[0] = 0;
    const most = 3 * shared.order;
    this.#sources = new Uint8Array(most);
    this.#states = new Int32Array(most);
    this.#lengths = new Uint8Array(most);
    this.#totals = new Float64Array(most);
    this.#weights = new Float64Array(most);
    this.#gates = new Int32Array(most);
  }

  get length(): number {
    return this.#own.written;
  }

  extend(tokens: readonly TokenId[]): void {
    assertTokens(tokens, this.#shared.vocabulary);
    this.#sync();
    if (tokens.length >= BULK) {
      for (const token of tokens) this.#own.push(token);
      this.#locate();
    } else for (const token of tokens) this.#advance(token);
  }

  truncate(length: number): void {
    assertTruncation(length, this.length);
    if (length === this.length) return;
    this.#own.cut(length);
    this.#locate();
  }

  fork(): NgramSequence {
    const copy = new NgramState(this.#shared, this.#own.clone());
    copy.#project.set(this.#project);
    copy.#prior.set(this.#prior);
    copy.#version = this.#version;
    return copy;
  }

  close(): void {}

  probability(token: TokenId): number {
    assertTokens([token], this.#shared.vocabulary);
    this.#mix();
    return this.#probability(token);
  }

  scoreNext(tokens: readonly TokenId[]): number {
    assertTokens(tokens, this.#shared.vocabulary);
    if (tokens.length === 0) return 0;
    this.#sync();
    const project = this.#project.slice();
    const prior = this.#prior.slice();
    const { length } = this;
    let score = 0;
    for (let i = 0; i < tokens.length; i++) {
      this.#mix();
      score += Math.log(this.#probability(tokens[i]!));
      if (i + 1 < tokens.length) this.#advance(tokens[i]!);
    }
    this.#own.cut(length);
    this.#project.set(project);
    this.#prior.set(prior);
    this.#mixed = false;
    return score;
  }

  logProbabilities(): Float32Array {
    this.#mix();
    const { vocabulary, project, prior } = this.#shared;
    this.#logs ??= new Float32Array(vocabulary);
    this.#sums ??= new Float64Array(vocabulary);
    this.#touched ??= new Int32Array(vocabulary);
    const out = this.#logs;
    const sums = this.#sums;
    const touched = this.#touched;
    let used = 0;
    for (let link = 0; link < this.#links; link++) {
      const state = this.#states[link]!;
      const weight = this.#weights[link]!;
      if (this.#sources[link] !== PRIOR) {
        const counts = this.#sources[link] === PROJECT ? project : this.#own;
        used = counts.addFollowers(state, weight, sums, touched, used);
        continue;
      }
      eachFollower(prior!, this.#lengths[link]!, state, (token, share) => {
        if (sums[token] === 0) touched[used++] = token;
        sums[token]! += weight * share;
      });
    }
    const { probabilities, logs } = this.#shared.base();
    const rest = this.#rest;
    const shift = Math.log(rest);
    for (let token = 0; token < vocabulary; token++) out[token] = logs[token]! + shift;
    for (let i = 0; i < used; i++) {
      const token = touched[i]!;
      out[token] = Math.log(sums[token]! + rest * probabilities[token]!);
      sums[token] = 0;
    }
    return out;
  }

  priorLogProbabilities(): Float32Array {
    this.#sync();
    const { vocabulary, order, prior, gates } = this.#shared;
    this.#before ??= new Float32Array(vocabulary);
    const out = this.#before;
    if (prior === undefined) return out.fill(-Math.log(vocabulary));
    // From the shortest context to the longest, each in the place of a part of those before it.
    out.set(prior.unigrams);
    for (let k = 1; k < Math.min(order, prior.order); k++) {
      const state = this.#prior[k]!;
      const mass = state === UNSEEN ? 0 : priorMass(prior, k, state);
      if (mass <= 0) continue;
      const gate = gates[gateIndex(PRIOR, k, massBucket(mass, priorFollowers(prior, k, state)))]!;
      for (let token = 0; token < vocabulary; token++) out[token]! *= 1 - gate;
      eachFollower(prior, k, state, (token, share) => {
        out[token]! += (gate * share) / mass;
      });
    }
    for (let token = 0; token < vocabulary; token++) out[token] = Math.log(out[token]!);
    return out;
  }

  evidence(token: TokenId): Evidence {
    assertTokens([token], this.#shared.vocabulary);
    this.#mix();
    const { prior, vocabulary } = this.#shared;
    const { counts, tokens, gate } = this.#shared.base();
    const first = gate === undefined ? 0 : 1;
    const gates = new Int32Array(this.#links + first);
    const shares = new Float64Array(this.#links + first);
    if (gate !== undefined) {
      gates[0] = gate;
      shares[0] = counts[token]! / tokens;
    }
    for (let link = this.#links - 1, at = first; link >= 0; link--, at++) {
      gates[at] = this.#gates[link]!;
      shares[at] = this.#found(link, token) / this.#totals[link]!;
    }
    return { base: prior?.unigrams[token] ?? 1 / vocabulary, gates, shares };
  }

  /** Brings the contexts up to date where the project has changed since they were looked up. */
  #sync(): void {
    if (this.#version !== this.#shared.version) this.#locate();
  }

  /** Looks the contexts of the last tokens up from the root. */
  #locate(): void {
    const { order, project, prior } = this.#shared;
    const length = this.length;
    const last = this.#own.text(Math.max(0, length - order + 1), Math.min(length, order - 1));
    for (let k = 1; k < order; k++) {
      let state = k <= last.length ? 0 : UNSEEN;
      let known = prior !== undefined && k < prior.order && k <= last.length ? 0 : UNSEEN;
      for (let i = last.length - k; i < last.length && (state !== UNSEEN || known !== UNSEEN); i++) {
        state = project.step(state, last[i]!);
        if (known !== UNSEEN) known = priorStep(prior!, i - last.length + k, known, last[i]!);
      }
      this.#project[k] = state;
      this.#prior[k] = known;
    }
    this.#version = this.#shared.version;
    this.#mixed = false;
  }

  #advance(token: number): void {
    const { order, project, prior } = this.#shared;
    this.#own.push(token);
    for (let k = order - 1; k > 0; k--) {
      this.#project[k] = project.step(this.#project[k - 1]!, token);
      if (prior !== undefined && k < prior.order) {
        this.#prior[k] = priorStep(prior, k - 1, this.#prior[k - 1]!, token);
      }
    }
    this.#mixed = false;
  }

  /** Works out the weight of each context, from the longest down; each takes its share of what is left. */
  #mix(): void {
    this.#sync();
    if (this.#mixed) return;
    const { order, project, prior } = this.#shared;
    this.#links = 0;
    this.#rest = 1;
    for (let k = order - 1; k >= 0; k--) {
      const own = this.#own.current(k);
      const ownTotal = this.#own.total(own);
      if (ownTotal > 0) this.#link(SEQUENCE, k, own, ownTotal, countBucket(ownTotal, this.#own.types(own)));
      if (k === 0) break; // those of project and prior are in base()
      const state = this.#project[k]!;
      const total = project.total(state);
      if (total > 0) this.#link(PROJECT, k, state, total, countBucket(total, project.types(state)));
      const known = this.#prior[k]!;
      if (known === UNSEEN) continue;
      const mass = priorMass(prior!, k, known);
      if (mass > 0) this.#link(PRIOR, k, known, mass, massBucket(mass, priorFollowers(prior!, k, known)));
    }
    this.#mixed = true;
  }

  #link(source: Source, length: number, state: number, total: number, bucket: number): void {
    const gate = gateIndex(source, length, bucket);
    const share = this.#rest * this.#shared.gates[gate]!;
    if (share <= 0) return;
    const at = this.#links++;
    this.#sources[at] = source;
    this.#lengths[at] = length;
    this.#states[at] = state;
    this.#gates[at] = gate;
    this.#totals[at] = total;
    this.#weights[at] = share / total;
    this.#rest -= share;
  }

  #probability(token: number): number {
    let probability = 0;
    for (let link = 0; link < this.#links; link++) probability += this.#weights[link]! * this.#found(link, token);
    return probability + this.#rest * this.#shared.base().probabilities[token]!;
  }

  /** Occurrences of `token` after the context of a link, or what stands for them in the prior. */
  #found(link: number, token: number): number {
    const state = this.#states[link]!;
    switch (this.#sources[link]) {
      case SEQUENCE:
        return this.#own.count(state, token);
      case PROJECT:
        return this.#shared.project.count(state, token);
      default:
        return priorWeight(this.#shared.prior!, this.#lengths[link]!, state, token);
    }
  }
}
