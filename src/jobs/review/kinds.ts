import type { SyntaxNode } from '../../lang/index.ts';

/** A kind of code that is often got wrong, as it stands in a region. */
export interface Kind {
  readonly name:
    | 'security'
    | 'concurrency'
    | 'money'
    | 'time'
    | 'regexp'
    | 'errors'
    | 'boundaries'
    | 'state'
    | 'condition';
  readonly text: string;
}

const FUNCTION =
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunction|MethodDeclaration|Constructor|GetAccessor|SetAccessor)$/;
const LOOP = /^(?:For|ForOf|ForIn|While|Do)Statement$/;
const MONEY = /(?:price|amount|total|cost|fee|tax|discount|currency|cents|balance|interest|salary|refund|invoice)/i;
const LOCAL_TIME =
  /^(?:get|set)(?:Hours|Minutes|Date|Day|Month|FullYear)$|^toLocale(?:Date|Time)?String$|^getTimezoneOffset$/;
const CUTS = /^(?:slice|substring|substr|splice|at|charAt|charCodeAt|codePointAt|copyWithin|padStart|padEnd)$/;
const CHANGES = /^(?:push|pop|shift|unshift|splice|sort|reverse|set|delete|add|clear|fill)$/;
const RUNS =
  /^(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|eval|Function|runInNewContext|runInThisContext|fork)$/;
const SQL = /\b(?:select\s.+\sfrom|insert\s+into|update\s+\S+\s+set|delete\s+from)\b/is;
const PATHS =
  /^(?:join|resolve|readFile|readFileSync|writeFile|writeFileSync|createReadStream|createWriteStream|rm|rmSync|unlink|sendFile)$/;
const GIVEN = /\b(?:req|request|params|query|body|input|url|args|argv|user|file(?:name|Path)?)\b/i;

/** Kinds of code among the nodes that start in a region, each once. */
export function kindsIn(root: SyntaxNode, from: number, to: number): readonly Kind[] {
  const found = new Map<Kind['name'], string>();
  const add = (name: Kind['name'], text: string): void => {
    if (!found.has(name)) found.set(name, text);
  };
  const visit = (node: SyntaxNode, depth: number): void => {
    if (node.end <= from || node.start >= to || depth >= 200) return;
    if (node.start >= from) look(node, add);
    for (const child of node.children) visit(child, depth + 1);
  };
  visit(root, 0);
  return [...found].map(([name, text]) => ({ name, text }));
}

type Add = (name: Kind['name'], text: string) => void;

function look(node: SyntaxNode, add: Add): void {
  switch (node.kind) {
    case 'AwaitExpression':
      if (insideOf(node, LOOP)) add('concurrency', 'it waits inside of a loop');
      return;
    case 'CallExpression':
    case 'NewExpression':
      call(node, add);
      return;
    case 'BinaryExpression':
      binary(node, add);
      return;
    case 'PrefixUnaryExpression':
    case 'PostfixUnaryExpression':
      if (/^(?:\+\+|--)|(?:\+\+|--)$/.test(node.text) && isShared(node.part('operand')))
        add('state', `\`${node.part('operand')!.text}\` is shared by all calls, and changes`);
      return;
    case 'DeleteExpression':
      add('state', 'a property is taken away');
      return;
    case 'CatchClause':
      add(
        'errors',
        (node.part('block')?.parts('statements').length ?? 1) === 0
          ? 'an error is swallowed'
          : 'what happens after an error',
      );
      return;
    case 'TryStatement':
      if (node.part('finallyBlock')) add('errors', 'what happens in any case (finally)');
      return;
    case 'ThrowStatement':
      add('errors', 'when it throws');
      return;
    case 'RegularExpressionLiteral':
      pattern(node.text, node.parent, add);
      return;
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
    case 'SwitchStatement':
      add('condition', 'it decides between ways');
      return;
    case 'PropertyAssignment':
      if (/^(?:rejectUnauthorized|dangerouslySetInnerHTML|shell)$/.test(node.part('name')?.text ?? ''))
        add('security', `the option \`${node.text.slice(0, 40)}\``);
      return;
    case 'JsxAttribute':
      if (/^dangerouslySetInnerHTML$/.test(node.part('name')?.text ?? '')) add('security', 'markup from a value');
      return;
    default:
      if (node.kind === 'TemplateExpression' && SQL.test(node.text)) add('security', 'SQL put together from values');
  }
}

