// What the connections of one image role share.
import type { Hello, Server } from '@strata/protocol/messages';
import type { FramesBlobs } from './frames-blobs.ts';
import type { ImageTiming } from './limits.ts';
import type { ManifestSource, Manifests } from './manifests.ts';
import type { Turns } from './turns.ts';

/** The part of pino's Logger that the image role uses. */
export interface ImageLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What a connection is limited to: one study, for as long as it is open to it. */
export interface Scope {
  readonly studyUid: string;
  /** Asked now and then; never rejects for want of the metadata service. */
  readonly isOpen: () => Promise<boolean>;
}

/** Whether a client may come in, to everything or to what its scope says. */
export type Admitted = boolean | Scope;

/** What all sessions share. */
export interface SessionParts {
  readonly blobs: FramesBlobs;
  readonly turns: Turns;
  readonly manifests: Manifests;
  readonly metadata: ManifestSource;
  readonly serverId: string;
  pool: readonly Server[];
  readonly admits: (hello: Hello) => Admitted | Promise<Admitted>;
  readonly log: ImageLog;
  readonly counters: Counters;
  readonly timing: ImageTiming;
}

export interface Counters {
  requests: number;
  failures: number;
  levels: number;
  bytes: number;
  reports: number;
  violations: number;
}
