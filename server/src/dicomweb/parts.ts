// What the DICOMweb routes work with.
import type { Metadata } from '@strata/metadata/metadata';
import type { Logger } from '../config/log.ts';
import type { Admission } from '../gateway/admission.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { PresentingPool } from './presenting/presenting-pool.ts';
import type { Spool } from './stow/spool.ts';

/** What the process gives. */
export interface DicomwebParts {
  readonly gateway: Gateway;
  readonly metadata: Metadata;
  /** What all files that come in may hold in memory together. */
  readonly admission: Admission;
  readonly log: Logger;
  /** A folder for bodies that are received; emptied at the start. */
  readonly incoming: string;
}

/** And what the routes share. */
export interface Serving extends DicomwebParts {
  readonly presenting: PresentingPool;
  readonly spool: Spool;
  /** What all answers that go out may hold in memory together: slow receivers must not keep files from coming in. */
  readonly outgoing: Admission;
  /** Requests that are received at once. */
  readonly receiving: Admission;
}
