// What is written beside a file in quarantine: why it is there, since when, and from whom.
import { z } from 'zod';
import type { IngestSource } from './ingest-source.ts';

const plainSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('import') }),
  z.object({
    kind: z.literal('dimse'),
    callingAe: z.string(),
    calledAe: z.string(),
    peer: z.string(),
  }),
  z.object({ kind: z.literal('stow'), peer: z.string() }),
  z.object({ kind: z.literal('prefetch'), peer: z.string() }),
  z.object({ kind: z.literal('saved') }),
]);

const text = z.string().max(4096);
const noteShape = z.object({
  /** As far as the file could be read. */
  sopInstanceUid: text.nullish().default(null),
  /** SHA-256 of the file that is kept here. */
  fileDigest: text,
  /** SHA-256 of the file that is stored under the same UID, where that is the contradiction. */
  storedDigest: text.nullish().default(null),
  /** Why it was refused, for programs; notes of the first versions only know conflicts. */
  code: text.default('conflict'),
  reason: text,
  /** Where it came from; null where the note does not say. */
  source: plainSource.nullish().default(null).catch(null),
  /** Whether the file is not as it came but was de-identified before. */
  deidentified: z.boolean().default(false),
  receivedAt: text,
  /** When it was last received again or tried again; null when never. */
  lastTriedAt: text.nullish().default(null),
  /** How often it was refused. */
  refusals: z.int().min(1).default(1),
});

export type QuarantineNote = Readonly<z.output<typeof noteShape>>;

/** The part of a note that the one who refuses a file knows. */
export interface QuarantineReason {
  readonly sopInstanceUid: string | null;
  readonly fileDigest: string;
  readonly storedDigest: string | null;
  readonly code: string;
  readonly reason: string;
  readonly source: IngestSource;
  readonly deidentified: boolean;
}

/** The note of a file that comes to quarantine, `earlier` being the one that it has already. */
export function noteOf(
  reason: QuarantineReason,
  earlier: QuarantineNote | null,
  now: string,
): QuarantineNote {
  const source = reason.source.kind === 'retry' ? (earlier?.source ?? null) : reason.source;
  return {
    ...reason,
    source: source as QuarantineNote['source'],
    receivedAt: earlier?.receivedAt ?? now,
    lastTriedAt: earlier === null ? null : now,
    refusals: (earlier?.refusals ?? 0) + 1,
  };
}

/** @returns null when the text is no note */
export function parseNote(json: string): QuarantineNote | null {
  try {
    const { data, success } = noteShape.safeParse(JSON.parse(json));
    return success ? data : null;
  } catch {
    return null;
  }
}
