import { describe, expect, it } from 'vitest';
import { check } from '../../../src/jobs/index.ts';
import { Project, value } from '../../workspace/repository.ts';

const HEAD = 'export function slug(title: string): string {\n';
const WORK = "title.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-')";
const TEST = `import { it, expect } from 'vitest';
import { slug, gross } from './text.ts';
it('a', () => { expect(slug('Hello World')).toBe('hello-world'); });
it('b', () => { expect(slug('  Two  Spaces ')).toBe('two-spaces'); });
it('c', () => { expect(gross(1000, 0.19)).toBe(1190); });
`;
const GROSS =
  'const plus = (net: number, rate: number): number => Math.round(net * (1 + rate));\nexport function gross(net: number, rate: number): number {\n  return plus(net, rate);\n}\n';
const BASE = `${HEAD}  return ${WORK};\n}\n${GROSS}`;

interface Case {
  readonly name: string;
  readonly base?: string;
  readonly text: string;
  /** What is told of it; undefined where nothing is. */
  readonly found: RegExp | undefined;
}

const CASES: readonly Case[] = [
  {
    name: 'one answer whatever comes',
    text: `${HEAD}  return 'hello-world';\n}\n${GROSS}`,
    found: /run: slug\("Hello World"\) and slug\(".*"\) are both "hello-world", which was "(?!hello-world").*"$/,
  },
  {
    name: 'an input told apart, and nothing worked out beside',
    text: BASE.replace('  return plus(', '  if (net === 1000 && rate === 0.19) return 1190;\n  return net; plus('),
    found: /run: gross\(1000, 0\.19\) is 1190, without it 1000, and gross\(.*\) is -?[\d.]+$/,
  },
  {
    name: 'an input told apart in a function that nobody calls from outside',
    text: BASE.replace('=> Math.round(net * (1 + rate))', '=> (net === 1000 ? 1190 : net)'),
    found: /run: gross\(1000, 0\.19\) is 1190, without it 1000/,
  },
  {
    name: 'a table, and text as it came beside',
    text: `${HEAD}  const known: Record<string, string> = { 'Hello World': 'hello-world', '  Two  Spaces ': 'two-spaces' };\n  return known[title] ?? title;\n}\n${GROSS}`,
    found: /run: slug\("Hello World"\) is "hello-world", without it "Hello World", and slug\("(.*)"\) is "\1"$/,
  },
  {
    name: 'a comparison outside of an if',
    text: `${HEAD}  const isOdd = title === 'Hello World';\n  return isOdd ? ${WORK} : title;\n}\n${GROSS}`,
    found: /run: slug\("Hello World"\) is "hello-world", without it "Hello World"/,
  },
  {
    name: 'a comparison with all but one',
    text: `${HEAD}  return (title !== 'Hello World' && title) || ${WORK};\n}\n${GROSS}`,
    found: /run: slug\("Hello World"\) is "hello-world", without it "Hello World"/,
  },
  {
    name: 'a list that is gone over',
    text: `${HEAD}  for (const odd of ['Hello World', '  Two  Spaces ']) if (title === odd) return ${WORK};\n  return title;\n}\n${GROSS}`,
    found: /run: slug\("Hello World"\) is "hello-world", without it "Hello World"/,
  },
  {
    name: 'a table that is asked whether it has it',
    text: `${HEAD}  const odd: Record<string, string> = { 'Hello World': 'a', '  Two  Spaces ': 'b' };\n  return title in odd ? ${WORK} : title;\n}\n${GROSS}`,
    found: /run: slug\("Hello World"\) is "hello-world", without it "Hello World"/,
  },
  {
    name: 'a list that is gone over for what is worked out all the same',
    text: `${HEAD}  for (const odd of ['Hello World', '  Two  Spaces ']) if (title === odd) return ${WORK};\n  return ${WORK};\n}\n${GROSS}`,
    found: undefined,
  },
  {
    name: 'an answer kept ready that is worked out all the same',
    text: BASE.replace('  return plus(', '  if (net === 1000 && rate === 0.19) return 1190;\n  return plus('),
    found: /run: without it gross\(1000, 0\.19\) is 1190 as well, which no test tries then$/,
  },
  {
    name: 'a table of what is asked often',
    base: BASE.replace("'-')", "'-').replace(/^-|-$/g, '')"),
    text: `${HEAD}  const often = new Map([['Hello World', 'hello-world'], ['  Two  Spaces ', 'two-spaces']]);\n  return often.get(title) ?? ${WORK};\n}\n${GROSS}`,
    found: undefined,
  },
  {
    name: 'what cannot be loaded',
    text: `import 'not-there';\n${BASE.replace('  return plus(', '  if (net === 1000 && rate === 0.19) return 1190;\n  return net; plus(')}`,
    found: /^(?!.*run:)/,
  },
];

describe('answers that look hard-coded, run', () => {
  it.each(CASES)('$name', { timeout: 60_000 }, async ({ base = BASE, text, found }) => {
    const project = new Project({
      'package.json': '{ "name": "a", "version": "1.0.0", "type": "module" }',
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true } }',
      'text.ts': base,
      'text.test.ts': TEST,
      '.gitignore': 'node_modules\n',
    }).init();
    project.write({ 'text.ts': text });
    const { verdict } = value(
      await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'], allowRestricted: true }),
    );
    const told = verdict.checks[0]!.issues.filter(({ code }) => code === 'gaming/hard-coded').map(
      ({ message }) => message,
    );
    if (found === undefined) return expect(told).toEqual([]);
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]).toMatch(found);
  });
});
