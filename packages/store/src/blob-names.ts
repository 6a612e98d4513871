// Which file of the data folder holds which blob.
import path from 'node:path';
import { StoreError } from './errors.ts';

/** A blob by its name, SHA-256 in hex, and its length in bytes. */
export interface BlobName {
  readonly digest: string;
  readonly length: number;
}

const digestPattern = /^[0-9a-f]{64}$/;

/** Whether the text is the name of a blob: SHA-256 as 64 lower-case hex digits, so never a path out of the store. */
export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

/** Throws StoreError `bad-digest` unless the text is the name of a blob. */
export function checkDigest(digest: string): void {
  if (typeof digest === 'string' && isDigest(digest)) return;
  const shown = JSON.stringify(String(digest).slice(0, 80));
  throw new StoreError('bad-digest', `${shown} is not a blob's name: 64 lower-case hex digits are wanted.`);
}

/** The two folders, outer and inner, below `blobs/` that spread the blobs: `ab`, `ab/cd`. */
export function shardOf(digest: string): { outer: string; inner: string } {
  const outer = digest.slice(0, 2);
  return { outer, inner: path.join(outer, digest.slice(2, 4)) };
}
