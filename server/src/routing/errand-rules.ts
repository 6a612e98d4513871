// Which errands an instance leads to when it is stored, by the rules of the settings.
import type { NewErrand } from '@strata/metadata/errands/errand';
import type { InstanceRecord } from '@strata/metadata/records';
import type { Destination, ForwardRule, PrefetchRule } from '../config/settings/routing-sections.ts';
import type { IngestSource } from '../gateway/ingest-source.ts';
import { firstSource, holds } from './arrived-instance.ts';
import { fitsOne } from './text-patterns.ts';

export interface RoutingRules {
  readonly forward: readonly ForwardRule[];
  readonly prefetch: readonly PrefetchRule[];
}

/** What a study is known by before its images, and what is asked for when its priors are fetched. */
export interface PrefetchDetails {
  readonly patientId: string;
  readonly issuer: string;
  readonly modality: string;
  readonly bodyPart: string;
  /** The study's own UID, which is not its prior; '' when it has none yet. */
  readonly studyUid: string;
}

/** `dicom:AETITLE`, `notify:AETITLE` or `stow:ADDRESS`: the name of a destination in lists. */
export function targetOf(destination: Destination): string {
  if ('notify' in destination) return `notify:${destination.notify}`;
  return 'peer' in destination ? `dicom:${destination.peer}` : `stow:${destination.stow}`;
}

/** The errands of an instance that was stored just now: one for each destination, and what its study's priors need. */
export function errandsOf(rules: RoutingRules, record: InstanceRecord, source: IngestSource): NewErrand[] {
  return [
    ...forwardErrands(rules.forward, record, source),
    ...arrivalErrands(rules.prefetch, record, source),
  ];
}

function forwardErrands(
  rules: readonly ForwardRule[],
  record: InstanceRecord,
  source: IngestSource,
): NewErrand[] {
  const first = firstSource(source);
  const errands = new Map<string, NewErrand>();
  for (const rule of rules) {
    const target = targetOf(rule.to);
    if (errands.has(target) || !rule.sources.includes(first.kind)) continue;
    // Who sent it has it: two archives that forward to each other would never end.
    if (cameFrom(first) === target || !holds(rule.when, record, source)) continue;
    const { uid } = 'notify' in rule.to ? record.study : record.instance;
    errands.set(target, { kind: 'forward', target, rule: rule.name, uid });
  }
  return [...errands.values()];
}

function cameFrom(source: ReturnType<typeof firstSource>): string {
  if (source.kind === 'dimse') return `dicom:${source.callingAe}`;
  return source.kind === 'prefetch' ? `dicom:${source.peer}` : '';
}

function arrivalErrands(
  rules: readonly PrefetchRule[],
  record: InstanceRecord,
  source: IngestSource,
): NewErrand[] {
  const first = firstSource(source);
  const { patient, series, study } = record;
  // What was prefetched asks for nothing more, and what an archive sends by itself it has sent with its priors.
  const from = cameFrom(first);
  if (first.kind === 'prefetch' || first.kind === 'saved') return [];
  return prefetchErrands(
    rules.filter((rule) => rule.on.includes('arrived') && from !== `dicom:${rule.from}`),
    {
      ...{ patientId: patient.id, issuer: patient.issuer, studyUid: study.uid },
      ...{ modality: series.modality, bodyPart: series.bodyPart },
    },
    study.uid,
  );
}

/** The errands of a step on the modality worklist. @param uid what tells this step from others */
export function scheduledErrands(
  rules: readonly PrefetchRule[],
  details: PrefetchDetails,
  uid: string,
): NewErrand[] {
  return prefetchErrands(
    rules.filter((rule) => rule.on.includes('scheduled')),
    details,
    details.studyUid || uid,
  );
}

function prefetchErrands(rules: readonly PrefetchRule[], details: PrefetchDetails, uid: string): NewErrand[] {
  if (details.patientId === '') return [];
  const fits = (text: string, patterns: readonly string[] | undefined): boolean =>
    patterns === undefined || fitsOne(text, patterns);
  return rules
    .filter(({ when }) => fits(details.modality, when.modality) && fits(details.bodyPart, when.bodyPart))
    .map((rule) => ({
      kind: 'prefetch',
      target: `dicom:${rule.from}`,
      rule: rule.name,
      uid,
      details: { ...details },
    }));
}
