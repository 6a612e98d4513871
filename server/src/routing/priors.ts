// Which of a patient's studies at another archive are worth fetching: the newest that a rule asks for.
import type { PrefetchRule } from '../config/settings/routing-sections.ts';
import type { PrefetchDetails } from './errand-rules.ts';
import { fitsOne } from './text-patterns.ts';

/** A study as another archive describes it. */
export interface PriorStudy {
  readonly studyUid: string;
  /** YYYYMMDD or ''. */
  readonly date: string;
  readonly time: string;
  readonly modalities: readonly string[];
  readonly description: string;
  /** How many instances it has there; 0 when the archive does not say. */
  readonly instances: number;
}

const YEAR_MS = 365.2425 * 24 * 3_600_000;

/** The priors to fetch, newest first. @param today in milliseconds since 1970 */
export function priorsToFetch(
  studies: readonly PriorStudy[],
  { priors, when }: PrefetchRule,
  { studyUid }: PrefetchDetails,
  today = Date.now(),
): PriorStudy[] {
  const modality = priors.modality ?? when.modality;
  const oldest = priors.withinYears === undefined ? '' : dateText(today - priors.withinYears * YEAR_MS);
  const { studyDescription } = priors;
  return studies
    .filter((study) => study.studyUid !== '' && study.studyUid !== studyUid)
    .filter((study) => modality === undefined || study.modalities.some((one) => fitsOne(one, modality)))
    .filter((study) => studyDescription === undefined || fitsOne(study.description, studyDescription))
    .filter((study) => study.date >= oldest)
    .toSorted((a, b) => (a.date + a.time < b.date + b.time ? 1 : -1))
    .slice(0, priors.newest);
}

function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
}
