// The shares in the database: made, listed, revoked, found by the hash of their token. Only its clock says what has ended.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { MetadataError } from '../errors.ts';
import { cleanText } from '../text.ts';
import {
  type FoundShare,
  MAX_LIVE_SHARES,
  MAX_MADE_BY,
  MAX_NOTE,
  MAX_SHARE_DAYS,
  type NewShare,
  type Share,
  type ShareState,
} from './share.ts';

/** As `Metadata` asks the primary, and whoever answers. */
export interface ShareDatabase {
  change<Result>(query: (database: Database) => Promise<Result>): Promise<Result>;
  read<Result>(query: (database: Database) => Promise<Result>): Promise<Result>;
}

const MAX_LISTED = 200;
/** Those that have ended are forgotten after a while. */
const REMEMBERED = '400 days';
/** A use is written down this often at most. */
const USE_NOTED_EVERY = '1 minute';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HASH_BYTES = 32;
const MOMENT =
  /^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const columns = sql`id, study_uid, made_by, note, made_at, expires_at, revoked_at, used_at,
  case when revoked_at is not null then 'revoked' when expires_at <= clock_timestamp() then 'ended' else 'open' end as state,
  greatest(0, extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as left_ms`;

/** Every method throws MetadataError: `unavailable`, `no-space`, `invalid`, `failed`. */
export class Shares {
  readonly #database: ShareDatabase;

  constructor(database: ShareDatabase) {
    this.#database = database;
  }

  /** Makes a share; durable when this returns. Throws MetadataError `invalid` for what is out of range, or too many. */
  async make(share: NewShare): Promise<Share> {
    const { studyUid, tokenHash, madeBy, note, ends } = checked(share);
    const id = randomUUID(); // before it may be run again
    const end =
      'until' in ends
        ? sql`${ends.until}::timestamptz`
        : sql`clock_timestamp() + make_interval(secs => ${ends.seconds}::float8)`;
    const row = await this.#database.change(async (database) => {
      const { rows: asked } = await sql<{ fits: boolean }>`select ${end} between clock_timestamp()
        and clock_timestamp() + make_interval(days => ${MAX_SHARE_DAYS}::integer) as fits`.execute(database);
      if (!asked[0]?.fits) throw badEnd();
      const { rows } = await sql<Row>`insert into shares (id, study_uid, token, made_by, note, expires_at)
        select ${id}::uuid, ${studyUid}, ${Buffer.from(tokenHash)}, ${madeBy}, ${note},
          ${end}
        where (select count(*) from shares where study_uid = ${studyUid} and revoked_at is null
          and expires_at > clock_timestamp()) < ${MAX_LIVE_SHARES}::integer
        on conflict (id) do update set note = excluded.note
        returning ${columns}`.execute(database);
      await sql`delete from shares where study_uid = ${studyUid}
        and expires_at < clock_timestamp() - ${REMEMBERED}::interval`.execute(database);
      return rows[0];
    });
    if (row) return shareOf(row);
    throw invalid(`This study has ${MAX_LIVE_SHARES} links that are open: revoke some of them first.`);
  }

  /** The shares of a study, the newest first, those that have ended too; 200 at most. */
  async of(studyUid: string): Promise<Share[]> {
    const { rows } = await this.#database.read((database) =>
      sql<Row>`select ${columns} from shares where study_uid = ${studyUid}
        order by made_at desc, id limit ${MAX_LISTED}`.execute(database),
    );
    return rows.map(shareOf);
  }

  /** Ends a share of a study now; durable when this returns. @returns it, or null when the study has no such share */
  async revoke(studyUid: string, id: string): Promise<Share | null> {
    if (!ID.test(id)) return null;
    const { rows } = await this.#database.change((database) =>
      sql<Row>`update shares set revoked_at = coalesce(revoked_at, clock_timestamp())
        where id = ${id}::uuid and study_uid = ${studyUid} returning ${columns}`.execute(database),
    );
    return rows[0] ? shareOf(rows[0]) : null;
  }

  /** What a token opens, by its SHA-256; null when nobody gave it out. */
  async find(tokenHash: Uint8Array): Promise<FoundShare | null> {
    const { rows } = await this.#database.read((database) =>
      sql<Row>`select ${columns} from shares where token = ${Buffer.from(tokenHash)}`.execute(database),
    );
    return rows[0] ? { ...shareOf(rows[0]), leftMs: rows[0].left_ms } : null;
  }

  /** Writes down that a share was used; not more often than every minute. */
  async noteUse(id: string): Promise<void> {
    await this.#database.change((database) =>
      sql`update shares set used_at = clock_timestamp() where id = ${id}::uuid
        and (used_at is null or used_at < clock_timestamp() - ${USE_NOTED_EVERY}::interval)`.execute(
        database,
      ),
    );
  }
}

interface Row {
  id: string;
  study_uid: string;
  made_by: string;
  note: string;
  made_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  used_at: Date | null;
  state: ShareState;
  left_ms: number;
}

function shareOf(row: Row): Share {
  return {
    ...{ id: row.id, studyUid: row.study_uid, madeBy: row.made_by, note: row.note, state: row.state },
    madeAt: row.made_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
    usedAt: row.used_at?.toISOString() ?? null,
  };
}

function checked(share: NewShare): NewShare {
  const { studyUid, tokenHash, ends } = share;
  const madeBy = cleanText(share.madeBy).trim();
  const note = cleanText(share.note).trim();
  if (!/^[\x21-\x7e]{1,128}$/.test(studyUid)) throw invalid('The UID of the study is none.');
  if (tokenHash.length !== HASH_BYTES) throw invalid('The hash of the token is not a SHA-256.');
  if (madeBy.length > MAX_MADE_BY) throw invalid(`The name has more than ${MAX_MADE_BY} characters.`);
  if (note.length > MAX_NOTE) throw invalid(`The note has more than ${MAX_NOTE} characters.`);
  const isEnd = 'until' in ends ? MOMENT.test(ends.until) : Number.isFinite(ends.seconds) && ends.seconds > 0;
  if (!isEnd || ('seconds' in ends && ends.seconds > MAX_SHARE_DAYS * 86_400)) throw badEnd();
  return { studyUid, tokenHash, madeBy, note, ends };
}

function badEnd(): MetadataError {
  return invalid(`A link ends in the future, at most ${MAX_SHARE_DAYS} days from now.`);
}

function invalid(message: string): MetadataError {
  return new MetadataError('invalid', message);
}
