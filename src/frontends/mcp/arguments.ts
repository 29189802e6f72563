import { fail, ok, type Result } from '../../base/index.ts';

/** A tool's arguments as they came. What is of the wrong kind is told with the name of the argument. */
export class Arguments {
  readonly #tool: string;
  readonly #given: Readonly<Record<string, unknown>>;

  constructor(tool: string, given: Readonly<Record<string, unknown>> | undefined) {
    this.#tool = tool;
    this.#given = given ?? {};
  }

  /** Refuses names that the tool does not have. */
  only(names: readonly string[]): Result<undefined> {
    const strange = Object.keys(this.#given).find((name) => !names.includes(name));
    return strange === undefined
      ? ok(undefined)
      : fail('mcp/argument', `expected ${names.join(', ')} for ${this.#tool}, found ${strange}`);
  }

  /** A string with something in it, where it is given. */
  text(name: string): Result<string | undefined> {
    return this.#given[name] === undefined ? ok(undefined) : this.required(name);
  }

  required(name: string): Result<string> {
    const value = this.#given[name];
    if (value === '') return this.#wrong(name, 'a string with something in it', value);
    return typeof value === 'string' ? ok(value) : this.#wrong(name, 'a string', value);
  }

  flag(name: string): Result<boolean> {
    const value = this.#given[name] ?? false;
    return typeof value === 'boolean' ? ok(value) : this.#wrong(name, 'true or false', value);
  }

  /** A list whose elements `read` takes. */
  list<T>(name: string, expected: string, read: (element: unknown) => T | undefined): Result<readonly T[] | undefined> {
    const value = this.#given[name];
    if (value === undefined) return ok(undefined);
    if (!Array.isArray(value)) return this.#wrong(name, `a list of ${expected}`, value);
    const elements = value.map(read);
    const wrong = elements.indexOf(undefined);
    if (wrong >= 0) return this.#wrong(`${name}[${wrong}]`, expected, value[wrong]);
    return ok(elements as readonly T[]);
  }

  #wrong(name: string, expected: string, found: unknown): Result<never> {
    const shown = found === undefined ? 'nothing' : (JSON.stringify(found) ?? typeof found).slice(0, 80);
    return fail('mcp/argument', `expected ${expected} for ${name} of ${this.#tool}, found ${shown}`);
  }
}
