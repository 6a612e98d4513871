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

/** What all sessions share. */
export interface SessionParts {
  readonly blobs: FramesBlobs;
  readonly turns: Turns;
  readonly manifests: Manifests;
  readonly metadata: ManifestSource;
  readonly serverId: string;
  pool: readonly Server[];
  readonly admits: (hello: Hello) => boolean;
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
