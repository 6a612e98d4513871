// Reports as Basic Text SR documents (PS3.3 A.35.1, PS3.16 TID 2000), and what reports of others say.
import { createHash } from 'node:crypto';
import { sectionsOf } from '../documents/report-sections.ts';
import { readStructuredReport } from '../documents/structured-report.ts';
import type { DicomJson } from '../json/types.ts';
import type { KeywordAttributes } from './attributes.ts';
import { type Code, code, codeItem, readCode } from './codes.ts';
import { containerItem, imageItem, templateItem, textItem } from './content-items.ts';
import { type DerivedHead, dateAndTime, derivedObject } from './derived-object.ts';
import { personObserver, type StoredReference } from './evidence.ts';
import { items, textOf } from './reading.ts';
import { keyImagesHeading, type ReportRole, reportConcepts, roleOf } from './report-headings.ts';
import {
  authorOf,
  BASIC_TEXT_SR,
  contentMoment,
  languageItem,
  predecessorsOf,
  srDocument,
} from './sr-document.ts';

/** A section; `other` has no concept of the standard. */
interface Section {
  readonly role: ReportRole | 'other';
  readonly heading: string;
  readonly text: string;
}

interface Image {
  readonly sopInstanceUid: string;
  readonly frames: readonly number[];
}

/** What a report says. */
export interface Report {
  readonly stage: 'preliminary' | 'final';
  readonly change: 'none' | 'addendum' | 'amended';
  readonly language: 'en' | 'de';
  readonly sections: readonly Section[];
  readonly images: readonly Image[];
}

export interface ReportOrder {
  readonly author: string;
  readonly head: DerivedHead;
  readonly source: DicomJson;
  /** What `images` name, by SOP Instance UID. */
  readonly referenced: ReadonlyMap<string, StoredReference>;
  readonly predecessors: readonly StoredReference[];
}

const title = code('18748-4', 'LN', 'Diagnostic Imaging Report');
const languages = { en: ['en-US', 'English (US)'], de: ['de-DE', 'German (Germany)'] } as const;
const changes = { none: undefined, addendum: 'Addendum', amended: 'Amended' } as const;
const mostSections = 24;
const mostImages = 200;
const mostText = 20_000;

/** The object of a report. Sections without text are left out. */
export function reportObject(report: Report, order: ReportOrder): DicomJson {
  const { author, head, source, referenced, predecessors } = order;
  const isFinal = report.stage === 'final';
  const [tag, meaning] = languages[report.language];
  const content: KeywordAttributes = {
    ConceptNameCodeSequence: [codeItem(title)],
    ContentTemplateSequence: [templateItem('2000')],
    ContentSequence: [
      languageItem(tag, meaning),
      ...personObserver(author),
      ...report.sections.filter(({ text }) => text.trim() !== '').map(sectionItem),
      ...imagesItem(report.images, referenced),
    ],
  };
  const spokenOf = [...referenced.values()];
  const document = srDocument({ author, at: head.at, evidence: spokenOf, predecessors, content });
  return derivedObject(source, head, {
    ...document,
    CompletionFlag: isFinal ? 'COMPLETE' : 'PARTIAL',
    ...(changes[report.change] && { CompletionFlagDescription: changes[report.change] }),
    PreliminaryFlag: isFinal ? 'FINAL' : 'PRELIMINARY',
    VerificationFlag: isFinal ? 'VERIFIED' : 'UNVERIFIED',
    ...(isFinal && { VerifyingObserverSequence: [verifier(author, head.at, source)] }),
  });
}

/** Who signs a final report (PS3.3 table C.17-2). */
function verifier(author: string, at: Date, source: DicomJson): KeywordAttributes {
  const { date, time } = dateAndTime(at);
  return {
    VerifyingObserverName: author,
    VerifyingObserverIdentificationCodeSequence: null,
    // It must have a value.
    VerifyingOrganization: textOf(source, 'InstitutionName').slice(0, 64) || 'Not stated',
    VerificationDateTime: `${date}${time}`,
  };
}

