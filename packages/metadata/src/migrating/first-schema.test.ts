// Databases that earlier versions made with Kysely's Migrator are taken over, and those versions may come back.
import type { Kysely } from 'kysely';
import { Migrator, type Migration as TheirMigration } from 'kysely/migration';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import * as first from '../migrations/0001-first.ts';
import * as attributes from '../migrations/0002-attributes.ts';
import * as errands from '../migrations/0003-errands.ts';
import * as pool from '../migrations/0004-pool.ts';
import * as sweeps from '../migrations/0005-sweeps.ts';
import { openUntilTestEnds, query, serverOfThisFile } from '../testing/databases.ts';

const newDatabase = serverOfThisFile({ oneAddress: true });
const theirs: Record<string, TheirMigration> = {
  '0001-first': first,
  '0002-attributes': attributes,
  '0003-errands': errands,
  '0004-pool': pool,
  '0005-sweeps': sweeps,
};

/** What an earlier version did when it started. */
async function startEarlier(url: string, upTo: string): Promise<void> {
  const database: Database = openDatabase(url);
  onTestFinished(() => database.destroy());
  const known = Object.fromEntries(Object.entries(theirs).filter(([name]) => name <= upTo));
  const provider = { getMigrations: async () => known };
  const { error } = await new Migrator({ db: database as Kysely<unknown>, provider }).migrateToLatest();
  if (error) throw error;
}

/** A study of two instances, as the first version kept it. */
async function fill(url: string): Promise<void> {
  await query(
    url,
    `insert into patients (identity, patient_id, issuer, name, birth_date, sex)
       values ('\\x01', 'P1', '', 'Müller^Jörg=漢^字', '19700131', 'M');
     insert into studies (uid, patient, patient_id, issuer, patient_name, birth_date, sex, study_id, accession_number, date,
         time, description, referring_physician, patient_id_key, accession_key, name_key, modalities, series_count,
         instance_count, frame_count, bytes)
       values ('1.2.1', 1, 'P1', '', 'Müller^Jörg=漢^字', '19700131', 'M', '7', 'A-1', '20200229', '101500', 'Thorax', '',
         'p1', 'a-1', 'muller jorg', '{CT}', 1, 2, 8, 2000);
     insert into study_names values ('muller', 1), ('jorg', 1);
     insert into series (uid, study, number, modality, description, body_part, laterality, date, time, instance_count,
         frame_count, bytes) values ('1.2.1.1', 1, 1, 'CT', '', '', '', '', '', 2, 8, 2000);
     insert into blobs (digest, length, kind) values (decode(repeat('01', 32), 'hex'), 10, 'object');
     insert into instances (uid, series, sop_class_uid, number, frames, photometric, presentation, transfer_syntax_uid,
         file_digest, file_length, object_blob, format)
       select '1.2.1.1.' || n, 1, '1.' || (7 + n), n, frames, 'MONOCHROME2', '{}', '1.2.840.10008.1.2.1',
         decode(repeat('0' || n, 32), 'hex'), 1000, decode(repeat('01', 32), 'hex'),
         '{"width": 512, "height": 512, "samples": 1, "bits": 12, "signed": false}'
       from (values (1, 1), (2, 7)) as one (n, frames)`,
  );
}

describe.each(['0001-first', '0005-sweeps'])('a database that ends with %s', (upTo) => {
  it('is taken over without loss, and what it lacks is filled in', async () => {
    const url = await newDatabase();
    await startEarlier(url, '0001-first');
    await fill(url);
    await startEarlier(url, upTo);
    const metadata = await openUntilTestEnds(url);
    expect(await metadata.counts()).toMatchObject({
      patients: 1,
      studies: 1,
      series: 1,
      instances: 2,
      bytes: 2000,
    });
    const { matches } = await metadata.query({
      level: 'instance',
      keys: {
        '00280008': { vr: 'IS', Value: ['7'] },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: 'muller*' }] },
        '00080062': { vr: 'UI', Value: ['1.9'] },
      },
      include: ['00280010', '00080060'],
      limit: 10,
    });
    expect(matches).toMatchObject([
      { '00080018': { Value: ['1.2.1.1.2'] }, '00280010': { Value: [512] }, '00080060': { Value: ['CT'] } },
    ]);
    const patients = { '00100010': { vr: 'PN', Value: [{ Alphabetic: '漢*' }] } };
    const found = await metadata.query({ level: 'patient', keys: patients, include: [], limit: 2 });
    expect(found.matches).toHaveLength(1);
  });

  it('has lost nothing for the version that made it, which may start again', async () => {
    const url = await newDatabase();
    await startEarlier(url, upTo);
    const metadata = await openUntilTestEnds(url);
    await startEarlier(url, '0005-sweeps');
    const names = (await query(url, 'select name from kysely_migration')).map(({ name }) => name);
    // Whoever adds a migration that older servers cannot live with changes this line.
    expect(names.sort()).toEqual(Object.keys(theirs));
    expect(await metadata.counts()).toMatchObject({ instances: 0 });
  });
});

it('a database of today can be used by the version before the ledger', async () => {
  const url = await newDatabase();
  await openUntilTestEnds(url);
  await startEarlier(url, '0005-sweeps');
});
