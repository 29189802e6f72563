import { type Entry, grown, type Tell, within } from './entries.ts';

const STRICT =
  /^(?:strict\w*|noImplicit\w+|noUnchecked\w+|exactOptionalPropertyTypes|useUnknownInCatchVariables|noFallthrough\w+|noUnused\w+|noPropertyAccess\w+|alwaysStrict|checkJs|noEmitOnError|isolatedDeclarations|forceConsistent\w+|allowUnreachableCode)$/;

/** What lets the compiler look away. */
const LOOSE =
  /^(?:skipLibCheck|noCheck|suppress\w+|noStrictGenericChecks|keyofStringsOnly|allowUnreachableCode|allowUnusedLabels)$/;

export function typesFinding(
  key: string,
  last: string,
  old: Entry | undefined,
  now: Entry | undefined,
  tell: Tell,
): void {
  if (STRICT.test(last) && key.startsWith('compilerOptions')) {
    const isOff = now ? now.text === 'false' : old?.text === 'true';
    if (isOff && old?.text !== 'false')
      tell('type-escape', now, `${last} ${old?.text ?? 'as strict has it'}`, now?.text ?? 'it gone');
  } else if (LOOSE.test(last) && now?.text === 'true' && old?.text !== 'true')
    tell('type-escape', now, `the compiler to check everything`, `${last}: true`);
  else if (key === 'extends' && /strict/.test(old?.text ?? '') && !/strict/.test(now?.text ?? ''))
    tell('type-escape', now, `the settings of ${old!.text}`, now?.text ?? 'none');
  else if (key.startsWith('compilerOptions.paths.') && now && !old && /\.d\.ts"/.test(now.items?.join() ?? now.text))
    tell('type-escape', now, `the types of ${last} itself`, now.text);
  else if (
    key === 'include' &&
    old &&
    now &&
    grown(old, now).length > 0 &&
    grown(old, now).every((item) => within(item, grown(now, old)))
  )
    tell('type-escape', now, 'the compiler to check the same files', `include ${now.text}`);
  else if (key === 'files' && now && !old && now.items?.length)
    tell('type-escape', now, 'the compiler to check the same files', `these alone: ${now.text.slice(0, 80)}`);
  else if (key === 'exclude' && grown(old, now).some((item) => !/node_modules|dist|build|out\b|coverage/.test(item)))
    tell('type-escape', now, 'the compiler to check the same files', `exclude with ${grown(old, now).join(', ')}`);
  else if (
    (key === 'include' || key === 'files') &&
    old &&
    now &&
    grown(now, old).length > 0 &&
    grown(old, now).length === 0
  )
    tell('type-escape', now, 'the compiler to check the same files', `${key} without ${grown(now, old).join(', ')}`);
}
