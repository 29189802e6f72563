import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SyntaxNode, syntaxTreeOf } from '../../src/lang/index.ts';

const SRC = join(import.meta.dirname, '../../src');

describe('a syntax tree', () => {
  it('names kinds, parts and values', () => {
    const { root } = syntaxTreeOf("// first\nconst a = f<string>('x\\n', 1) as number;\nif (!a) throw 0;", 'a.ts');
    const [statement, other] = root.parts('statements');
    expect([root.kind, statement!.kind, other!.kind]).toEqual(['SourceFile', 'VariableStatement', 'IfStatement']);
    const declaration = statement!.part('declarationList')!.parts('declarations')[0]!;
    expect(declaration.part('name')!.value).toBe('a');
    const call = declaration.part('initializer')!.part('expression')!;
    expect([call.kind, call.text, call.part('expression')!.value]).toEqual([
      'CallExpression',
      "f<string>('x\\n', 1)",
      'f',
    ]);
    expect(call.parts('arguments').map(({ kind, value }) => [kind, value])).toEqual([
      ['StringLiteral', 'x\n'],
      ['NumericLiteral', '1'],
    ]);
    expect(call.part('initializer')).toBeUndefined();
    expect(call.parts('statements')).toEqual([]);
    expect(call.parent!.kind).toBe('AsExpression');
    expect(root.value).toBeUndefined();
  });

  it('has spans that fit the text of the file, where it begins with a comment', () => {
    const { root, comments } = syntaxTreeOf('// first\nconst a = 1;\n', 'a.ts');
    const [statement] = root.parts('statements');
    expect(root.text.slice(statement!.start, statement!.end)).toBe('const a = 1;');
    expect(root.text.slice(comments[0]!.span.start, comments[0]!.span.end)).toBe('// first');
    expect([root.start, root.end]).toEqual([0, root.text.length]);
  });

  const comments: readonly (readonly [text: string, found: readonly string[], path: string])[] = [
    [
      "// a\nconst u = 'http://x'; /* b */ f(/* c */ 1, // d\n 2);\n// e",
      ['// a', '/* b */', '/* c */', '// d', '// e'],
      'a.ts',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template within the text
    ['const t = `// no ${/* yes */ 1} /* no */`; const r = /\\/\\/ no/;', ['/* yes */'], 'a.ts'],
    ['function f() { // inside\n}\ntry { g() } catch { /* empty */ }', ['// inside', '/* empty */'], 'a.ts'],
    ['const a = <b>// text {/* yes */}</b>;', ['/* yes */'], 'a.tsx'],
    ['/** doc */\nexport class A { /* in */ }', ['/** doc */', '/* in */'], 'a.ts'],
    ['const [, /* hole */ a] = [1, /* end */];', ['/* hole */', '/* end */'], 'a.ts'],
  ];
  it.each(comments)('finds the comments of %s', (text, found, path) => {
    expect(syntaxTreeOf(text, path).comments.map((one) => one.text)).toEqual(found);
  });

  it('tells what the grammar does not allow', () => {
    expect(syntaxTreeOf('const = 1', 'a.ts').problem?.span.start).toBe(6);
    expect(syntaxTreeOf('const a = <b/>', 'a.js').problem).toBeUndefined();
    expect(syntaxTreeOf('', 'a.ts').root.children).toEqual([]);
  });

  it('holds children within parents, in order, in every file of lang', () => {
    const visit = (node: SyntaxNode): number => {
      let at = node.start;
      let count = 1;
      for (const child of node.children) {
        if (child.start < at || child.end > node.end || child.parent !== node)
          throw new Error(`${child.kind} in ${node.kind} at ${child.start}`);
        at = child.start;
        count += visit(child);
      }
      return count;
    };
    const names = readdirSync(join(SRC, 'lang')).filter((name) => name.endsWith('.ts'));
    for (const name of names) {
      const text = readFileSync(join(SRC, 'lang', name), 'utf8');
      const { root, comments: found, problem } = syntaxTreeOf(text, name);
      expect(problem).toBeUndefined();
      expect(visit(root)).toBeGreaterThan(10);
      expect(found.every(({ span, text: own }) => text.slice(span.start, span.end) === own)).toBe(true);
    }
  });
});
