// Where studies of a modality lie in the order of modalities: few different lists of modalities are in many studies.
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import { modalityKey } from './worklist-orders.ts';

const MAX_KEYS = 500;
/** Modalities of a study that the order looks at. */
const LOOKED_AT = 3;

/**
 * A condition that holds of every study with one of the modalities, and by which the index of the order finds them; null
 * where there are too many different lists of modalities to tell. Each is found by one step through the index.
 */
export async function modalityStretch(
  database: Database,
  modalities: readonly string[],
): Promise<Expression<SqlBool> | null> {
  const { rows } = await sql<{ key: string }>`with recursive keys (key) as (
      (select ${modalityKey} from study_keys order by 1 limit 1)
      union all
      select (select ${modalityKey} from study_keys where ${modalityKey} > keys.key order by 1 limit 1)
        from keys where keys.key is not null
    ) select key from keys where key is not null limit ${MAX_KEYS + 1}`.execute(database);
  if (rows.length > MAX_KEYS) return null;
  const wanted = new Set(modalities.map((one) => [...one].slice(0, 16).join('')));
  const keys = rows.map(({ key }) => key).filter((key) => mayHave(key, wanted));
  return sql<SqlBool>`${modalityKey} = any(${keys}::text[])`;
}

/** Whether a study with this key may have one of the modalities; one with so many that not all are in its key may. */
function mayHave(key: string, wanted: ReadonlySet<string>): boolean {
  const parts = key.split(' ');
  const isWhole = parts.length === LOOKED_AT && parts.at(-1) === '';
  return !isWhole || parts.some((part) => wanted.has(part));
}
