import { describe, expect, it } from 'vitest';
import { type Random, random } from '../../src/base/index.ts';
import { entriesFor } from '../../src/jobs/hook/agents.ts';
import { standing, withEntries, withoutEntries } from '../../src/jobs/hook/settings.ts';
import { AGENTS, type Agent } from '../../src/jobs/hook/types.ts';
import { value } from '../workspace/repository.ts';

const INSTALLATION = { hook: '/opt/assay/bin/hook.js', node: '/opt/node' };
const entries = (agent: Agent, strict = false) => entriesFor(agent, INSTALLATION, '/project', strict);
const STOP = JSON.stringify(entries('claude-code')[2]!.group.hooks[0]);

const put = (text: string, agent: Agent = 'claude-code'): string => value(withEntries(text, entries(agent)));
const count = (text: string): number => text.split('|| true').length - 1;

type Group = { readonly hooks: readonly unknown[] };
type Settings = { readonly hooks?: Readonly<Record<string, readonly Group[] | null>> | null };

/** JSON with what some agents allow beside it, read by nothing of ours. */
const parsed = (text: string): Settings =>
  JSON.parse(
    text
      .replace(/^\uFEFF/, '')
      .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g, '$1')
      .replace(/,(\s*[}\]])/g, '$1'),
  );

describe('settings of another shape', () => {
  it.each([
    ['[]', 'expected an object of settings, found a list at line 1, column 1'],
    ['null', 'expected an object of settings, found null at line 1, column 1'],
    ['"x"', 'expected an object of settings, found a string at line 1, column 1'],
    ['{\n  "hooks": []\n}', 'expected an object at `hooks`, found a list at line 2, column 12'],
    ['{"hooks": true}', 'expected an object at `hooks`, found a boolean at line 1, column 11'],
    ['{"hooks": {}, "hooks": 1}', 'expected an object at `hooks`, found a number at line 1, column 24'],
    ['{"hooks": {"Stop": {"x": 1}}}', 'expected a list at `hooks.Stop`, found an object at line 1, column 20'],
    ['{"hooks": {"Stop": "x"}}', 'expected a list at `hooks.Stop`, found a string at line 1, column 20'],
  ])('are refused with what was expected and left alone: %s', (text, message) => {
    const done = withEntries(text, entries('claude-code'));
    expect(done.issues).toMatchObject([{ code: 'hook/settings', message, suggestion: expect.any(String) }]);
    expect(value(withoutEntries(text))).toBe(text);
  });

  it.each([
    ['{ "model": ', /^expected JSON, found ValueExpected at line 1, column 12$/],
    ['{\n  "a": 1\n  "b": 2\n}', /^expected JSON, found CommaExpected at line 3, column 3$/],
    ['// nothing yet\n', /^expected JSON, found ValueExpected at/],
    ['['.repeat(200_000), /^expected JSON, found lists or objects nested too deeply/],
  ])('are refused where they are no JSON: %.20s', (text, message) => {
    for (const done of [withEntries(text, entries('claude-code')), withoutEntries(text)])
      expect(done.issues).toMatchObject([{ code: 'hook/settings', message: expect.stringMatching(message) }]);
  });

  it.each([
    ['', '{'],
    [' \r\n\t', '{'],
    ['\uFEFF', '\uFEFF{'],
    ['\uFEFF{ "a": 1 }\n', '\uFEFF{ "a": 1, "hooks": {"SessionStart":'],
    ['{\n  "hooks": null\n}', '{\n  "hooks": {\n    "SessionStart": ['],
    ['{"hooks": { "Stop": null }}', '{"hooks": { "Stop": [{'],
    ['{"hooks": {"Other": {"x": 1}, "Stop": [1, null, {"hooks": 2}]}}', '{"hooks": {"Other": {"x": 1}, "Stop": [1,'],
    ['// why\n{}\n// end', '// why\n{\n  "hooks"'],
  ])('are filled in and given back: %j', (text, start) => {
    const now = put(text);
    expect(now.slice(0, start.length)).toBe(start);
    expect(count(now)).toBe(3);
    expect(value(withoutEntries(now, standing(text)))).toBe(text);
  });
});

const OWN = '{"hooks":[{"type":"command","command":"echo mine"}]}';