function sectionItem({ role, heading, text }: Section): KeywordAttributes {
  const named = heading.trim() || 'Section';
  const element = role === 'other' ? reportConcepts.findings.element : reportConcepts[role].element;
  const concept = role === 'other' ? ownHeading(named) : { ...reportConcepts[role].heading, meaning: named };
  return containerItem(concept, '', [textItem('CONTAINS', element, text.trim().replaceAll('\n', '\r\n'))]);
}

/** A heading of somebody's own: the same words have the same code. */
function ownHeading(meaning: string): Code {
  const digest = createHash('sha256').update(meaning).digest('hex');
  return code(`H${digest.slice(0, 15)}`, '99STRATA', meaning);
}

function imagesItem(
  images: readonly Image[],
  referenced: ReadonlyMap<string, StoredReference>,
): KeywordAttributes[] {
  const named = images.flatMap(({ sopInstanceUid, frames }) => {
    const image = referenced.get(sopInstanceUid);
    if (!image) return [];
    return (frames.length > 0 ? frames : [null]).map((frame) =>
      imageItem('CONTAINS', keyImagesHeading, image, frame),
    );
  });
  return named.length > 0 ? [containerItem(keyImagesHeading, '', named)] : [];
}

/** What a stored report says; null when the object is none, but measurements or an object of another kind. */
export function readReport(object: DicomJson) {
  const isBasic = textOf(object, 'SOPClassUID') === BASIC_TEXT_SR;
  const concept = readCode(object, 'ConceptNameCodeSequence');
  if (!isBasic && concept?.scheme === 'DCM' && measured.has(concept.value)) return null;
  const read = readStructuredReport(object);
  const sections = sectionsOf(read.parts).map(({ code: name, heading, text }) => ({
    role: roleOf(name) ?? ('other' as const),
    heading,
    text: text.slice(0, mostText),
  }));
  const language = items(object, 'ContentSequence')
    .map((item) => readCode(item, 'ConceptCodeSequence')?.value ?? '')
    .find((tag) => /^(en|de)(-|$)/.test(tag));
  const isFinal = read.stage === 'final' || (read.stage === '' && read.verification === 'verified');
  const said = textOf(object, 'CompletionFlagDescription');
  const content: Report = {
    stage: isFinal ? 'final' : 'preliminary',
    change: said === 'Addendum' ? 'addendum' : said === 'Amended' ? 'amended' : 'none',
    language: language?.startsWith('de') ? 'de' : 'en',
    sections: sections.slice(0, mostSections),
    images: imagesIn(read.parts).slice(0, mostImages),
  };
  const left = sections.length - content.sections.length;
  return {
    content,
    author: (authorOf(object) || observerIn(read.parts)).slice(0, 256),
    at: contentMoment(object),
    title: read.title,
    predecessors: predecessorsOf(object),
    unread: [...read.problems, ...(left > 0 ? [`${left} more sections`] : [])],
  };
}

/** Documents that nobody has written: what is measured by machines and in viewers (migration 0009 has the same list). */
const measured = new Set([
  ...['113701', '125000', '125100', '125200', '126000', '126001', '126002', '126003'],
  ...['111036', '112000', '112220'],
]);

/** The person whom the content names as its observer, whatever the concept's code is. */
function observerIn(parts: ReturnType<typeof readStructuredReport>['parts']): string {
  const isObserver = (part: (typeof parts)[number]) =>
    part.depth === 0 && part.relation === 'observation' && part.type === 'person';
  return parts.find(isObserver)?.text ?? '';
}

function imagesIn(parts: ReturnType<typeof readStructuredReport>['parts']): Image[] {
  const found = new Map<string, Set<number>>();
  for (const { type, objects } of parts) {
    if (type !== 'image') continue;
    for (const { sopInstanceUid, frames } of objects) {
      if (!/^[0-9A-Za-z._-]{1,64}$/.test(sopInstanceUid)) continue;
      const known = found.get(sopInstanceUid) ?? new Set<number>();
      found.set(sopInstanceUid, known);
      for (const frame of frames) if (known.size < 1000) known.add(frame);
    }
  }
  return [...found].map(([sopInstanceUid, frames]) => ({ sopInstanceUid, frames: [...frames] }));
}
