// Changes of a draft, as plain functions: a section written, a template used, something inserted, an image named.
import { type SavedObject, uidOfRequest } from '@strata/protocol/saved';
import type { KeyImage } from '@strata/protocol/saved-key-images';
import { MAX_SECTION_TEXT, type ReportContent, type ReportSection } from '@strata/protocol/saved-report';
import type { Draft } from './drafts.ts';

export type StoredReport = SavedObject<ReportContent>;

/** The reports of ours that nobody has followed on: as a rule one, and several where two wrote at once. */
export function headsOf(versions: readonly StoredReport[]): StoredReport[] {
  return versions.filter(({ maker, superseded }) => maker === 'Strata' && !superseded);
}

/** Whether somebody has saved a version that the draft's writer has not seen. */
export function isBehind({ base }: Draft, versions: readonly StoredReport[]): boolean {
  return headsOf(versions).some(({ sopInstanceUid }) => !base.includes(sopInstanceUid));
}

/** How many sections from the first stay as they are: all of a final report but what is being added to it. */
export function fixedSections({ change, sections }: Draft): number {
  return change === 'addendum' ? Math.max(0, sections.length - 1) : 0;
}

/** A draft that goes on with what is stored, or begins anew with these sections. */
export function draftFrom(
  heads: readonly StoredReport[],
  how: { readonly change: Draft['change']; readonly sections: readonly ReportSection[] },
  language: Draft['language'],
): Draft {
  const [head] = heads;
  return {
    change: how.change,
    language: head?.content.language ?? language,
    base: heads.map(({ sopInstanceUid }) => sopInstanceUid),
    sections: how.sections,
    images: head?.content.images ?? [],
  };
}

/**
 * The draft of somebody who has seen the newest versions by now: what he wrote follows on them. An addendum stands behind all
 * that they say; another text behind a signed one is an amended version.
 */
export function followingOn(draft: Draft, heads: readonly StoredReport[]): Draft {
  const [head] = heads;
  const isFinal = heads.some(({ content }) => content.stage === 'final');
  const change = draft.change === 'none' && isFinal ? 'amended' : draft.change;
  const own = draft.sections.slice(fixedSections(draft));
  const sections = change === 'addendum' && head ? [...head.content.sections, ...own] : draft.sections;
  const base = heads.map(({ sopInstanceUid }) => sopInstanceUid);
  return (head?.content.images ?? []).reduce(naming, { ...draft, change, base, sections });
}

/**
 * The draft by what is stored: one whose version was saved, though its answer was lost, is done; one that was changed since
 * follows on that version.
 * @returns null when all of it is saved
 */
export function settled(draft: Draft, versions: readonly StoredReport[]): Draft | null {
  const { sent, ...rest } = draft;
  const uid = sent && uidOfRequest(sent.id);
  if (!sent || !versions.some(({ sopInstanceUid }) => sopInstanceUid === uid)) return draft;
  if (sent.isAsWritten) return null;
  const heads = headsOf(versions);
  // Somebody else may have gone on with it by now: then its writer decides.
  return heads.every(({ sopInstanceUid }) => sopInstanceUid === uid) ? followingOn(rest, heads) : rest;
}

/** The draft with another text in a section. */
export function written(draft: Draft, at: number, text: string): Draft {
  const sections = draft.sections.map((section, place) =>
    place === at ? { ...section, text: text.slice(0, MAX_SECTION_TEXT) } : section,
  );
  return { ...draft, sections };
}

/** The draft with a line put into a section, on a line of its own. @param caret where, in characters */
export function inserted(
  draft: Draft,
  at: number,
  caret: number,
  line: string,
): { draft: Draft; caret: number } {
  const text = draft.sections[at]?.text ?? '';
  const before = text.slice(0, caret);
  const after = text.slice(caret);
  const opening = before === '' || before.endsWith('\n') || before.endsWith(': ') ? '' : '\n';
  const closing = after === '' || after.startsWith('\n') ? '' : '\n';
  const head = `${before}${opening}${line}`;
  return { draft: written(draft, at, `${head}${closing}${after}`), caret: head.length };
}

/** The draft that also names an image. */
export function naming(draft: Draft, { sopInstanceUid, frames }: KeyImage): Draft {
  const known = draft.images.find((image) => image.sopInstanceUid === sopInstanceUid);
  const all = known ? [...new Set([...known.frames, ...frames])].sort((a, b) => a - b) : frames;
  const others = draft.images.filter((image) => image !== known);
  return { ...draft, images: [...others, { sopInstanceUid, frames: all }] };
}
