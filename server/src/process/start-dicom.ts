// Opens the gateway to the DICOM network, and lets forwarding and prefetching begin.
import { totalmem } from 'node:os';
import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../config/log.ts';
import type { Settings } from '../config/settings/settings.ts';
import { commitmentFolder, DicomService, spoolFolder } from '../dimse/dicom-service.ts';
import type { StartedGateway } from './start-gateway.ts';
import { startRouting } from './start-routing.ts';
import type { UndoList } from './undo.ts';

/** Memory for images that still come over DICOM, before they are admitted; beyond it they go to disk. */
const RECEIVING_BYTES = Math.min(2 ** 28, Math.floor(totalmem() / 32));

export interface DicomOptions extends StartedGateway {
  readonly settings: Settings;
  readonly metadata: Metadata;
  /** The data folder. */
  readonly data: string;
  readonly log: Logger;
}

/** @throws StartError; the service is to be stopped by the caller, together with what else finishes its work */
export async function startDicom(options: DicomOptions, undo: UndoList): Promise<DicomService> {
  const { gateway, admission, routing, deidentify, settings, metadata, data, log } = options;
  const spool = spoolFolder(data);
  const dicom = await DicomService.start({
    ...{ gateway, metadata, admission, log, spool },
    settings: settings.dicom,
    settingsFolder: settings.folder,
    commitmentFolder: commitmentFolder(data),
    receivingBytes: RECEIVING_BYTES,
  });
  startRouting(routing, { settings, gateway, metadata, admission, deidentify, spool, log });
  undo.add(() => routing.stop());
  return dicom;
}
