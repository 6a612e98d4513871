// Drafts and templates: nothing that was written is lost, whatever is done to it.
import { expect, it } from 'vitest';
import type { Draft } from './drafts.ts';
import {
  draftFrom,
  fixedSections,
  followingOn,
  headsOf,
  inserted,
  isBehind,
  naming,
  type StoredReport,
  settled,
  written,
} from './report-draft.ts';
import { bestTemplate, readTemplates, withTemplate } from './template.ts';
import { usualTemplates } from './usual-templates.ts';

const section = (
  role: 'findings' | 'impression' | 'technique' | 'other',
  text: string,
  heading: string = role,
) => ({
  role,
  heading,
  text,
});
const draft: Draft = {
  change: 'none',
  language: 'en',
  base: ['1'],
  sections: [section('findings', 'Lungs: clear'), section('impression', '')],
  images: [],
};
const version = (sopInstanceUid: string, superseded: boolean, maker = 'Strata') =>
  ({ sopInstanceUid, superseded, maker, content: { sections: [], images: [] } }) as unknown as StoredReport;

it('a newer version is one that nobody followed on and the writer has not seen', () => {
  const versions = [version('3', false, 'Other'), version('2', false), version('1', true)];
  expect(headsOf(versions).map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['2']);
  expect(isBehind(draft, versions)).toBe(true);
  expect(isBehind({ ...draft, base: ['2'] }, versions)).toBe(false);
  expect(draftFrom(headsOf(versions), { change: 'amended', sections: [] }, 'en').base).toEqual(['2']);
});

it('an addendum leaves all before it as it is', () => {
  expect(fixedSections(draft)).toBe(0);
  expect(fixedSections({ ...draft, change: 'addendum' })).toBe(1);
});

it('what was written follows on a newer version without losing either', () => {
  const newer = {
    ...version('2', false),
    content: {
      stage: 'final',
      sections: [section('findings', 'New')],
      images: [{ sopInstanceUid: 'a', frames: [] }],
    },
  } as unknown as StoredReport;
  const other = followingOn(draft, [newer]);
  expect(other).toMatchObject({
    change: 'amended',
    base: ['2'],
    sections: draft.sections,
    images: [{ sopInstanceUid: 'a' }],
  });
  const addendum: Draft = {
    ...draft,
    change: 'addendum',
    sections: [section('findings', 'Old'), section('other', 'More')],
  };
  const behind = followingOn(addendum, [newer]);
  expect(behind.sections.map(({ text }) => text)).toEqual(['New', 'More']);
  expect(fixedSections(behind)).toBe(1);
});

it('a line is put where the caret is, on a line of its own', () => {
  const at = (caret: number) => inserted(draft, 0, caret, 'Length: 12 mm');
  expect(at(12).draft.sections[0]?.text).toBe('Lungs: clear\nLength: 12 mm');
  expect(at(0).draft.sections[0]?.text).toBe('Length: 12 mm\nLungs: clear');
  expect(at(7)).toMatchObject({
    caret: 20,
    draft: { sections: [{ text: 'Lungs: Length: 12 mm\nclear' }, {}] },
  });
  expect(written(draft, 1, 'x').sections[1]?.text).toBe('x');
});

it('an image is named once, with all frames that were', () => {
  const one = naming(naming(draft, { sopInstanceUid: 'a', frames: [3] }), {
    sopInstanceUid: 'a',
    frames: [1],
  });
  expect(one.images).toEqual([{ sopInstanceUid: 'a', frames: [1, 3] }]);
});

it('a template keeps what was written, in the section of the same kind or behind all', () => {
  const before = [section('findings', 'Mass'), section('other', 'For the ward', 'Ward')];
  const after = withTemplate(before, {
    sections: [section('technique', 'CT'), section('findings', 'Lungs: ')],
  });
  expect(after.map(({ role, text }) => `${role}: ${text}`)).toEqual([
    'technique: CT',
    'findings: Mass',
    'other: For the ward',
  ]);
});

it('a draft whose version was saved without an answer is done, or follows on it when it was changed since', () => {
  const id = '00000000-0000-4000-8000-000000000007';
  const sent = { id, stage: 'final', author: 'A', isAsWritten: true } as const;
  const own = { ...version('2.25.302240678275694148452359', false) };
  const stored = { ...own, content: { ...own.content, stage: 'final' } } as StoredReport;
  const waiting = { ...draft, sent };
  expect(settled(waiting, [version('1', false)])).toBe(waiting);
  expect(settled(waiting, [stored])).toBeNull();
  const changed = { ...waiting, sent: { ...sent, isAsWritten: false } };
  expect(settled(changed, [stored, version('1', true)])).toEqual({
    ...draft,
    ...{ change: 'amended', base: [stored.sopInstanceUid] },
  });
  const newer = [version('3', false), { ...stored, superseded: true }];
  expect(isBehind(settled(changed, newer) ?? draft, newer)).toBe(true);
});

it('the usual templates are chosen by modality and body part', () => {
  const best = (modality: string, words: string) =>
    bestTemplate(usualTemplates(), { modalities: [modality], words })?.name;
  expect(best('CT', 'THORAX nativ')).toBe('CT chest');
  expect(best('CT', 'Angio leg')).toBe('General');
  expect(best('MR', 'KNEE')).toBe('MR knee');
  expect(best('DX', 'hand')).toBe('Radiograph');
  expect(best('XA', 'chest')).toBe('General');
  const own = readTemplates([
    {
      name: 'Mine',
      modalities: ['ct'],
      bodyParts: [],
      sections: [{ role: 'findings', heading: 'F', text: '' }],
    },
    { name: 5 },
    null,
  ]);
  expect(own).toHaveLength(1);
  expect(bestTemplate([...own, ...usualTemplates()], { modalities: ['CT'], words: 'leg' })?.name).toBe(
    'Mine',
  );
});
