// Whether the rows that COPY loaded are those that commits make: some studies are committed to another database for real.
import { isDeepStrictEqual } from 'node:util';
import type { Metadata } from '@strata/metadata/metadata';
import type pg from 'pg';
import { madeRecord, madeStudy } from './made-studies.ts';

// Keys and moments differ; what they refer to is compared by what names it.
const queries = {
  patients: `select patients.* from patients where id in (select patient from studies where uid = any($1))`,
  studies: 'select * from studies where uid = any($1)',
  study_keys: `select study_keys.* from study_keys join studies using (id) where uid = any($1)`,
  study_names: `select word, uid as study from study_names join studies on id = study where uid = any($1)`,
  series: `select series.*, studies.uid as study from series join studies on studies.id = study where studies.uid = any($1)`,
  instances: `select instances.*, series.uid as series from instances join series on series.id = series
    join studies on studies.id = study where studies.uid = any($1)`,
  blobs: `select blobs.* from blobs where digest in (select unnest(array[object_blob, frames_blob]) from instances
    join series on series.id = series join studies on studies.id = study where studies.uid = any($1))`,
  replicas: `select replicas.* from replicas where blob in (select unnest(array[object_blob, frames_blob]) from instances
    join series on series.id = series join studies on studies.id = study where studies.uid = any($1))`,
};

/** Commits the studies to the empty database and compares all their rows with the loaded ones. Throws when one differs. */
export async function compareSample(
  loaded: pg.Client,
  committed: { readonly client: pg.Client; readonly metadata: Metadata },
  numbers: readonly number[],
  studies: number,
): Promise<number> {
  const made = numbers.map((n) => madeStudy(n, studies));
  for (const one of made) {
    const records = one.instances.flatMap((count, series) =>
      Array.from({ length: count }, (_, instance) => madeRecord(one, series + 1, instance + 1)),
    );
    await committed.metadata.commit(records);
  }
  const uids = made.map(({ study }) => study.uid);
  let compared = 0;
  for (const [table, query] of Object.entries(queries)) {
    const [is, should] = [await rowsOf(loaded, query, uids), await rowsOf(committed.client, query, uids)];
    // A patient of several studies has the words of the first of them, which the sample may lack: the same, made up.
    const differing = should.findIndex((row, index) => !isDeepStrictEqual(row, is[index]));
    if (should.length !== is.length || differing >= 0) {
      const shown = [is[differing], should[differing]].map((row) => JSON.stringify(row));
      throw new Error(
        `${table}: COPY loaded ${is.length} rows, commits made ${should.length}: ${shown.join(' | ')}`,
      );
    }
    compared += should.length;
  }
  return compared;
}

async function rowsOf(client: pg.Client, query: string, uids: readonly string[]): Promise<object[]> {
  const { rows } = await client.query<Record<string, unknown>>(query, [uids]);
  const plain = rows.map(({ id: _id, patient: _patient, created_at: _at, ...row }) => row);
  return plain.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
