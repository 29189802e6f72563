import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/base/index.ts';
import {
  type IsolationLevel,
  type IsolationSupport,
  openSandbox,
  type Sandbox,
  support,
} from '../../src/sandbox/index.ts';
import { PROGRAMS } from '../cases/isolation/programs.ts';
import { CASES } from './contract.ts';
import { Tally } from './tally.ts';
import { type Case, newBase, TOKEN, World } from './world.ts';

const tally = new Tally('Hostile programs');

const ALL: readonly Case[] = [...CASES, ...PROGRAMS];

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
  const base = newBase();
  let opened: Promise<Result<Sandbox>> | undefined;
  /** One sandbox for all cases of a level: they run in it side by side. */
  const sandbox = async (): Promise<Sandbox> => {
    opened ??= openSandbox({
      access: { read: [join(base, 'shared')], write: [join(base, 'trees')], network: false },
      levels: [level],
    });
    const result = await opened;
    if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
    return result.value;
  };
  beforeAll(() => {
    for (const folder of ['shared', 'trees', 'outside']) mkdirSync(join(base, folder));
  });
  afterAll(async () => {
    if (opened) await (await sandbox()).close();
    rmSync(base, { recursive: true, force: true });
  });

  // What would harm the machine at the level that does not contain it is no case of that level.
  const cases = ALL.filter(
    ({ skip }) => level !== 'restricted' || skip?.(level) === undefined || skip('strong') !== undefined,
  );
  // One after the other: what one program does to the machine must not end another.
  it.for(cases)('a program that $name', async (one, context) => {
    const reason = reasonAgainst(level) ?? one.skip?.(level);
    if (reason !== undefined && one.kind) tally.add(level, 'not tried');
    if (reason !== undefined) return skip(context, `${level}: a program that ${one.name}`, reason);
    const world = await new World(base).open();
    try {
      const running = (await sandbox()).run({
        argv: typeof one.program === 'string' ? ['node', '-e', one.program] : one.program,
        cwd: one.cwd?.(world) ?? world.tree,
        env: { ...world.env(), ...one.env },
        limits: { ms: 60_000, ...one.limits },
        ...(one.stdin === undefined ? {} : { stdin: one.stdin }),
      });
      await one.during?.(world);
      const seen = await running;
      expect(seen.isolation).toBe(level);
      const isOpen = level === 'restricted' && one.escapes !== undefined;
      await (isOpen ? one.escapes!.check : one.check)(seen, world);
      if (one.kind) tally.add(level, isOpen ? 'open, as documented' : 'contained');
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
    const undocumented = ALL.filter(({ escapes }) => escapes && !sentences().some((one) => escapes.sentence.test(one)));
    expect(undocumented.map(({ name }) => name)).toEqual([]);
  });

  it('is shown by a case wherever it is documented', () => {
    const shown = [
      ...ALL.flatMap(({ escapes }) => (escapes ? [escapes.sentence] : [])),
      ...NOT_SHOWN.map(([one]) => one),
    ];
    expect(sentences().filter((one) => !shown.some((pattern) => pattern.test(one)))).toEqual([]);
  });
});
