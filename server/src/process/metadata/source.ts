// Where metadata come from: a database of this process, or one that runs elsewhere.
import type { Metadata } from '@strata/metadata/metadata';

/** A database with the metadata opened on it. */
export interface OpenedMetadata {
  readonly metadata: Metadata;
  /** Resolves with the reason when it has to be opened again; never after `close`. */
  readonly gone: Promise<string>;
  close(): Promise<void>;
}

export interface MetadataSource {
  /** What /ready says while the database is away. */
  readonly away: string;
  /** How long changes wait for it. */
  readonly patienceMs: number;
  /** @throws MetadataError, StartError */
  open(): Promise<OpenedMetadata>;
}
