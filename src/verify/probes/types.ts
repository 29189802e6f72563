import type { RepoPath, Severity, Span } from '../../base/index.ts';
import type { LanguageService } from '../../lang/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import type { Input } from '../compare/inputs.ts';
import type { Outcome } from '../compare/run.ts';

export type Side = 'base' | 'head';

/** Something that can be called from outside of its module. */
export interface Target {
  readonly kind: 'function' | 'static' | 'method' | 'getter' | 'constructor';
  /** As people call it: `f`, `Money.parse`, `money.plus` as `Money#plus`. */
  readonly name: string;
  /** `changed`: its own text; `affected`: what it uses in its module; `added`: it is not at the base. */
  readonly why: 'changed' | 'affected' | 'added';
  /** Where it stands at the head. */
  readonly span: Span;
  /** The name that its module exports it, or its class, by. */
  readonly exported: string;
  /** Its class, and its own name in it. */
  readonly of?: string;
  readonly member?: string;
  /** Whether it is a function that declares what it is called on. */
  readonly takesThis: boolean;
  /**
   * Source of a function of the module's exports that gives what is called, by side. A method is given its instance first, and
   * a function its `this` where it declares one.
   */
  readonly subject: Readonly<Record<Side, string>>;
}

/** One module with something to probe, as it is on both sides. */
export interface ProbedModule {
  readonly path: RepoPath;
  readonly before?: string;
  readonly after: string;
  readonly targets: readonly Target[];
  /** Stands over the head. */
  readonly language: LanguageService;
  /** Arguments that people call a target with, as they stand in examples and tests. */
  examplesOf(target: Target): readonly (readonly unknown[])[];
  /** Classes whose instances inputs can hold: in the source of an input they are found as `$m.Name`. */
  readonly classes: ReadonlyMap<string, { readonly path: RepoPath; readonly exported: string }>;
  /**
   * Runs calls in a process of its own on one side. Everything in a process shares its module; each call has its arguments made
   * anew, and each is made twice. No outcome is ever what the probed code prints.
   */
  run(side: Side, calls: readonly Call[]): Promise<readonly Outcome[]>;
  readonly budget: Budget;
  readonly seed: number;
}

export interface Call {
  /** Source of a function of the module's exports, `(m) => m.own.f`, that gives what is called. */
  readonly subject: string;
  /** Source of the arguments; the module's exports are `$m.own`. */
  readonly args: string;
}

/** What is left to spend on a module. */
export interface Budget {
  /** Milliseconds. */
  left(): number;
}

/** A way to probe: one file each. */
export interface Probe {
  readonly name: string;
  run(module: ProbedModule): Promise<ProbeReport>;
}

export interface ProbeReport {
  readonly findings: readonly Finding[];
  /** Inputs of each target that were compared or tried, by its name. */
  readonly tried: ReadonlyMap<string, number>;
  /** What could not be probed, by the target's name, with the reason. */
  readonly unknown: ReadonlyMap<string, string>;
  /** Whether the time was up before all was tried that was to be. */
  readonly isCut?: boolean;
}

export interface Finding {
  /** `probes/differs`, `probes/throws`, … */
  readonly code: `probes/${string}`;
  /** One line: `f("É") was "e", is ""`. */
  readonly message: string;
  readonly severity: Severity;
  /** Whether it is a change of behaviour: an error where the change is declared to keep it. */
  readonly differs: boolean;
  readonly target: string;
  readonly span: Span;
  readonly input?: Input;
}

/** Where and with what a module is run. */
export interface Place {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly sandbox: Sandbox;
}
