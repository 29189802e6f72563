import type ts from 'typescript6';
import { unionOf } from './shapeAlgebra.ts';
import { type Shape, shapeOf } from './shapes.ts';
import { parse, parser } from './syntax.ts';

/** Shapes and keys that are read from one text. */
const ASKED = 24;

const UNKNOWN: Shape = { kind: 'unknown' };
/** What `typeof` says of what is not made anyway. */
const TYPES: Readonly<Record<string, Shape>> = {
  function: { kind: 'function', parameters: [], returns: UNKNOWN },
  symbol: { kind: 'symbol' },
  bigint: { kind: 'bigint' },
  string: { kind: 'string' },
  number: { kind: 'number' },
  boolean: { kind: 'boolean' },
};
const isMadeAnyway = ({ kind }: Shape): boolean => /^(?:string|number|boolean)$/.test(kind);

/**
 * What code asks for by `instanceof`, `typeof`, `in` and `Array.isArray`, as what a value of a type that says nothing should be
 * too. `classOf` tells of what shape instances of a class are that does not come with the language, by its name.
 */
export function askedOf(
  text: string,
  path: string,
  classOf: (name: string) => Shape | undefined = () => undefined,
): readonly Shape[] {
  const api = parser();
  const kinds = api.SyntaxKind;
  const found = new Map<string, Shape>();
  const fields = new Map<string, Shape[]>();
  const add = (shape: Shape | undefined): void => {
    if (shape && !isMadeAnyway(shape) && found.size < ASKED) found.set(JSON.stringify(shape), shape);
  };
  const instances = (name: string): void => {
    const shape = /^[\w$.]+$/.test(name) ? (classOf(name) ?? shapeOf(name)) : UNKNOWN;
    if (shape.kind !== 'unknown' && shape.kind !== 'strange') add(shape);
  };
  const field = (name: string, shape: Shape): void => {
    // What has a `then` of another kind may be waited for without an end.
    if (name === 'then') instances('Promise');
    else if (fields.size < ASKED) fields.set(name, [...(fields.get(name) ?? []), shape]);
  };
  /** `typeof x` and `typeof x.key` against what they are compared with. */
  const types = (asked: ts.Node, answer: ts.Node): void => {
    if (!api.isTypeOfExpression(asked) || !api.isStringLiteralLike(answer)) return;
    const shape = Object.hasOwn(TYPES, answer.text) ? TYPES[answer.text] : undefined;
    const of = bare(asked.expression);
    if (api.isPropertyAccessExpression(of)) field(of.name.text, shape ?? UNKNOWN);
    add(shape);
  };
  const bare = (node: ts.Node): ts.Node =>
    api.isParenthesizedExpression(node) || api.isAsExpression(node) || api.isNonNullExpression(node)
      ? bare(node.expression)
      : node;
  const visit = (node: ts.Node): void => {
    if (api.isBinaryExpression(node)) {
      const { left, right, operatorToken } = node;
      if (operatorToken.kind === kinds.InstanceOfKeyword) instances(right.getText());
      else if (operatorToken.kind === kinds.InKeyword && api.isStringLiteralLike(left)) field(left.text, UNKNOWN);
      types(left, right);
      types(right, left);
    } else if (api.isSwitchStatement(node)) {
      for (const clause of node.caseBlock.clauses)
        if (api.isCaseClause(clause)) types(node.expression, clause.expression);
    } else if (api.isCallExpression(node)) {
      const [, name] =
        /^(?:(Array)\.isArray|(Buffer)\.isBuffer)$/.exec(node.expression.getText())?.filter(Boolean) ?? [];
      if (name !== undefined) instances(name);
      if (/^Object\.hasOwn$|\bhasOwnProperty(?:\.call)?$/.test(node.expression.getText())) {
        const key = node.arguments.at(-1);
        if (key && api.isStringLiteralLike(key)) field(key.text, UNKNOWN);
      }
    } else if (api.isStringLiteralLike(node)) {
      const [, name] = /^\[object (\w+)\]$/.exec(node.text) ?? [];
      if (name !== undefined) instances(name);
    }
    api.forEachChild(node, visit);
  };
  visit(parse(text, path));
  const named = [...fields].map(([name, members]) => ({ name, shape: unionOf(members) }));
  for (const optional of named.length > 0 ? [false, true] : [])
    add({ kind: 'record', fields: named.map((one) => ({ ...one, optional })) });
  return [...found.values()];
}
