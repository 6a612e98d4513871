// Unique identifiers of what is made here: UUIDs under 2.25 (PS3.5 annex B.2).
import { createHash, randomUUID } from 'node:crypto';

/** A UID that nobody else has. */
export function newUid(): string {
  return uidOf(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'));
}

/**
 * The series in which Strata keeps what it makes of a kind in a study: the same on every server, without asking.
 * @param kind as the address has it: `measurements`
 */
export function seriesUidOf(studyUid: string, kind: string): string {
  return uidOfBytes(createHash('sha256').update(`strata saved series\n${studyUid}\n${kind}`).digest());
}

/** A UID by the first 16 bytes of a digest: a UUID of version 8 (RFC 9562 section 5.8). */
export function uidOfBytes(digest: Uint8Array): string {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes[6] = 0x80 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  return uidOf(bytes);
}

function uidOf(uuid: Buffer): string {
  return `2.25.${BigInt(`0x${uuid.toString('hex')}`)}`;
}
