// A share: a link that shows one study to who has it, until a time.

/** Most days that a share may last. */
export const MAX_SHARE_DAYS = 366;
/** Characters of who made it and of the note for whom it is. */
export const MAX_MADE_BY = 120;
export const MAX_NOTE = 200;
/** Shares of one study that have not ended. */
export const MAX_LIVE_SHARES = 100;

/** What is asked for. */
export interface NewShare {
  readonly studyUid: string;
  /** SHA-256 of the token in the link, 32 bytes: the token itself is not kept. */
  readonly tokenHash: Uint8Array;
  readonly madeBy: string;
  /** For whom, or why; may be empty. */
  readonly note: string;
  readonly ends: ShareEnd;
}

/** Seconds from now by the clock of the database, or a moment (ISO 8601 with its offset from UTC). */
export type ShareEnd = { readonly seconds: number } | { readonly until: string };

/** `ended` by its time, `revoked` by somebody before. */
export type ShareState = 'open' | 'ended' | 'revoked';

/** A share as it is listed. Times are ISO 8601 in UTC, by the clock of the database. */
export interface Share {
  readonly id: string;
  readonly studyUid: string;
  readonly madeBy: string;
  readonly note: string;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  /** When it was used last, to some minutes; null for never. */
  readonly usedAt: string | null;
  readonly state: ShareState;
}

/** What a token opens. */
export interface FoundShare extends Share {
  /** Milliseconds until it ends, by the clock of the database; 0 when it has. */
  readonly leftMs: number;
}
