// Lets forwarding and prefetching begin, once everything that they work with runs.
import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../config/log.ts';
import type { Settings } from '../config/settings/settings.ts';
import { MemoryBudget } from '../dimse/scp/memory-budget.ts';
import type { Admission } from '../gateway/admission.ts';
import type { DeidentifyRules } from '../gateway/deidentify-rules.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { DicomPeers } from '../routing/dicom-peers.ts';
import type { Routing } from '../routing/routing.ts';

export interface StartRoutingParts {
  readonly settings: Settings;
  readonly gateway: Gateway;
  readonly metadata: Metadata;
  readonly admission: Admission;
  readonly deidentify: DeidentifyRules;
  /** Folder for images that are still coming and too large for memory; it is there. */
  readonly spool: string;
  readonly log: Logger;
}

/** Memory for images that an archive sends because they were asked for, in bytes. */
const RECEIVING_BYTES = 64 * 2 ** 20;

export function startRouting(routing: Routing, parts: StartRoutingParts): void {
  const { settings, gateway, metadata, admission, deidentify, spool, log } = parts;
  const archive = new DicomPeers({
    ...{ gateway, admission },
    peers: settings.dicom.peers,
    calling: { settings: settings.dicom, settingsFolder: settings.folder },
    receiving: { spool, budget: new MemoryBudget(RECEIVING_BYTES) },
  });
  routing.start({
    ...{ metadata, gateway, archive, sendToPeer: archive.sendToPeer, notifyPeer: archive.notifyPeer, log },
    orderOf: (rule) => (rule.deidentify ? deidentify.orderBy(rule.deidentify) : null),
  });
}
