// Takes a database out of use whose rows have gone elsewhere: it says where.
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { MetadataError } from '../errors.ts';
import { DumpSession } from './dump-session.ts';
import { MARKS, setMark } from './marks.ts';

/** @param place where the rows are now, without a password. Throws MetadataError. */
export async function retire(url: string, place: string): Promise<void> {
  const session = await DumpSession.open(url);
  try {
    await setMark(session.client, 'moved', place);
  } finally {
    await session.close();
  }
}

/** Throws MetadataError `refused` for a database that was taken out of use. */
export async function refuseRetired(database: Database): Promise<void> {
  const there = await sql<{
    there: boolean;
  }>`select to_regclass(${MARKS}) is not null as there`.execute(database);
  if (!there.rows[0]?.there) return;
  const { rows } = await sql<{ value: string }>`select value from ${sql.table(MARKS)}
    where name = 'moved'`.execute(database);
  const [moved] = rows;
  if (!moved) return;
  throw new MetadataError(
    'refused',
    `The metadata that were in this database were moved to ${moved.value}: start with that address (--metadata).`,
  );
}
