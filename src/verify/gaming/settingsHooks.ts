import { span } from '../../base/index.ts';
import { weakerCommand } from './commands.ts';
import type { Entry } from './entries.ts';
import { VERIFIES } from './masks.ts';
import type { SettingsFile } from './settings.ts';
import { entriesOf } from './settingsEntries.ts';
import type { Finding } from './types.ts';

/** Where manifests and their like say what runs before a commit or a push, and what carries it out. */
const HOOKS: readonly (readonly [keys: RegExp, tool: string])[] = [
  [/^simple-git-hooks\./, 'simple-git-hooks'],
  [/^husky\.hooks\./, 'husky'],
  [/^gitHooks\./, 'yorkie'],
  [/^(?:pre-commit|pre-push)$/, 'pre-commit'],
];
const CHECKS = /lint-staged|nano-staged|pretty-quick/;

/** Hooks of git in manifests that let failures pass, check less, or are gone though what runs them is there. */
export function hookFindings(files: readonly SettingsFile[]): Finding[] {
  return files.flatMap(({ path, base, head }): Finding[] => {
    if (!/(?:^|\/)package\.json$/.test(path) || base === undefined || head === undefined) return [];
    const [was, is] = [entriesOf(path, base) ?? [], entriesOf(path, head) ?? []];
    return was.flatMap((old): Finding[] => {
      const [, tool] = HOOKS.find(([keys]) => keys.test(old.path)) ?? [];
      const command = textOf(old);
      if (tool === undefined || !(VERIFIES.test(command) || CHECKS.test(command))) return [];
      const now = is.find((one) => one.path === old.path);
      // Who does without hooks takes out what runs them as well.
      const isKept = is.some((one) => one.path.endsWith(`ependencies.${tool}`));
      const reason = now ? weakerCommand(command, textOf(now), { isNamed: true }) : isKept ? 'it gone' : undefined;
      if (reason === undefined) return [];
      return [
        {
          label: 'lint-disabled',
          path,
          span: now?.span ?? span(0, 0),
          expected: `the hook ${old.path.replace(/^.*\./, '')} to run ${JSON.stringify(command.slice(0, 60))}`,
          found: now ? `${JSON.stringify(textOf(now).slice(0, 60))}: ${reason}` : reason,
        },
      ];
    });
  });
}

const textOf = ({ text }: Entry): string => (text.startsWith('"') ? (JSON.parse(text) as string) : text);
