// Scheduled procedure steps for modalities: what is kept and what is asked (PS3.4 annex K).
import type { DicomJson } from './types.ts';

/** A scheduled procedure step with its patient, requested procedure and imaging service request. */
export interface WorklistItem {
  /** 1 to 64 letters, digits, `.`, `_` and `-`; the feeder's own, or made here. */
  readonly id: string;
  readonly attributes: DicomJson;
}

/** What to find of the scheduled procedure steps; like `DicomQuery`, earliest start first. */
export interface WorklistItemQuery {
  readonly keys: DicomJson;
  readonly fuzzy?: boolean;
  readonly combineDateTime?: boolean;
  readonly include: readonly string[] | 'all';
  readonly limit: number;
  readonly offset?: number;
  readonly after?: string;
  readonly count?: boolean;
}
