import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IsolationLevel, type IsolationSupport, openSandbox, support } from '../../src/sandbox/index.ts';
import { CASES, TOKEN, World } from './contract.ts';

/** Of what `restricted` says that it does not contain, what no case shows, and why. */
const NOT_SHOWN: readonly (readonly [RegExp, string])[] = [
  [/^Processes that leave/, 'whether one gets away is a race'],
  [/^The end of assay/, 'shown in sandbox.test.ts'],
  [/^Processor time/, 'nothing bounds it at any level'],
];

let given: readonly IsolationSupport[] = [];
beforeAll(async () => {
  process.env.ASSAY_TEST_TOKEN = TOKEN;
  given = await support();
});
afterAll(() => {
  delete process.env.ASSAY_TEST_TOKEN;
});

function skip(context: { skip(note?: string): void }, what: string, reason: string): void {
  console.warn(`skipped: ${what}: ${reason}`);
  context.skip(reason);
}

describe.each(['strong', 'namespaces', 'restricted'] as const)('%s', (level: IsolationLevel) => {
  it.concurrent.for(CASES)('a program that $name', async (one, context) => {
    const reason = reasonAgainst(level) ?? one.skip?.(level);
    if (reason !== undefined) return skip(context, `${level}: a program that ${one.name}`, reason);
    const world = await new World().open();
    try {
      const access = { read: [world.shared], write: [world.tree], network: false };
      const sandbox = await openSandbox({ access, levels: [level] });
      if (!sandbox.ok) throw new Error(sandbox.issues.map(({ message }) => message).join('\n'));
      const seen = await sandbox.value.run({
        argv: typeof one.program === 'string' ? ['node', '-e', one.program] : one.program,
        cwd: one.cwd?.(world) ?? world.tree,
        env: { ...world.env(), ...one.env },
        limits: { ms: 30_000, ...one.limits },
        ...(one.stdin === undefined ? {} : { stdin: one.stdin }),
      });
      await sandbox.value.close();
      expect(seen.isolation).toBe(level);
      if (level === 'restricted' && one.escapes) await one.escapes.check(seen, world);
      else await one.check(seen, world);
    } finally {
      await world.close();
    }
  });
});

function reasonAgainst(level: IsolationLevel): string | undefined {
  const one = given.find((other) => other.level === level);
  return one?.available ? undefined : `this machine does not give ${level}: ${one?.reason}`;
}

describe('what restricted does not contain', () => {
  const sentences = (): readonly string[] => given.find(({ level }) => level === 'restricted')!.doesNotContain;

  it('is documented wherever a case escapes', () => {
    const undocumented = CASES.filter(
      ({ escapes }) => escapes && !sentences().some((one) => escapes.sentence.test(one)),
    );
    expect(undocumented.map(({ name }) => name)).toEqual([]);
  });

  it('is shown by a case wherever it is documented', () => {
    const shown = [
      ...CASES.flatMap(({ escapes }) => (escapes ? [escapes.sentence] : [])),
      ...NOT_SHOWN.map(([one]) => one),
    ];
    expect(sentences().filter((one) => !shown.some((pattern) => pattern.test(one)))).toEqual([]);
  });
});
