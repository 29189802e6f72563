import type { RepoPath, Span } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import type { Op } from './assertions.ts';
import type { Printed } from './canon.ts';

/** What a change may hide behind. */
export type Label =
  | 'test-deleted'
  | 'test-skipped'
  | 'test-narrowed'
  | 'test-emptied'
  | 'test-loosened'
  | 'expectation-changed'
  | 'snapshot-updated'
  | 'subject-mocked'
  | 'hard-coded'
  | 'test-environment'
  | 'error-swallowed'
  | 'type-escape'
  | 'lint-disabled'
  | 'threshold-lowered'
  | 'ci-weakened'
  | 'test-command-changed';

export interface Finding {
  readonly label: Label;
  readonly path: RepoPath;
  /** In the text of the head; with `isGone` in that of the base. */
  readonly span: Span;
  readonly isGone?: true;
  /** Without the verb: what was expected, what came. */
  readonly expected: string;
  readonly found: string;
  /** Only worth knowing: the change itself gives the reason. */
  readonly isNote?: true;
  /** Files whose new tests are all of that reason: it is none where these ask for nothing that is new. */
  readonly restsOn?: readonly RepoPath[];
}

/** Whether an assertion is carried out. */
export interface Reach {
  /** Conditions that it stands under, as printed. */
  readonly guards: readonly string[];
  /** Why it is never reached. */
  readonly never?: string;
  /** In a function that is handed to another. */
  readonly isNested?: true;
  /** Its failure goes nowhere: a `catch` that says nothing, a promise that nobody waits for. */
  readonly lost?: string;
}

export interface Assertion extends Reach {
  readonly op: Op;
  readonly not: boolean;
  readonly by: string;
  readonly subject: Printed;
  readonly expected: readonly Printed[];
  /** What is the same in two assertions that ask the same. */
  readonly key: string;
  /** How much it asks, 0 to 100. */
  readonly strength: number;
  readonly node: SyntaxNode;
}

export type TestKind = 'run' | 'skip' | 'only' | 'todo' | 'conditional' | 'inverted';

export interface Test {
  readonly path: RepoPath;
  /** Titles from the outermost suite; of a function that asserts its name alone. */
  readonly title: readonly string[];
  /** `helper`: a function, a hook or the file itself. */
  readonly role: 'test' | 'helper';
  readonly kind: TestKind;
  /** What makes it conditional, skipped. */
  readonly because: string;
  readonly assertions: readonly Assertion[];
  /** How the runner is told that it is over, where it does not go without saying. */
  readonly waits?: 'callback' | 'promise';
  /** Statements in its body. */
  readonly statements: number;
  /** The body as printed, for telling moved tests. */
  readonly body: string;
  readonly node: SyntaxNode;
}

/** A module, an object's member or a function that a test replaces. */
export interface Mock {
  /** `module`: the specifier; `member`: the name of the member. */
  readonly kind: 'module' | 'member';
  readonly what: string;
  /** Of a member: what it is a member of, as written. */
  readonly owner?: string;
  /** Of a module: the exports that get a stand-in; undefined for all. */
  readonly only?: readonly string[];
  readonly node: SyntaxNode;
}

/** What a loop of a test file goes over. */
export interface Table {
  readonly rows: readonly string[];
  readonly node: SyntaxNode;
}

export interface TestFile {
  readonly path: RepoPath;
  readonly tests: readonly Test[];
  readonly mocks: readonly Mock[];
  readonly tables: ReadonlyMap<string, Table>;
  /** Names from relative modules. */
  readonly imports: readonly { readonly name: string; readonly module: string }[];
  /** Names that it calls or makes an instance of, or calls a member of. */
  readonly called: ReadonlySet<string>;
  /** Names that the file declares at its top. */
  readonly declared: ReadonlySet<string>;
  readonly problem?: string;
}
