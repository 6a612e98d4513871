import { expect, it } from 'vitest';
import { tagOfKeyword } from './keywords.ts';
import { Tag } from './tags.ts';

it('finds the tags of keywords, and nothing for what is none', () => {
  expect(tagOfKeyword('PatientName')).toBe(Tag.PatientName);
  expect(tagOfKeyword('PerFrameFunctionalGroupsSequence')).toBe(Tag.PerFrameFunctionalGroupsSequence);
  expect(tagOfKeyword('patientname')).toBeNull();
  expect(tagOfKeyword('constructor')).toBeNull();
});
