// Makes the search texts of studies that have none: those from before there were any, and those of older servers.
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { searchText } from './search-text.ts';

const BATCH = 2000;

interface Unsearchable {
  readonly id: number;
  readonly patient_name: string;
  readonly description: string;
  readonly referring_physician: string;
}

/**
 * Fills in up to 2000 studies behind a position (null at first). Those that somebody else is changing are left alone.
 * @returns the position reached, null when there was none left
 */
export async function fillSearchTexts(database: Database, after: string | null): Promise<string | null> {
  const { rows } =
    await sql<Unsearchable>`select id, patient_name, description, referring_physician from studies
    where name_search = '' and id > ${Number(after ?? 0)} order by id limit ${BATCH}
    for no key update skip locked`.execute(database);
  if (rows.length === 0) return null;
  const texts = (of: (row: Unsearchable) => string) => rows.map((row) => searchText(of(row)));
  await sql`update studies set name_search = made.name, description_search = made.description,
      referring_search = made.referring
    from unnest(${rows.map(({ id }) => id)}::bigint[], ${texts((row) => row.patient_name)}::text[],
      ${texts((row) => row.description)}::text[], ${texts((row) => row.referring_physician)}::text[])
      as made (id, name, description, referring)
    where studies.id = made.id`.execute(database);
  return String(rows.at(-1)?.id);
}

/** Fills in all that older servers have stored without search texts. */
export async function fillAllSearchTexts(database: Database): Promise<void> {
  for (let after: string | null = null; ; ) {
    const from: string | null = after;
    after = await database.transaction().execute((tx) => fillSearchTexts(tx, from));
    if (after === null) return;
  }
}
