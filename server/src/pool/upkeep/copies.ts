// The copies on one server, this one or another, as upkeep works with them.
import type { BlobCheck } from '@strata/store/blob-store';

/** A blob by its SHA-256 in hex, with its length in bytes. */
export interface CopiedBlob {
  readonly digest: string;
  readonly length: number;
}

/**
 * `source`: what the other server gave was not the blob, or nothing; `target`: the disk that was to take it failed or is
 * full; `away`: one of the two could not be reached.
 */
export type CopyFailure = 'source' | 'target' | 'away';

/** A copy that was not made. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
  readonly failure: CopyFailure;

  constructor(failure: CopyFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

export interface Copies {
  /**
   * Takes a copy from another server, or from another disk of this one, verified while it is written, on the disk when this
   * returns. A copy that is there already is proven, a damaged one replaced. Throws CopyError.
   */
  fetch(blob: CopiedBlob, from: string, disk: string, signal: AbortSignal): Promise<void>;
  /** Reads a copy again. Throws CopyError `away`. */
  verify(blob: CopiedBlob, signal: AbortSignal): Promise<BlobCheck>;
  /**
   * Gives a surplus copy up: off the list, then off the disk, unless fewer than `leastOthers` others would be left.
   * @returns whether it is gone. Throws CopyError `away`.
   */
  remove(digest: string, leastOthers: number, signal: AbortSignal): Promise<boolean>;
}

/** The copies on a server by its id. */
export type CopiesOf = (server: string) => Copies;
