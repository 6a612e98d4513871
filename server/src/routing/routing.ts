// Forwarding and prefetching of one Strata: the rules for what arrives, and the runners that do what they ask for.
import type { NewErrand } from '@strata/metadata/errands/errand';
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord } from '@strata/metadata/records';
import type { Logger } from '../config/log.ts';
import type { ForwardRule } from '../config/settings/routing-sections.ts';
import type { DeidentifyOrder } from '../gateway/deidentify-order.ts';
import type { IngestSource } from '../gateway/ingest-source.ts';
import {
  errandsOf,
  type PrefetchDetails,
  type RoutingRules,
  scheduledErrands,
  targetOf,
} from './errand-rules.ts';
import type { ErrandRunner } from './errand-runner.ts';
import type { OutgoingGateway } from './forward-files.ts';
import { type SendToPeer, startForwarder } from './forwarder.ts';
import type { NotifyPeer } from './notifier.ts';
import { type Archive, startPrefetcher } from './prefetcher.ts';

export interface RoutingParts {
  readonly metadata: Metadata;
  readonly gateway: OutgoingGateway;
  readonly orderOf: (rule: ForwardRule) => DeidentifyOrder | null;
  readonly sendToPeer: SendToPeer;
  readonly notifyPeer: NotifyPeer;
  readonly archive: Archive;
  readonly log: Logger;
}

export class Routing {
  readonly #rules: RoutingRules;
  #runners: readonly ErrandRunner[] = [];

  constructor(rules: RoutingRules) {
    this.#rules = rules;
  }

  /** Where rules send to, or fetch from, as they are named in lists. */
  get destinations(): string[] {
    const { forward, prefetch } = this.#rules;
    return [...forward.map(({ to }) => targetOf(to)), ...prefetch.map(({ from }) => `dicom:${from}`)];
  }

  /** What the rules ask for when this instance is stored; to be committed with it. */
  errandsOf(record: InstanceRecord, source: IngestSource): NewErrand[] {
    return errandsOf(this.#rules, record, source);
  }

  /** Begins to do errands, also those of rules that are gone: a person is told of them. */
  start(parts: RoutingParts): void {
    const { forward, prefetch } = this.#rules;
    this.#runners = [
      startForwarder({ ...parts, rules: forward }),
      startPrefetcher({ ...parts, rules: prefetch }),
    ];
  }

  /**
   * A study was scheduled: its priors are fetched where a rule says so.
   * @param uid what tells this step from others
   */
  async scheduled(metadata: Metadata, details: PrefetchDetails, uid: string): Promise<void> {
    const errands = scheduledErrands(this.#rules.prefetch, details, uid);
    if (errands.length === 0) return;
    await metadata.errands.add(errands);
    this.wake();
  }

  /** Something was committed. */
  wake(): void {
    for (const runner of this.#runners) runner.wake();
  }

  /** A person wants everything tried now. */
  hurry(): void {
    for (const runner of this.#runners) runner.hurry();
  }

  /** Ends what is under way; it goes on at the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.stop()));
  }
}
