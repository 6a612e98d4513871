// Digests as the tables have them.
import { MetadataError } from '../errors.ts';

export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The bytes of a digest, none of ''. @throws MetadataError `invalid` for what is no digest */
export function bytesOf(digest: string): Buffer {
  if (digest !== '' && !isDigest(digest)) {
    throw new MetadataError('invalid', `${JSON.stringify(digest.slice(0, 80))} is not the digest of a blob.`);
  }
  return Buffer.from(digest, 'hex');
}
