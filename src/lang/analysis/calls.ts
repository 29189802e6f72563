import type { Node, RawDiagnostic, Signature, Type } from '../engine.ts';
import { takes } from './arity.ts';
import { describe } from './declarations.ts';
import { firstLine } from './modules.ts';
import type { Resolved, Resolver, SiteOf } from './resolver.ts';

/** Overloads that are shown for one call. */
const OVERLOADS_LIMIT = 8;

/** A call or `new` against the signatures of its callee. Undefined where the callee itself is not known. */
export function resolveCall(resolver: Resolver, site: SiteOf<'call'>, type: Type | undefined): Resolved | undefined {
  const { checker, program, at, version } = resolver;
  const { node, call } = site;
  if (!type || checker.isError(type) || checker.is(type, 'Any')) return undefined;
  const kind = call.kind === program.kinds.NewExpression ? 'construct' : 'call';
  const error = complaintOf(resolver, call);
  const name = node.text ?? '';
  const signatures = checker.signatures(checker.apparent(type), kind);
  if (error) {
    const suits = (signature: Signature): boolean => takes(checker, signature, call.arguments?.length ?? 0);
    return {
      resolution: {
        status: 'missing',
        reason: firstLine(error.message),
        nearest: [...signatures]
          .sort((a, b) => Number(suits(b)) - Number(suits(a)))
          .slice(0, OVERLOADS_LIMIT)
          .map((signature) => `${name}${checker.signatureText(signature)}`),
      },
      receiver: checker.typeText(type),
    };
  }
  const declarations = signatures.flatMap((signature) => checker.signatureDeclaration(signature) ?? []);
  const resolved = declarations.length > 1 ? checker.resolvedSignature(call) : undefined;
  const chosen = resolved ? checker.signatureDeclaration(resolved) : declarations[0];
  return { resolution: { status: 'found', declarations: chosen ? describe(at, [chosen], name, version) : [] } };
}

/** The error of a call that is about this call and not about one inside it. */
function complaintOf({ complaints, program }: Resolver, call: Node): RawDiagnostic | undefined {
  return complaints.ofCalls().find((error) => owner(program.kinds, call, error) === call);
}

/** The innermost call around an error. An argument of the wrong type may itself be a call, and is not the one meant. */
function owner(kinds: Resolver['program']['kinds'], within: Node, error: RawDiagnostic): Node | undefined {
  const start = within.getStart();
  if (error.start < start || error.end > within.end) return undefined;
  if (error.code === 2345 && error.start === start && error.end === within.end) return undefined;
  let found: Node | undefined = isCall(kinds, within) ? within : undefined;
  within.forEachChild((child) => {
    const inner = child.pos <= error.start && child.end >= error.end ? owner(kinds, child, error) : undefined;
    if (inner) found = inner;
  });
  return found;
}

const isCall = (kinds: Resolver['program']['kinds'], { kind }: Node): boolean =>
  kind === kinds.CallExpression || kind === kinds.NewExpression || kind === kinds.TaggedTemplateExpression;
