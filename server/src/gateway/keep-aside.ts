// What becomes of a refused file: kept in quarantine where its sender may not have it any longer, and the answer about it.
import { createHash } from 'node:crypto';
import type { Logger } from '../config/log.ts';
import type { Identity } from './coding-messages.ts';
import type { IngestSource } from './ingest-source.ts';
import { type IngestAnswer, statusOf } from './outcome.ts';
import type { Quarantine } from './quarantine.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export interface RefusedFile extends Refusal {
  /** What is to be kept; null when it is not at hand. */
  readonly bytes: Uint8Array | null;
  /** Whether the bytes were de-identified and are not those that came. */
  readonly deidentified: boolean;
  readonly identity: Identity | null;
  /** SHA-256 of the file that is stored under the same UID, where that is the contradiction. */
  readonly storedDigest: string | null;
  readonly source: IngestSource;
}

/**
 * Whether a refused file of this source is to be kept: those who send over the network may forget what they have sent,
 * those who import have the file, a viewer has what it wants to save, and what is tried again lies in quarantine already.
 */
export function keepsRefused(source: IngestSource): boolean {
  return source.kind !== 'import' && source.kind !== 'retry' && source.kind !== 'saved';
}

/**
 * Keeps a refused file where it must be kept, and makes the answer. Where it cannot be kept either, the answer asks for the
 * file again. Never throws.
 */
export async function keepAside(
  { quarantine, log }: { quarantine: Quarantine; log: Logger },
  refused: RefusedFile,
): Promise<IngestAnswer> {
  const { bytes, identity, storedDigest, source, deidentified, code, reason } = refused;
  const uids = identity
    ? { sopInstanceUid: identity.sopInstanceUid, studyInstanceUid: identity.studyInstanceUid }
    : {};
  // What may be taken in a moment is not wrong with the file: its sender tries again.
  const passing = statusOf(code) >= 500;
  const isNotElsewhere = source.kind !== 'retry' && source.kind !== 'saved';
  const wanted = code === 'conflict' ? isNotElsewhere : keepsRefused(source) && !passing;
  if (!wanted || bytes === null) return { outcome: 'refused', ...uids, code, reason };
  const fileDigest = createHash('sha256').update(bytes).digest('hex');
  const sopInstanceUid = identity?.sopInstanceUid ?? null;
  try {
    await quarantine.keep(bytes, {
      ...{ sopInstanceUid, fileDigest, storedDigest, code, reason, source, deidentified },
    });
  } catch (error) {
    const full = refusalOf(error);
    log.error({ code: full.code, sopInstanceUid }, 'a refused file could not be kept in quarantine');
    return { outcome: 'refused', ...uids, ...full };
  }
  log.warn({ code, sopInstanceUid, fileDigest }, 'a refused file is kept in quarantine');
  return {
    outcome: 'refused',
    ...uids,
    code,
    reason: `${reason} It is kept in quarantine.`,
    quarantined: fileDigest,
  };
}