const TAKEN: readonly (readonly [what: string, text: string, left: string | undefined])[] = [
  ['nothing but ours', `{"hooks":{"Stop":[{"hooks":[${STOP}]}]}}`, undefined],
  [
    'a command in our group, after',
    `{"hooks":{"Stop":[{"hooks":[${STOP},"mine"]}]}}`,
    `{"hooks":{"Stop":[{"hooks":["mine"]}]}}`,
  ],
  [
    'a command in our group, before',
    `{"hooks":{"Stop":[{"hooks":["mine",${STOP}]}]}}`,
    `{"hooks":{"Stop":[{"hooks":["mine"]}]}}`,
  ],
  ['a group after ours', `{"hooks":{"Stop":[{"hooks":[${STOP}]}, ${OWN}]}}`, `{"hooks":{"Stop":[${OWN}]}}`],
  ['ours twice', `{"hooks":{"Stop":[{"hooks":[${STOP},${STOP}]},{"hooks":[${STOP}]}]},"a":1}`, '{"a":1}'],
  [
    'words in our group',
    `{"hooks":{"Stop":[{"why":"x","hooks":[${STOP}]}]}}`,
    '{"hooks":{"Stop":[{"why":"x","hooks":[]}]}}',
  ],
  [
    'a doubled list in our group',
    `{"hooks":{"Stop":[{"hooks":["mine"],"hooks":[${STOP}]}]}}`,
    '{"hooks":{"Stop":[{"hooks":["mine"],"hooks":[]}]}}',
  ],
  [
    'comments in our group',
    `{"hooks":{"Stop":[{"hooks":[ /* off: "x" */ ${STOP} ]}]}}`,
    '{"hooks":{"Stop":[{"hooks":[ /* off: "x" */ ]}]}}',
  ],
  [
    'a comment in our list',
    `{"hooks":{"Stop":[\n // mine\n {"hooks":[${STOP}]} ]}}`,
    '{"hooks":{"Stop":[\n // mine\n ]}}',
  ],
  [
    'a comment beside the key',
    `{"hooks":{"Stop" /* mine */: [{"hooks":[${STOP}]}]}}`,
    '{"hooks":{"Stop" /* mine */: []}}',
  ],
  ['a comment beside the whole', `// mine\n{"hooks":{"Stop":[{"hooks":[${STOP}]}]}}`, '// mine\n{}'],
  [
    'a comma at the next line',
    `{"hooks":{"Stop":[\n  {"hooks":[${STOP}]} // ours\n  , ${OWN}\n]}}`,
    `{"hooks":{"Stop":[\n  // ours\n   ${OWN}\n]}}`,
  ],
  [
    'commas first',
    `{"hooks":{"Stop":[\n  ${OWN}\n  , {"hooks":[${STOP}]}\n]}}`,
    `{"hooks":{"Stop":[\n  ${OWN}\n  \n]}}`,
  ],
  [
    'a list that came into force',
    `{"hooks":{"Stop":[${OWN}],"Stop":[{"hooks":[${STOP}]}]}}`,
    `{"hooks":{"Stop":[${OWN}],"Stop":[]}}`,
  ],
  [
    'a list that never was in force',
    `{"hooks":{"Stop":[{"hooks":[${STOP}]}],"Stop":[${OWN}]}}`,
    `{"hooks":{"Stop":[],"Stop":[${OWN}]}}`,
  ],
  [
    'a command that only looks like ours',
    '{"hooks":{"Stop":[{"hooks":[{"command":"node my-hook.js codex || true"}]}]}}',
    '{"hooks":{"Stop":[{"hooks":[{"command":"node my-hook.js codex || true"}]}]}}',
  ],
  ['an empty object of the user', '{ }\n', '{ }\n'],
];

describe('what somebody wrote to since', () => {
  it.each(TAKEN)('loses our commands alone: %s', (_what, text, left) => {
    expect(value(withoutEntries(text))).toBe(left);
  });

  it('keeps what stood empty before, and what the user emptied since', () => {
    for (const [text, since] of [
      ['{ }', (now: string) => now],
      ['{"hooks": { }}', (now: string) => now],
      ['{"hooks": null}', (now: string) => now],
      ['{"hooks":{"Stop":[ ]}}', (now: string) => now],
    ] as const)
      expect(value(withoutEntries(since(put(text)), standing(text)))).toBe(text);
    const full = `{"hooks":{"Stop":[${OWN}]}}`;
    expect(value(withoutEntries(put(full).replace(`${OWN}, `, ''), standing(full)))).toBe('{"hooks":{"Stop":[]}}');
  });

  it('gets the entries again without any of them twice', () => {
    for (const text of [
      `{"hooks":{"Stop":[{"hooks":[${STOP}]}],"Stop":[${OWN}]}}`,
      put('{}').replaceAll('300', '60'),
    ]) {
      const now = put(text);
      expect([count(now), put(now)]).toEqual([3, now]);
      expect(parsed(now).hooks!.Stop!.at(-1)).toEqual({ hooks: [JSON.parse(STOP)] });
    }
    const shared = put('{}').replace('"hooks": [\n', '"hooks": [\n          "mine",\n');
    expect(put(shared)).toBe(shared);
    expect(count(value(withEntries(shared, entries('claude-code', true))))).toBe(3);
  });
});

it('other entries stay as they are laid out', () => {
  const text = `{
  "hooks": {
    "Stop": [
      { "hooks": [ { "type": "command", "command": "echo hi" } ] }, // c1
      // last
    ],
  },
}
`;
  const group = JSON.stringify(entries('claude-code')[2]!.group, null, 2).replaceAll('\n', '\n      ');
  expect(put(text)).toContain(`echo hi" } ] }, // c1\n      // last\n      ${group},\n    ],\n    "SessionStart": [`);
});

