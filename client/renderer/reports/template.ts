// Templates of reports: which studies they are for and what stands in them before anything is written.
import {
  MAX_HEADING,
  MAX_SECTION_TEXT,
  MAX_SECTIONS,
  type ReportSection,
  sectionRoles,
} from '@strata/protocol/saved-report';

export interface ReportTemplate {
  readonly name: string;
  /** DICOM's codes; none: every modality. */
  readonly modalities: readonly string[];
  /** Words of which one stands in the body part or a description; none: every part. */
  readonly bodyParts: readonly string[];
  readonly sections: readonly ReportSection[];
}

/** What a study is, as templates are chosen by it. */
export interface StudyKind {
  readonly modalities: readonly string[];
  /** Body parts and descriptions, in any order. */
  readonly words: string;
}

export const MOST_TEMPLATES = 100;
const MAX_NAME = 80;
const MAX_WORDS = 20;

/** The template that fits best: by modality and body part, by modality, by body part, or the first that is for all. */
export function bestTemplate(all: readonly ReportTemplate[], study: StudyKind): ReportTemplate | undefined {
  const scored = all.map((template) => ({ template, score: scoreOf(template, study) }));
  const best = Math.max(...scored.map(({ score }) => score));
  return best < 0 ? undefined : scored.find(({ score }) => score === best)?.template;
}

function scoreOf({ modalities, bodyParts }: ReportTemplate, study: StudyKind): number {
  const words = study.words.toLowerCase();
  const hasModality = modalities.some((one) => study.modalities.includes(one));
  const hasPart = bodyParts.some((part) => words.includes(part.toLowerCase()));
  if ((modalities.length > 0 && !hasModality) || (bodyParts.length > 0 && !hasPart)) return -1;
  return (hasModality ? 2 : 0) + (hasPart ? 1 : 0);
}

/**
 * The sections of a report when a template is used: nothing that was written is lost, what stands in a section of the same
 * name stays there, and what has no place in the template comes behind it.
 */
export function withTemplate(
  written: readonly ReportSection[],
  { sections }: Pick<ReportTemplate, 'sections'>,
): ReportSection[] {
  const left = written.filter(({ text }) => text.trim() !== '');
  const filled = sections.map((section) => {
    const at = left.findIndex((one) => isSame(one, section));
    return at < 0 ? section : { ...section, text: left.splice(at, 1)[0]?.text ?? '' };
  });
  return [...filled, ...left].slice(0, MAX_SECTIONS);
}

function isSame(one: ReportSection, other: ReportSection): boolean {
  return one.role === other.role && (one.role !== 'other' || one.heading === other.heading);
}

/** What can be read of templates that were kept or written by hand; what makes no sense is left out. */
export function readTemplates(kept: unknown): ReportTemplate[] {
  if (!Array.isArray(kept)) return [];
  return kept.slice(0, MOST_TEMPLATES).flatMap((one: unknown) => readTemplate(one) ?? []);
}

function readTemplate(value: unknown): ReportTemplate | null {
  const { name, modalities, bodyParts, sections } = (value ?? {}) as Record<keyof ReportTemplate, unknown>;
  if (typeof name !== 'string' || name.trim() === '' || !Array.isArray(sections)) return null;
  const words = (list: unknown) =>
    (Array.isArray(list) ? list : [])
      .filter((word): word is string => typeof word === 'string' && word.trim() !== '')
      .map((word) => word.trim().slice(0, MAX_NAME))
      .slice(0, MAX_WORDS);
  return {
    name: name.trim().slice(0, MAX_NAME),
    modalities: words(modalities).map((code) => code.toUpperCase()),
    bodyParts: words(bodyParts),
    sections: sections.slice(0, MAX_SECTIONS).flatMap((one: unknown) => readSection(one) ?? []),
  };
}

/** A section that was kept; null when it is none. */
export function readSection(value: unknown): ReportSection | null {
  const { role, heading, text } = (value ?? {}) as Record<keyof ReportSection, unknown>;
  const known = sectionRoles.find((one) => one === role);
  if (!known || typeof heading !== 'string' || typeof text !== 'string') return null;
  return { role: known, heading: heading.slice(0, MAX_HEADING), text: text.slice(0, MAX_SECTION_TEXT) };
}
