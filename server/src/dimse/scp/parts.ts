// What the services work with.
import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../../config/log.ts';
import type { DicomSettings } from '../../config/settings/dicom-section.ts';
import type { Admission } from '../../gateway/admission.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Messages, Request } from '../messages/messages.ts';
import type { Commitments } from './commitments.ts';
import type { ReceivingPlace } from './received-file.ts';

export interface DimseParts {
  readonly settings: DicomSettings;
  /** Folder of the settings file, for the files that it names. */
  readonly settingsFolder: string;
  readonly gateway: Gateway;
  readonly metadata: Metadata;
  /** What all that is taken in or given out may hold in memory. */
  readonly admission: Admission;
  readonly receiving: ReceivingPlace;
  readonly commitments: Commitments;
  readonly log: Logger;
}

/** An association as the services see it. */
export interface Caller {
  readonly messages: Messages;
  readonly callingAe: string;
  readonly calledAe: string;
  /** `address:port` */
  readonly peer: string;
  /** What extended negotiation agreed on, by SOP class. */
  readonly extended: ReadonlyMap<string, Uint8Array>;
}

/** Serves a request and answers it. What it throws ends the association. */
export type Service = (request: Request, caller: Caller, parts: DimseParts) => Promise<void>;