/** Settings as people write them: `"@"` stands where an edit comes. */
function settings(r: Random): string {
  const eol = r.pick(['\n', '\n', '\r\n']);
  const unit = r.pick(['  ', '    ', '\t']);
  const [mayComment, mayTrail, mayBreak] = [r.below(2), r.below(2), r.below(4)].map((n) => n > 0) as [
    boolean,
    boolean,
    boolean,
  ];
  const comment = (): string => {
    if (!mayComment || r.below(3) > 0) return '';
    const words = r.pick(['mine', 'off: {"a": [1, 2]},', '"', '@']);
    return mayBreak && r.below(2) ? ` // ${words}${eol}` : r.pick([` /* ${words} */`, `/*${words}*/ `]);
  };
  const list = (open: string, members: readonly (() => string)[], close: string, indent: string): string => {
    const isBroken = mayBreak && r.below(4) > 0;
    const gap = (more: string): string => (isBroken ? eol + indent + more : r.pick(['', ' ']));
    if (members.length === 0) return open + r.pick(['', '', ' ', isBroken ? eol : '', comment() + gap('')]) + close;
    const written = members.map((member, at) => {
      const comma = at < members.length - 1 || (mayTrail && r.below(2)) ? ',' : '';
      return (
        gap(unit) +
        comment() +
        member() +
        (r.below(3) ? '' : comment()) +
        r.pick(['', comma && ' ']) +
        comma +
        comment()
      );
    });
    return open + written.join('') + gap('') + close;
  };
  const object = (members: readonly (readonly [string, (indent: string) => string])[], indent: string): string =>
    list(
      '{',
      members.map(
        ([key, member]) =>
          () =>
            `"${key}":${r.pick(['', ' '])}${member(indent + unit)}`,
      ),
      '}',
      indent,
    );
  const array = (members: readonly ((indent: string) => string)[], indent: string): string =>
    list(
      '[',
      members.map((member) => () => member(indent + unit)),
      ']',
      indent,
    );
  const some = <T>(from: readonly T[]): T[] => from.filter(() => r.below(2) > 0);
  const command = (indent: string): string =>
    object(
      some([
        ['type', () => '"command"'],
        ['command', () => r.pick(['"@"', '"echo // \\" ]"'])],
        ['timeout', () => '1e1'],
      ]),
      indent,
    );
  const group = (indent: string): string =>
    object(
      [
        ...some([['matcher', () => '"Edit"'] as const]),
        ['hooks', (inner: string) => array(some([command, command]), inner)] as const,
      ],
      indent,
    );
  const groups = (indent: string): string => (r.below(8) ? array(some([group, group, () => '"@"']), indent) : 'null');
  const names = ['PostToolUse', 'Stop', 'AfterTool', 'SessionStart', 'AfterAgent', 'Other'];
  const hooks = (indent: string): string =>
    r.below(8)
      ? object(
          some(names).map((name) => [name, groups]),
          indent,
        )
      : 'null';
  const members = some([
    ['model', () => '"@"'],
    ['list', (indent: string) => array(some([() => '1', () => '"@"']), indent)],
    ['hooks', hooks],
    ['z', () => '{}'],
  ] as const);
  const ends = ['', '', eol, comment()];
  return r.pick(['', '', '\uFEFF']) + r.pick(ends) + object(members, '') + r.pick(ends);
}

/** Edits of what is not ours. */
const EDITS: readonly ((text: string) => string)[] = [
  (text) => text.replaceAll('@', 'a longer one'),
  (text) => text.replaceAll('@', ''),
  (text) => text.replaceAll('"@"', '[{ "hooks": [] }, /* , */ 2]'),
  (text) => text.replaceAll('"@"', '{\n"a": [\n],}'),
  (text) => `${text}\n// the end`,
];

describe('law: of any settings', () => {
  const SEEDS = Array.from({ length: 500 }, (_, seed) => seed);
  const each = (check: (text: string, agent: Agent, r: Random) => void): void => {
    for (const seed of SEEDS) {
      const r = random(seed);
      const text = settings(r);
      try {
        check(text, r.pick(AGENTS), r);
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
      }
    }
  };

  it('the entries come last where readers look, and everything else is there', () =>
    each((text, agent) => {
      const now = put(text, agent);
      const { hooks, ...rest } = parsed(now);
      const { hooks: old, ...others } = parsed(text);
      const added = Object.fromEntries(
        entries(agent).map(({ event, group }) => [event, [...(old?.[event] ?? []), group]]),
      );
      expect([hooks, rest]).toEqual([{ ...old, ...added }, others]);
      expect(put(now, agent)).toBe(now);
    }));

  it('the very bytes are given back', () =>
    each((text, agent) => expect(value(withoutEntries(put(text, agent), standing(text)))).toBe(text)));

  it('an edit of something else stays byte for byte', () =>
    each((text, agent, r) => {
      const edit = r.pick(EDITS);
      expect(value(withoutEntries(edit(put(text, agent)), standing(text)))).toBe(edit(text));
    }));

  it('the same values are left where another program wrote them anew', () =>
    each((text, agent, r) => {
      const anew = JSON.stringify(parsed(put(text, agent)), null, r.pick([0, 1, '\t']));
      expect(parsed(value(withoutEntries(anew, standing(text)))!)).toEqual(parsed(text));
    }));
});
