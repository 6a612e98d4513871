// Sends stored instances on to where the rules want them.
import type { Errand, Settlement } from '@strata/metadata/errands/errand';
import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../config/log.ts';
import type { ForwardRule } from '../config/settings/routing-sections.ts';
import type { DeidentifyOrder } from '../gateway/deidentify-order.ts';
import { targetOf } from './errand-rules.ts';
import { ErrandRunner } from './errand-runner.ts';
import { fileOf, type Outgoing, type OutgoingGateway } from './forward-files.ts';
import { type Delivered, stow } from './forward-to-site.ts';
import { type NotifyPeer, notifyOf } from './notifier.ts';
import { afterRefusal } from './patience.ts';

/** An instance on its way to a destination. */
interface Delivery extends Outgoing {
  /** For a destination by STOW-RS. */
  readonly headers: Readonly<Record<string, string>>;
  readonly report: (delivered: Delivered) => void;
}

/**
 * Sends instances to a peer by C-STORE, on one association.
 * @throws AwayError when there is no association or it breaks; what was not reported is tried again
 */
export type SendToPeer = (
  peer: string,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
) => Promise<void>;

export interface ForwarderParts {
  readonly metadata: Metadata;
  readonly gateway: OutgoingGateway;
  readonly rules: readonly ForwardRule[];
  /** What is to be taken out by a rule; null where it says nothing of it. */
  readonly orderOf: (rule: ForwardRule) => DeidentifyOrder | null;
  readonly sendToPeer: SendToPeer;
  readonly notifyPeer: NotifyPeer;
  readonly log: Logger;
}

/** Instances on one association, and claimed at once. */
const BATCH = 100;

/** Starts to forward; `wake` it when something was committed, and `stop` it at the end. */
export function startForwarder(parts: ForwarderParts): ErrandRunner {
  const forwarding = new Forwarding(parts);
  return new ErrandRunner({
    errands: parts.metadata.errands,
    kind: 'forward',
    batch: BATCH,
    perform: (target, errands, settle, signal) => forwarding.perform(target, errands, settle, signal),
    log: parts.log,
  });
}

type Settle = (settlement: Settlement) => void;

class Forwarding {
  readonly #parts: ForwarderParts;
  readonly #rules: ReadonlyMap<string, ForwardRule>;

  constructor(parts: ForwarderParts) {
    this.#parts = parts;
    this.#rules = new Map(parts.rules.map((rule) => [rule.name, rule]));
  }

  async perform(
    target: string,
    errands: readonly Errand[],
    settle: Settle,
    signal: AbortSignal,
  ): Promise<void> {
    if (target.startsWith('notify:')) return this.#notify(target, errands, settle, signal);
    const deliveries: Delivery[] = [];
    for (const errand of errands) {
      const delivery = await this.#prepare(target, errand, settle);
      if (delivery) deliveries.push(delivery);
    }
    if (deliveries.length === 0) return;
    if (target.startsWith('dicom:')) {
      await this.#parts.sendToPeer(target.slice('dicom:'.length), deliveries, signal);
    } else {
      await this.#sendToSite(target.slice('stow:'.length), deliveries, signal);
    }
  }

  async #prepare(target: string, errand: Errand, settle: Settle): Promise<Delivery | null> {
    const rule = this.#ruleOf(target, errand, settle);
    if (rule === null) return null;
    const record = await this.#parts.metadata.instance(errand.uid);
    if (record === null) {
      settle({ id: errand.id, outcome: 'failed', error: 'The instance is not stored any more.' });
      return null;
    }
    return {
      record,
      transferSyntax: rule.transferSyntax ?? null,
      headers: 'headers' in rule.to ? rule.to.headers : {},
      deidentify: this.#parts.orderOf(rule),
      report: (delivered) =>
        settle(
          delivered.taken
            ? { id: errand.id, outcome: 'done', remember: false }
            : afterRefusal(errand, delivered.reason),
        ),
    };
  }

  #ruleOf(target: string, errand: Errand, settle: Settle): ForwardRule | null {
    const rule = this.#rules.get(errand.rule);
    if (rule && targetOf(rule.to) === target) return rule;
    const error = `The settings have no rule "${errand.rule}" to ${target} any more.`;
    settle({ id: errand.id, outcome: 'failed', error });
    return null;
  }

  async #notify(
    target: string,
    errands: readonly Errand[],
    settle: Settle,
    signal: AbortSignal,
  ): Promise<void> {
    for (const errand of errands) {
      signal.throwIfAborted();
      if (this.#ruleOf(target, errand, settle) === null) continue;
      settle(await notifyOf(this.#parts, target.slice('notify:'.length), errand));
    }
  }

  async #sendToSite(address: string, deliveries: readonly Delivery[], signal: AbortSignal): Promise<void> {
    for (const delivery of deliveries) {
      const { report, headers } = delivery;
      signal.throwIfAborted();
      let file: Uint8Array;
      try {
        file = await fileOf(this.#parts.gateway, delivery);
      } catch (error) {
        report({ taken: false, reason: error instanceof Error ? error.message : String(error) });
        continue;
      }
      report(await stow(address, file, signal, headers));
    }
  }
}
