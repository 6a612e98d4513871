// Brings what is kept of known instances to what the code of today makes of their blobs.
import { sql } from 'kysely';
import { tellChanges } from '../changes/tell.ts';
import { checkRecord } from '../check-record.ts';
import type { Database } from '../database.ts';
import { attributesByLevel } from '../query/column-attributes.ts';
import type { InstanceRecord } from '../records.ts';
import { instanceRow } from '../rows.ts';
import { transact } from '../transact.ts';

/**
 * Replaces presentation, position and the attributes of instances that are known by this object blob. What is said of
 * patient, study and series stays, as do counts. @returns how many instances had other words
 */
export async function describeAnew(database: Database, records: readonly InstanceRecord[]): Promise<number> {
  const rows = records.map(checkRecord).map((record) => {
    const row = instanceRow({ ...record, described: attributesByLevel(record) }, 0);
    const { uid, number, position, photometric, attributes, search, presentation } = row;
    return {
      ...{ uid, number, position, photometric, blob: record.objectBlob.digest },
      ...{ attributes: parsed(attributes), search: parsed(search), presentation: parsed(presentation) },
    };
  });
  return transact(database, async (tx) => {
    const changed = await sql<{ series: number }>`with given as materialized (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as one (uid text, blob text, number integer,
          position double precision, photometric text, attributes jsonb, search jsonb, presentation jsonb)
      ), locked as materialized (
        select instances.id from instances join given using (uid)
          where object_blob = decode(given.blob, 'hex') order by instances.uid for no key update of instances
      ) update instances set number = given.number, position = given.position, photometric = given.photometric,
          attributes = given.attributes, search = given.search, presentation = coalesce(given.presentation, 'null')
        from given, locked where instances.uid = given.uid and instances.id = locked.id
          and (instances.number, instances.position, instances.photometric, instances.attributes, instances.search,
              instances.presentation)
            is distinct from (given.number, given.position, given.photometric, given.attributes, given.search,
              coalesce(given.presentation, 'null'))
        returning series`.execute(tx);
    const series = [...new Set(changed.rows.map((row) => row.series))];
    const studies = await sql<{ uid: string }>`select distinct studies.uid from studies
      join series on series.study = studies.id where series.id = any(${series}::bigint[])`.execute(tx);
    await tellChanges(
      tx,
      'study',
      studies.rows.map(({ uid }) => uid),
    );
    return changed.rows.length;
  });
}

function parsed(json: unknown): unknown {
  return typeof json === 'string' ? JSON.parse(json) : json;
}
