import type { SyntaxNode } from '../../lang/index.ts';
import type { Canon } from './canon.ts';
import { bare, chainOf, isFunction, topOf } from './scope.ts';
import type { Mock } from './types.ts';

const STANDINS =
  /^(?:mockImplementation|mockImplementationOnce|mockReturnValue|mockReturnValueOnce|mockResolvedValue|mockResolvedValueOnce|mockRejectedValue|returns|resolves|rejects|callsFake|throws)$/;

/** What a test file puts a stand-in for. */
export function mocksIn(root: SyntaxNode, canon: Canon): readonly Mock[] {
  const found: Mock[] = [];
  const visit = (node: SyntaxNode): void => {
    const mock =
      node.kind === 'CallExpression'
        ? callMock(node)
        : node.kind === 'BinaryExpression'
          ? assignedMock(node, canon)
          : undefined;
    if (mock) found.push(mock);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return found;
}

function callMock(node: SyntaxNode): Mock | undefined {
  if (node.parent?.kind === 'PropertyAccessExpression') return undefined;
  const { root, links } = chainOf(node);
  const called = links.map((link) => link.name);
  const library = root.value ?? '';
  const [first] = links;
  if (/^(?:vi|vitest|jest)$/.test(library) && /^(?:mock|doMock|unstable_mockModule|setMock)$/.test(first?.name ?? '')) {
    const module = moduleOf(first?.args?.[0]);
    return module === undefined ? undefined : { kind: 'module', what: module, node, ...partOf(first?.args?.[1]) };
  }
  if (library === 'Object' && /^(?:assign|defineProperty|defineProperties)$/.test(first?.name ?? '')) {
    const [owner, given] = first!.args ?? [];
    const put = given && (bare(given).value ?? bare(given).parts('properties')[0]?.part('name')?.value);
    return owner && put ? { kind: 'member', what: put, owner: owner.text, node } : undefined;
  }
  const isModule =
    (library === 'mock' && first?.name === 'module') ||
    (library === 'td' && /^replace/.test(first?.name ?? '')) ||
    library === 'proxyquire' ||
    library === 'esmock' ||
    library === 'mockRequire';
  if (isModule) {
    const specifier = bare(first?.args?.[0] ?? node).value;
    if (specifier !== undefined) return { kind: 'module', what: specifier, node };
  }
  const isSpy =
    (/^(?:vi|vitest|jest)$/.test(library) && first?.name === 'spyOn' && called.some((name) => STANDINS.test(name))) ||
    (/^(?:sinon|sandbox|stub)$/.test(library) &&
      (first?.name === 'stub' || library === 'stub') &&
      (first?.args?.length ?? 0) >= 2) ||
    (/^(?:t|mock)$/.test(library) && called.includes('method') && (links.at(-1)?.args?.length ?? 0) >= 3) ||
    // Of jasmine a spy answers nothing, or what it is told to.
    (library === 'spyOn' && called.includes('and') && !called.includes('callThrough'));
  const spied = links.find((link) => /^(?:spyOn|stub|method|)$/.test(link.name) && (link.args?.length ?? 0) >= 2);
  const isLater =
    first?.name === 'spyOn' &&
    node.parent?.kind === 'VariableDeclaration' &&
    answersLater(node.parent.part('name')?.value, node);
  const member = isSpy || isLater ? bare((spied ?? first)?.args?.[1] ?? node).value : undefined;
  const owner = (spied ?? first)?.args?.[0]?.text ?? '';
  return member === undefined ? undefined : { kind: 'member', what: member, owner, node };
}

function moduleOf(given: SyntaxNode | undefined): string | undefined {
  const node = given && bare(given);
  // vi.mock(import('./x'))
  return node?.kind === 'CallExpression' ? node.parts('arguments')[0]?.value : node?.value;
}

/** Which exports a factory gives a stand-in, where it takes the others from the module itself. */
function partOf(factory: SyntaxNode | undefined): { readonly only?: readonly string[] } {
  if (!factory || !isFunction(bare(factory)) || !/importActual|importOriginal|requireActual|\.\.\./.test(factory.text))
    return {};
  const names: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.kind === 'ObjectLiteralExpression') {
      for (const one of node.parts('properties')) if (one.part('name')?.value) names.push(one.part('name')!.value!);
      return;
    }
    for (const child of node.children) visit(child);
  };
  visit(factory);
  return { only: names };
}

/** Whether a spy under a name is told what to answer. */
function answersLater(name: string | undefined, node: SyntaxNode): boolean {
  return (
    name !== undefined &&
    new RegExp(`\\b${name}\\.(?:mock(?:Implementation|Return|Resolved|Rejected)\\w*|returns|callsFake)\\(`).test(
      topOf(node).text,
    )
  );
}

/** `cart.total = () => 3`, `Cart.prototype.total = …`. */
function assignedMock(node: SyntaxNode, canon: Canon): Mock | undefined {
  if (node.part('operatorToken')?.kind !== 'EqualsToken') return undefined;
  const [left, right] = [bare(node.part('left')!), bare(node.part('right')!)];
  if (left.kind !== 'PropertyAccessExpression') return undefined;
  const isStandIn = isFunction(right) || /^(?:vi|jest|sinon)\.(?:fn|stub)\(/.test(canon.print(right).text);
  return isStandIn
    ? { kind: 'member', what: left.part('name')?.value ?? '', owner: left.part('expression')!.text, node }
    : undefined;
}
