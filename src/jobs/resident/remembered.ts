import type { RepoPath } from '../../base/index.ts';
import type { Answer, LanguageService } from '../../lang/index.ts';

/** Answers kept; with so many all are forgotten. */
const ANSWERS = 2_000;

/**
 * Answers about files whose text does not change, kept under a key for each text. What the compiler worked out for one
 * question about a file serves the others as long as it sees the same texts, so all are asked at once.
 */
export class Remembered {
  readonly #answers = new Map<string, unknown>();

  /**
   * The service with a memory. `textOf` names the text that a path stands for; `ready` is called before anything has to be
   * asked of the service itself.
   */
  over(language: LanguageService, textOf: (path: RepoPath) => string, ready: () => void): LanguageService {
    const once = <T>(key: string, ask: () => Answer<T>): Answer<T> => {
      const known = this.#answers.get(key) as Answer<T> | undefined;
      if (known) return known;
      ready();
      const answer = ask();
      if (this.#answers.size >= ANSWERS) this.#answers.clear();
      // What could not be known now may be known later.
      if (answer.status === 'known') this.#answers.set(key, answer);
      return answer;
    };
    const fresh = <T>(ask: () => T): T => {
      ready();
      return ask();
    };
    const service: LanguageService = {
      ...language,
      importers: (paths, limit) => fresh(() => language.importers(paths, limit)),
      candidates: (path, offset) => fresh(() => language.candidates(path, offset)),
      outline: (path) => fresh(() => language.outline(path)),
      surface: (path) => fresh(() => language.surface(path)),
      typeAt: (path, offset) => fresh(() => language.typeAt(path, offset)),
      names: (path, spans) => {
        const text = textOf(path);
        const answer = once(`names ${path} ${text} ${JSON.stringify(spans)}`, () => language.names(path, spans));
        service.diagnostics(path);
        service.references(path);
        return answer;
      },
      diagnostics: (path, others = []) =>
        once(`diagnostics ${path} ${textOf(path)} ${others.join(' ')}`, () => language.diagnostics(path, others)),
      references: (path) => once(`references ${path} ${textOf(path)}`, () => language.references(path)),
      projectsOf: (path) => once(`projects ${path} ${textOf(path)}`, () => language.projectsOf(path)),
      // Of which there are more with each project that is opened: no matter of one edit. The whole verdict has them.
      configDiagnostics: () => ({ status: 'known', value: [], version: 0 }),
    };
    return service;
  }

  forget(): void {
    this.#answers.clear();
  }
}
