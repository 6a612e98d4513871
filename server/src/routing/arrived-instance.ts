// An instance as the rules look at it: what it is, and who sent it.
import type { InstanceRecord } from '@strata/metadata/records';
import type { Condition } from '../config/settings/routing-sections.ts';
import type { IngestSource } from '../gateway/ingest-source.ts';
import { fitsOne } from './text-patterns.ts';

/** Where it first came from: a file that was tried again came the way that it came at first. */
export function firstSource(source: IngestSource): Exclude<IngestSource, { kind: 'retry' }> {
  if (source.kind !== 'retry') return source;
  return source.original === null ? { kind: 'import' } : firstSource(source.original);
}

/** Whether everything that a condition names is so. */
export function holds(condition: Condition, record: InstanceRecord, source: IngestSource): boolean {
  const first = firstSource(source);
  const { series, study } = record;
  const fits = (text: string, patterns: readonly string[] | undefined): boolean =>
    patterns === undefined || fitsOne(text, patterns);
  const sentBy = (title: 'callingAe' | 'calledAe'): boolean => {
    const titles = condition[title];
    return titles === undefined || (first.kind === 'dimse' && titles.includes(first[title]));
  };
  return (
    sentBy('callingAe') &&
    sentBy('calledAe') &&
    fits(series.modality, condition.modality) &&
    fits(series.bodyPart, condition.bodyPart) &&
    fits(study.description, condition.studyDescription) &&
    fits(series.description, condition.seriesDescription) &&
    fits(attribute(record, '00081010'), condition.stationName) &&
    fits(attribute(record, '00080080'), condition.institution)
  );
}

/** The first value of an attribute that is kept with the instance, or ''. */
function attribute(record: InstanceRecord, tag: string): string {
  const value = record.attributes?.[tag]?.Value?.[0];
  return typeof value === 'string' ? value : '';
}
