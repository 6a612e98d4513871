// A file that is to be imported, wherever it lies.
import type { Readable } from 'node:stream';

export interface Source {
  /** What the report calls it: its path, or `archive.zip/entry`. */
  readonly name: string;
  readonly bytes: number;
  /** Its content from the start; may be called again. @throws the file system's error, or one of the archive */
  open(): Promise<Readable>;
}

/** Something that was named or found and cannot be imported, and why. */
export interface Unusable {
  readonly name: string;
  readonly code: string;
  readonly reason: string;
}

export type Found = { readonly source: Source } | { readonly unusable: Unusable };
