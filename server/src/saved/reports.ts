// Reports as Basic Text SR documents.
import { readReport, reportObject } from '@strata/dicom/saved/report-object';
import {
  BASIC_TEXT_SR,
  COMPREHENSIVE_3D_SR,
  COMPREHENSIVE_SR,
  ENHANCED_SR,
} from '@strata/dicom/saved/sr-document';
import type { SavedObject, SavedRequest } from '@strata/protocol/saved';
import { checkReport, type ReportContent } from '@strata/protocol/saved-report';
import { HttpError } from '../http/http-error.ts';
import type { SavedKind } from './saved-kind.ts';

export const reports: SavedKind<ReportContent> = {
  name: 'reports',
  sopClassUids: [BASIC_TEXT_SR, ENHANCED_SR, COMPREHENSIVE_SR, COMPREHENSIVE_3D_SR],
  makes: BASIC_TEXT_SR,
  modality: 'SR',
  seriesNumber: 9940,
  seriesDescription: 'Reports',
  check: checkReport,
  references: ({ images }) => images.map(({ sopInstanceUid }) => sopInstanceUid),
  make: ({ content, ...order }) => reportObject(content, order),
  read: readReport,
  admit,
};

/**
 * What is final is not written over, and who writes knows the newest version.
 * @param stored all reports of the study
 * @throws HttpError 409 `newer-version`, 422
 */
function admit(
  { predecessors, content }: SavedRequest<ReportContent>,
  stored: readonly SavedObject<ReportContent>[],
): void {
  if (content.sections.every(({ text }) => text.trim() === '')) {
    throw new HttpError(422, 'empty', 'A report without any text is not saved.');
  }
  const followed = stored.filter(({ sopInstanceUid }) => predecessors.includes(sopInstanceUid));
  const newer = followed.find(({ superseded }) => superseded);
  const another =
    predecessors.length === 0
      ? stored.find(({ maker, superseded }) => maker === 'Strata' && !superseded)
      : null;
  if (newer || another) {
    throw new HttpError(409, 'newer-version', 'Somebody has saved another version of this report meanwhile.');
  }
  const isAfterFinal = followed.some((one) => one.content.stage === 'final' || one.content.change !== 'none');
  if (isAfterFinal && content.change === 'none') {
    throw new HttpError(
      422,
      'final',
      'A final report is not changed: write an addendum or an amended version.',
    );
  }
  const isKept = followed
    .flatMap(fixedIn)
    .every((section) =>
      content.sections.some(
        ({ heading, text }) => heading === section.heading && text.trim() === section.text.trim(),
      ),
    );
  const isNamed = followed
    .flatMap(imagesFixedIn)
    .every((uid) => content.images.some(({ sopInstanceUid }) => sopInstanceUid === uid));
  if (content.change === 'addendum' && !(isKept && isNamed)) {
    throw new HttpError(422, 'final', 'An addendum leaves the rest of the report as it is.');
  }
}

/** The sections of a version that stay when something is added: of an addendum that is not final yet, all but its own. */
function fixedIn({ content: { stage, change, sections } }: SavedObject<ReportContent>) {
  if (stage === 'final') return sections;
  return change === 'addendum' ? sections.slice(0, -1) : [];
}

/** The images that a final version names stay named. */
function imagesFixedIn({ content: { stage, images } }: SavedObject<ReportContent>): string[] {
  return stage === 'final' ? images.map(({ sopInstanceUid }) => sopInstanceUid) : [];
}
