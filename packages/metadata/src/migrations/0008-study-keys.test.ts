// The narrow rows of studies: those from before, those of servers that do not know them, and those of the middle of the migration.
import { expect, it } from 'vitest';
import { makeSchema } from '../dump/make-schema.ts';
import { Metadata } from '../metadata.ts';
import { openUntilTestEnds, query, serverOfThisFile } from '../testing/databases.ts';
import { record } from '../testing/records.ts';

const newDatabase = serverOfThisFile();

/** Adds studies as servers of before do: nothing but their rows. */
function addStudies(url: string, from: number, to: number): Promise<unknown> {
  return query(
    url,
    `insert into studies (uid, patient, patient_id, issuer, patient_name, birth_date, sex, study_id, accession_number, date,
        time, description, referring_physician, patient_id_key, accession_key, name_key, name_search, modalities)
      select '1.2.' || n, patients.id, 'P', '', 'Doe^' || n, repeat('1970', 9), 'F', '', '', '20240101', '', '', '', 'p' || n, '',
        'doe ' || n, ' doe ' || n, '{CT}' from generate_series($1::integer, $2::integer) n, patients on conflict (uid) do nothing`,
    [from, to],
  );
}

/** Rows that one of the two tables has and the other has not. */
async function differing(url: string): Promise<unknown[]> {
  const columns = `date, time, name_key, patient_id_key, accession_key, modalities, name_search, description_search, referring_search`;
  const kept = `select id, ${columns}, birth_date from study_keys`;
  const wanted = `select id, ${columns}, left(birth_date, 16) from studies`;
  return query(url, `(${kept} except all ${wanted}) union all (${wanted} except all ${kept})`);
}

it('has every study of before, whatever older servers do meanwhile', async () => {
  const url = await newDatabase();
  await makeSchema(url, '0007-worklist-search');
  await query(
    url,
    `insert into patients (identity, patient_id, issuer, name, birth_date, sex) values ('\\x01', 'P', '', 'Doe', '', '')`,
  );
  await addStudies(url, 1, 9000);
  let isDone = false;
  const migrated = Metadata.open(url).finally(() => {
    isDone = true;
  });
  for (let n = 1; !isDone; n++) {
    await addStudies(url, 9000 + n * 10, 9005 + n * 10);
    await query(url, `update studies set modalities = array['CT', 'M' || id] where id % 1000 = $1`, [
      n % 1000,
    ]);
    await query(url, `delete from studies where id = $1`, [5000 + n]);
  }
  const metadata = await migrated;
  expect(await differing(url)).toEqual([]);
  expect((await metadata.worklist({ limit: 1, patientId: 'p8999' })).total).toBe(1);
  await metadata.close();
});

it('follows what is stored, changed and removed', async () => {
  const url = await newDatabase();
  const metadata = await openUntilTestEnds(url);
  await metadata.commit([record(), record({ study: '1.2.2' })]);
  await addStudies(url, 2, 40);
  await metadata.commit([record({ series: '2', inSeries: { modality: 'PT' } })]);
  expect(await differing(url)).toEqual([]);
  expect((await metadata.worklist({ limit: 1, modality: ['PT'] })).total).toBe(1);
  await query(url, `update studies set name_key = 'roe', date = '20240202' where uid = '1.2.7'`);
  await query(url, `delete from studies where uid = '1.2.8'`);
  expect(await differing(url)).toEqual([]);
  expect(await query(url, 'select count(*)::integer as studies from study_keys')).toEqual([{ studies: 39 }]);
});
