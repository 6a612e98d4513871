// Substrings of names, descriptions and referring physicians, and every order of the worklist, found by indexes.
import { sql } from 'kysely';
import { inBatches, indexConcurrently, type Migration, statements } from '../migrating/migration.ts';
import { fillSearchTexts } from '../search-fill.ts';

// A large table is otherwise analysed after a tenth, and vacuumed after a fifth of it has changed: that is months.
const vacuumed = ['studies', 'series', 'instances', 'blobs', 'replicas'].map(
  (table) => sql`alter table ${sql.table(table)} set (autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05)`,
);

const modalities = sql`on studies (((left(coalesce(modalities[1], ''), 16) || ' ' || left(coalesce(modalities[2], ''), 16)
  || ' ' || left(coalesce(modalities[3], ''), 16)) collate "C"), id)`;

/**
 * Servers that do not know it go on. The studies that they store are not found by the new texts until a server that knows
 * it starts and fills them in.
 */
export const worklistSearch: Migration = {
  name: '0007-worklist-search',
  oldest: '0005-sweeps',
  steps: [
    statements('columns', [
      sql`create extension if not exists pg_trgm`,
      sql`alter table studies
        add column name_search text collate "C" not null default '',
        add column description_search text collate "C" not null default '',
        add column referring_search text collate "C" not null default ''`,
      ...vacuumed,
    ]),
    indexConcurrently('studies_unsearchable', sql`on studies (id) where name_search = ''`),
    inBatches('fill', fillSearchTexts),
    indexConcurrently(
      'studies_search_texts',
      // What is not in order yet is looked through by every search: it stays short.
      sql`on studies using gin (name_search gin_trgm_ops, description_search gin_trgm_ops,
        referring_search gin_trgm_ops, patient_id_key gin_trgm_ops, accession_key gin_trgm_ops)
        with (gin_pending_list_limit = 256)`,
    ),
    indexConcurrently('studies_by_patient_id', sql`on studies (patient_id_key, id)`),
    indexConcurrently('studies_by_accession', sql`on studies (accession_key, id)`),
    indexConcurrently('studies_by_birth_date', sql`on studies ((left(birth_date, 16) collate "C"), id)`),
    indexConcurrently('studies_by_modality', modalities),
    indexConcurrently('studies_by_description', sql`on studies (description_search, id)`),
    indexConcurrently('studies_by_referring', sql`on studies (referring_search, id)`),
    statements('replaced', [
      sql`drop index if exists studies_patient_id`,
      sql`drop index if exists studies_accession`,
      sql`alter index studies_modalities set (gin_pending_list_limit = 256)`,
      sql`alter index studies_search set (gin_pending_list_limit = 1024)`,
    ]),
  ],
};
