import { beforeAll, describe, expect, it } from 'vitest';
import type { Candidate, LanguageService } from '../../src/lang/index.ts';
import { CANDIDATE_CASES, type CandidateCase } from './cases/candidates.ts';
import { NAME_CASES, SHOP } from './cases/names.ts';
import { caseFile, marked, usesOf } from './names.ts';
import { known, lay, open, path } from './tree.ts';

/** What both engines promise. */
export function languageContract(engine: 'native' | 'service'): void {
  describe(`${engine}: names`, () => {
    let service: LanguageService;
    beforeAll(() => {
      service = open(lay(SHOP), engine);
      const overlay = NAME_CASES.map((one, index) => [path(caseFile(index, one)), marked(one.source).text] as const);
      service.setOverlay(new Map(overlay));
    });
    it.each(NAME_CASES.map((one, index) => [one.title, one, index] as const))('%s', (_title, one, index) => {
      expect(usesOf(service, index, one)).toEqual(one.uses);
    });
  });

  describe(`${engine}: candidates`, () => {
    let service: LanguageService;
    beforeAll(() => {
      service = open(lay(SHOP), engine);
    });
    it.each(CANDIDATE_CASES.map((one) => [one.title, one] as const))('%s', (_title, one) => {
      checkCandidates(service, one);
    });
  });
}

function checkCandidates(service: LanguageService, one: CandidateCase): void {
  const offset = one.source.indexOf('¦');
  const text = one.source.replace('¦', '');
  const file = path('src/here.ts');
  service.setOverlay(new Map([[file, text]]));
  const answer = service.candidates(file, offset);
  if (one.unknown !== undefined) {
    expect(answer).toEqual({ status: 'unknown', reason: one.unknown });
    return;
  }
  const value = known(answer);
  const shown = ({ name, kind, deprecated }: Candidate): string[] => [
    name,
    `${name} ${kind}`,
    ...(deprecated ? [`${name} ${kind} deprecated`] : []),
  ];
  const all = new Set(value.candidates.flatMap(shown));
  expect({
    receiver: value.receiver,
    isMember: value.isMember,
    replaces: text.slice(value.replace.start, value.replace.end),
    lacking: (one.has ?? []).filter((name) => !all.has(name)),
    tooMuch: (one.lacks ?? []).filter((name) => all.has(name)),
  }).toEqual({
    receiver: one.receiver,
    isMember: one.receiver !== undefined,
    replaces: one.replaces ?? text.slice(value.replace.start, value.replace.end),
    lacking: [],
    tooMuch: [],
  });
  expect(value.candidates.map(({ sortText }) => sortText)).not.toContain('');
}
