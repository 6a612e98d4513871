// Measurements as structured reports (PS3.16 TID 1500).
import { measurementReport } from '@strata/dicom/saved/measurement-report';
import { readMeasurementReport } from '@strata/dicom/saved/read-measurement-report';
import {
  authorOf,
  COMPREHENSIVE_3D_SR,
  COMPREHENSIVE_SR,
  contentMoment,
  ENHANCED_SR,
  EXTENSIBLE_SR,
  predecessorsOf,
} from '@strata/dicom/saved/sr-document';
import { type SavedMeasurements, savedMeasurements } from '@strata/protocol/saved-measurements';
import type { SavedKind } from './saved-kind.ts';

export const measurements: SavedKind<SavedMeasurements> = {
  name: 'measurements',
  sopClassUids: [ENHANCED_SR, COMPREHENSIVE_SR, COMPREHENSIVE_3D_SR, EXTENSIBLE_SR],
  seriesNumber: 9910,
  seriesDescription: 'Measurements',
  modality: 'SR',
  makes: COMPREHENSIVE_SR,
  check: savedMeasurements,
  references: (content) => content.measurements.map(({ sopInstanceUid }) => sopInstanceUid),
  make: ({ content, ...order }) => measurementReport(content.measurements, order),
  read: (object) => {
    const read = readMeasurementReport(object);
    return (
      read && {
        content: { measurements: read.measurements },
        author: authorOf(object),
        at: contentMoment(object),
        title: read.title,
        predecessors: predecessorsOf(object),
        unread: read.unread,
      }
    );
  },
};
