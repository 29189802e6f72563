import type ts from 'typescript6';
import { type Span, span } from '../base/index.ts';
import { parse, parser } from './syntax.ts';

/** A function declared at the top of a file or as a constant there, by its grammar. */
export interface FunctionText {
  readonly name: string;
  readonly exported: boolean;
  readonly span: Span;
  readonly parameters: readonly ParameterText[];
  /** The return type as written. */
  readonly returns?: string;
  readonly isAsync: boolean;
  /** From the brace that opens the body to the one that closes it, both included; of an arrow without braces its expression. */
  readonly body: Span;
  /** The doc comment, whole. */
  readonly comment?: Span;
  /** Whether the body does nothing yet: it is empty, or does nothing but throw, or holds nothing but a TODO. */
  readonly isStub: boolean;
}

export interface ParameterText {
  readonly name: string;
  /** As written. */
  readonly type?: string;
  readonly optional: boolean;
  /** What it is where it is not given, as written. */
  readonly initial?: string;
  readonly rest: boolean;
  /** Whether it is a plain name: patterns are not. */
  readonly plain: boolean;
}

/** Whether a text says that something is not written yet. */
export const saysUnwritten = (text: string): boolean =>
  /\bTODO\b/.test(text) || /\b(?:not (?:yet )?implemented|unimplemented)\b/i.test(text);
const TODO = /\b(?:TODO|FIXME|not (?:yet )?implemented|unimplemented)\b/i;

/** What a function, method or constructor is given. */
export const parametersOf = (node: ts.SignatureDeclarationBase, file: ts.SourceFile): readonly ParameterText[] =>
  node.parameters.map((one) => ({
    name: one.name.getText(file),
    ...(one.type ? { type: one.type.getText(file) } : {}),
    optional: one.questionToken !== undefined || one.initializer !== undefined,
    ...(one.initializer ? { initial: one.initializer.getText(file) } : {}),
    rest: one.dotDotDotToken !== undefined,
    plain: parser().isIdentifier(one.name),
  }));

/** The functions of a file that have a body, in order. */
export function functionsOf(text: string, path: string): readonly FunctionText[] {
  const api = parser();
  const file = parse(text, path);
  const found: FunctionText[] = [];
  const add = (
    name: string,
    holder: ts.Node,
    node: ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression,
  ): void => {
    const { body } = node;
    if (!body) return;
    const comment = (holder as { jsDoc?: readonly ts.Node[] }).jsDoc?.at(-1);
    const modifiers = (one: ts.Node): readonly ts.Modifier[] =>
      (api.canHaveModifiers(one) ? api.getModifiers(one) : undefined) ?? [];
    const statements = api.isBlock(body) ? body.statements : undefined;
    const [only] = statements ?? [];
    const throws = only !== undefined && statements?.length === 1 && api.isThrowStatement(only);
    const isStub = (statements?.length === 0 || throws) && (!throws || TODO.test(text.slice(body.pos, body.end)));
    found.push({
      name,
      exported: modifiers(holder).some(({ kind }) => kind === api.SyntaxKind.ExportKeyword),
      span: span(holder.getStart(file), holder.getEnd()),
      parameters: parametersOf(node, file),
      ...(node.type ? { returns: node.type.getText(file) } : {}),
      isAsync:
        modifiers(node).some(({ kind }) => kind === api.SyntaxKind.AsyncKeyword) ||
        ('asteriskToken' in node && node.asteriskToken !== undefined),
      body: span(body.getStart(file), body.getEnd()),
      ...(comment ? { comment: span(comment.pos, comment.end) } : {}),
      isStub,
    });
  };
  for (const statement of file.statements) {
    if (api.isFunctionDeclaration(statement) && statement.name) add(statement.name.text, statement, statement);
    if (!api.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!initializer || !api.isIdentifier(name)) continue;
      if (api.isArrowFunction(initializer) || api.isFunctionExpression(initializer))
        add(name.text, statement, initializer);
    }
  }
  return found;
}