function call(node: SyntaxNode, add: Add): void {
  const callee = node.part('expression')!;
  const name = callee.part('name')?.text ?? callee.text;
  const on = callee.part('expression')?.text ?? '';
  const args = node.parts('arguments');
  const [first] = args;
  const isFixed =
    first !== undefined && /^(?:StringLiteral|NoSubstitutionTemplateLiteral|NumericLiteral)$/.test(first.kind);
  if (on === 'Promise' && /^(?:all|allSettled|race|any)$/.test(name))
    add('concurrency', `several things at once (Promise.${name})`);
  if (/^(?:setTimeout|setInterval|setImmediate|queueMicrotask|Worker)$/.test(name))
    add('concurrency', `something runs later (${name})`);
  if (name === 'forEach' && first?.parts('modifiers').some(({ kind }) => kind === 'AsyncKeyword'))
    add('concurrency', 'forEach waits for no promise');
  if ((name === 'catch' && on !== '') || (on === 'Promise' && name === 'reject'))
    add('errors', 'what happens after an error');
  if (CUTS.test(name) && on !== '') add('boundaries', `where it cuts (${name})`);
  if (name === 'Date' && node.kind === 'NewExpression')
    add('time', args.length > 0 ? 'a date is made of parts or a text' : 'it asks for the time');
  if (LOCAL_TIME.test(name) || (on === 'Date' && name === 'parse'))
    add('time', `it goes by the local time zone (${name})`);
  if (name === 'RegExp') pattern(first?.value ?? '', node, add);
  if (RUNS.test(name) && !(name === 'exec' && /^\/|[Rr]e(?:gex|gexp)?$|[Pp]attern/.test(on)))
    add('security', `it runs what it is given (${name})`);
  if (/^(?:write|writeln)$/.test(name) && on === 'document') add('security', 'markup from a value');
  if (PATHS.test(name) && args.some(({ text, kind }) => GIVEN.test(text) && kind !== 'StringLiteral'))
    add('security', `a path made of what was given (${name})`);
  if (name === 'fetch' && !isFixed) add('security', 'it asks an address that was given');
  if (
    (on === 'JSON' && name === 'parse') ||
    /^(?:deserialize|unserialize)$/.test(name) ||
    (name === 'load' && /yaml/i.test(on))
  )
    add('security', `it takes in data (${on === '' ? name : `${on}.${name}`})`);
  if (name === 'createHash' && /^(?:md5|sha1)$/i.test(first?.value ?? ''))
    add('security', `a weak hash (${first?.value})`);
  if (
    /^(?:createCipheriv|createDecipheriv|randomBytes|timingSafeEqual|createHmac|pbkdf2|scrypt|sign|verify)$/.test(name)
  )
    add('security', `cryptography (${name})`);
  if (on === 'Math' && name === 'random') add('security', 'chance that can be guessed (Math.random)');
  if ((on === 'Math' && /^(?:round|floor|ceil|trunc)$/.test(name)) || name === 'toFixed') {
    if (MONEY.test(node.text)) add('money', 'an amount is rounded');
    else add('boundaries', `it rounds (${name})`);
  }
  if (CHANGES.test(name) && isShared(callee.part('expression')))
    add('state', `\`${on}\` is shared by all calls, and changes`);
  else if (/^(?:sort|reverse|splice|fill)$/.test(name) && isParameter(callee.part('expression')))
    add('state', `\`${on}\` was given, and changes`);
}

