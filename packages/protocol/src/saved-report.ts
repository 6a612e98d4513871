// Reports as pages and servers exchange them: sections of text, how far they are, and the images that they speak of.
import { integer, list, object, oneOf, text } from './checks.ts';
import { uid } from './fields.ts';
import { type KeyImage, MAX_KEY_FRAMES } from './saved-key-images.ts';

/** Sections of a report, and characters of a heading and of a section. */
export const MAX_SECTIONS = 24;
export const MAX_HEADING = 64;
export const MAX_SECTION_TEXT = 20_000;
/** Images that one report names. */
const MAX_REPORT_IMAGES = 200;

/** What a section is about, whatever its heading says. */
export const sectionRoles = [
  'indication',
  'history',
  'technique',
  'comparison',
  'findings',
  'impression',
  'recommendation',
  'addendum',
  'other',
] as const;
export type SectionRole = (typeof sectionRoles)[number];

export interface ReportSection {
  readonly role: SectionRole;
  /** In the report's language. */
  readonly heading: string;
  /** Lines end with `\n`. */
  readonly text: string;
}

/** What a version that follows on a final one is: the same with something behind it, or another text. */
export type ReportChange = 'none' | 'addendum' | 'amended';

export interface ReportContent {
  readonly stage: 'preliminary' | 'final';
  readonly change: ReportChange;
  readonly language: 'en' | 'de';
  readonly sections: readonly ReportSection[];
  readonly images: readonly KeyImage[];
}

/** Checks a report from outside. @throws ProtocolError */
export const checkReport = object<ReportContent>({
  stage: oneOf('preliminary', 'final'),
  change: oneOf('none', 'addendum', 'amended'),
  language: oneOf('en', 'de'),
  sections: list(
    object<ReportSection>({
      role: oneOf(...sectionRoles),
      heading: text(MAX_HEADING),
      text: text(MAX_SECTION_TEXT),
    }),
    MAX_SECTIONS,
  ),
  images: list(
    object<KeyImage>({
      sopInstanceUid: uid,
      frames: list(integer(1, 0x7fff_ffff), MAX_KEY_FRAMES),
    }),
    MAX_REPORT_IMAGES,
  ),
});
