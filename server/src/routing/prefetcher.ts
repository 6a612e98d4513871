// Fetches the priors of a patient from another archive when a study is scheduled or arrives.
import type { Errand, Settlement } from '@strata/metadata/errands/errand';
import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../config/log.ts';
import type { PrefetchRule } from '../config/settings/routing-sections.ts';
import type { PrefetchDetails } from './errand-rules.ts';
import { ErrandRunner } from './errand-runner.ts';
import { afterRefusal } from './patience.ts';
import { type PriorStudy, priorsToFetch } from './priors.ts';

/** What another archive is asked; each throws AwayError when it cannot be reached. */
export interface Archive {
  /** The studies that it has of a patient. @param issuer '' when it is not known */
  studiesOf(peer: string, patientId: string, issuer: string, signal: AbortSignal): Promise<PriorStudy[]>;
  /**
   * Has a study brought here, durably.
   * @throws Error when the archive refuses, or some of it did not come
   */
  fetchStudy(peer: string, studyUid: string, by: PrefetchRule['by'], signal: AbortSignal): Promise<void>;
}

export interface PrefetcherParts {
  readonly metadata: Metadata;
  readonly rules: readonly PrefetchRule[];
  readonly archive: Archive;
  readonly log: Logger;
}

/** Starts to prefetch; `wake` it when a study came, and `stop` it at the end. */
export function startPrefetcher(parts: PrefetcherParts): ErrandRunner {
  const { metadata, log, rules } = parts;
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  return new ErrandRunner({
    ...{ errands: metadata.errands, kind: 'prefetch', batch: 1, log },
    perform: async (_, errands, settle, signal) => {
      for (const errand of errands) settle(await prefetch(parts, byName.get(errand.rule), errand, signal));
    },
  });
}

async function prefetch(
  { metadata, archive, log }: PrefetcherParts,
  rule: PrefetchRule | undefined,
  errand: Errand,
  signal: AbortSignal,
): Promise<Settlement> {
  const { id } = errand;
  if (!rule) {
    return { id, outcome: 'failed', error: `The settings have no rule "${errand.rule}" any more.` };
  }
  const details = errand.details as unknown as PrefetchDetails;
  const there = await archive.studiesOf(rule.from, details.patientId, details.issuer, signal);
  const failures: string[] = [];
  for (const prior of priorsToFetch(there, rule, details)) {
    signal.throwIfAborted();
    const here = await metadata.study(prior.studyUid);
    const instances = here?.series.reduce((sum, series) => sum + series.instances.length, 0) ?? 0;
    if (here && instances >= prior.instances) continue;
    try {
      await archive.fetchStudy(rule.from, prior.studyUid, rule.by, signal);
      log.info({ studyUid: prior.studyUid, from: rule.from, rule: rule.name }, 'fetched a prior study');
    } catch (error) {
      if (error instanceof Error && error.name === 'AwayError') throw error;
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (failures.length > 0) return afterRefusal(errand, failures.join(' '));
  return { id, outcome: 'done', remember: true };
}