function binary(node: SyntaxNode, add: Add): void {
  const sign = node.part('operatorToken')!.text;
  const [left, right] = [node.part('left')!, node.part('right')!];
  const { text } = node;
  if (/^[<>]=?$/.test(sign))
    add(
      'boundaries',
      /\.(?:length|size)\b|\bindex\b|\b[ijkn]\b/.test(text) ? 'the bounds of a list' : `a limit (\`${sign}\`)`,
    );
  else if (/^[-+*/%]$/.test(sign) || /^(?:\*\*|[-+*/]=)$/.test(sign)) {
    if (MONEY.test(text) && !/['"`]/.test(text)) add('money', 'it reckons with an amount');
    else if (/^[-+]$/.test(sign) && /^1$/.test(right.text)) add('boundaries', 'one more or one less');
    if (/\b(?:86_?400|3_?600)(?:_?000)?\b|24\s*\*\s*60/.test(text)) add('time', 'days are not all equally long');
  } else if (/^(?:&&|\|\||\?\?)$/.test(sign)) add('condition', 'it decides between ways');
  if (/^(?!(?:===?|!==?|<=|>=)$).*=$/.test(sign)) {
    if (/\b(?:innerHTML|outerHTML)$/.test(left.text)) add('security', 'markup from a value');
    if (/^process\.env\b|^(?:globalThis|window)\./.test(left.text) || isShared(left))
      add('state', `\`${left.text.slice(0, 40)}\` is shared by all calls, and changes`);
    else if (left.kind !== 'Identifier' && isParameter(left))
      add('state', `\`${left.text.slice(0, 40)}\` was given, and changes`);
    if (right.kind === 'AwaitExpression' && sign !== '=')
      add('concurrency', `what \`${left.text.slice(0, 30)}\` was may have changed meanwhile`);
  }
}

function pattern(source: string, parent: SyntaxNode | undefined, add: Add): void {
  const body = source.replace(/^\/|\/[a-z]*$/g, '');
  if (/\([^()]*[+*][^()]*\)[+*{]/.test(body)) add('regexp', 'quantifiers inside of each other can take for ever');
  else if (/\/[a-z]*g[a-z]*$/.test(source) && parent?.part('name')?.text === 'test')
    add('regexp', 'with `g`, test() remembers where it was');
  else if (parent?.part('name')?.text === 'test' && !/^\^|\$$/.test(body))
    add('regexp', 'it matches anywhere in the text');
  else if (body.length > 3) add('regexp', 'a pattern');
}

function insideOf(node: SyntaxNode, kind: RegExp): boolean {
  for (let at = node.parent; at && !FUNCTION.test(at.kind); at = at.parent) if (kind.test(at.kind)) return true;
  return false;
}

/** The name that a place in memory starts with. */
function rootName(node: SyntaxNode | undefined): string | undefined {
  let at = node;
  while (at && /^(?:PropertyAccess|ElementAccess|NonNull)Expression$/.test(at.kind)) at = at.part('expression');
  return at?.kind === 'Identifier' ? at.text : undefined;
}

/** Whether something was made at the top of the file and is changed inside of a function. */
function isShared(node: SyntaxNode | undefined): boolean {
  const name = rootName(node);
  let inside = false;
  let at = node;
  for (; at?.parent; at = at.parent) {
    if (!FUNCTION.test(at.kind)) continue;
    inside = true;
    if (declares(at, name)) return false;
  }
  return (
    name !== undefined &&
    inside &&
    (at?.parts('statements') ?? []).some((one) =>
      one
        .part('declarationList')
        ?.parts('declarations')
        .some((declared) => declared.part('name')?.text === name),
    )
  );
}

/** Whether a function has a parameter or a constant of a name. */
const declares = (fn: SyntaxNode, name: string | undefined): boolean =>
  fn.parts('parameters').some((one) => one.part('name')?.text === name) ||
  new RegExp(`\\b(?:const|let|var)\\s+(?:\\{[^}]*\\b|\\[[^\\]]*\\b)?${(name ?? '').replaceAll('$', '\\$')}\\b`).test(
    fn.part('body')?.text ?? '',
  );

function isParameter(node: SyntaxNode | undefined): boolean {
  const name = rootName(node);
  for (let at = node; at; at = at.parent)
    if (FUNCTION.test(at.kind)) return at.parts('parameters').some((one) => one.part('name')?.text === name);
  return false;
}
