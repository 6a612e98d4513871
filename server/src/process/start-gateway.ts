// Puts the gateway together: what takes files in and gives them back, before anybody can reach it.
import { totalmem } from 'node:os';
import type { Metadata } from '@strata/metadata/metadata';
import type { DataFolder } from '../config/data-folder.ts';
import { deidentifyKeyFile } from '../config/deidentify-key.ts';
import type { Logger } from '../config/log.ts';
import type { Settings } from '../config/settings/settings.ts';
import { Admission } from '../gateway/admission.ts';
import type { BlobHome } from '../gateway/blob-home.ts';
import { CodingPool } from '../gateway/coding-pool.ts';
import { CommitQueue } from '../gateway/commit-queue.ts';
import { DeidentifyRules } from '../gateway/deidentify-rules.ts';
import { Gateway } from '../gateway/gateway.ts';
import { Quarantine } from '../gateway/quarantine.ts';
import { isMetadataAway } from '../gateway/refusal.ts';
import { SharedKey } from '../gateway/shared-key.ts';
import { Routing } from '../routing/routing.ts';
import type { UndoList } from './undo.ts';

/** Files in memory at once, and their bytes together; coding a file takes about four times its size. */
const MAX_FILES_IN_FLIGHT = 64;
const MAX_BYTES_IN_FLIGHT = Math.min(2 ** 30, Math.floor(totalmem() / 16));

export interface GatewayOptions {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly metadata: Metadata;
  readonly store: BlobHome;
  /** Told of each study that has changed, before anything is acknowledged. */
  readonly onStored: (studyUid: string) => void;
  readonly log: Logger;
}

export interface StartedGateway {
  readonly gateway: Gateway;
  readonly quarantine: Quarantine;
  /** What all files that come in may hold in memory together. */
  readonly admission: Admission;
  /** Not started yet. */
  readonly routing: Routing;
  readonly deidentify: DeidentifyRules;
  readonly sharedKey: SharedKey;
}

export async function startGateway(options: GatewayOptions, undo: UndoList): Promise<StartedGateway> {
  const { folder, settings, metadata, store, onStored, log } = options;
  const coding = new CodingPool((error) =>
    log.warn({ code: error.code, err: error }, 'a coding worker was replaced'),
  );
  undo.add(() => coding.close());
  const admission = new Admission(MAX_FILES_IN_FLIGHT, MAX_BYTES_IN_FLIGHT);
  const patience = { isAway: isMetadataAway, patienceMs: settings.metadata.patience * 1000 };
  const routing = new Routing(settings);
  const sharedKey = new SharedKey(deidentifyKeyFile(folder.path), metadata.pool);
  const deidentify = await DeidentifyRules.open(settings, () => sharedKey.read());
  // Where no rule needs it: the others, who may have none yet, get it, and an export is told what is wrong.
  await sharedKey
    .offer()
    .catch((error) => log.warn({ reason: String(error) }, 'no pseudonyms are made here'));
  const commits = new CommitQueue(metadata, patience, (studyUid) => {
    onStored(studyUid);
    routing.wake();
  });
  const quarantine = new Quarantine(folder.quarantine);
  const gateway = new Gateway({
    ...{ store, metadata, commits, patience, coding, quarantine, deidentify, log },
    errandsOf: (record, source) => routing.errandsOf(record, source),
  });
  return { gateway, quarantine, admission, routing, deidentify, sharedKey };
}
