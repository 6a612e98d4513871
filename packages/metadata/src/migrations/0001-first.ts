// Patients, studies, series, instances, blobs and their replicas.
import { type Kysely, sql } from 'kysely';

// Text that is compared or ordered is COLLATE "C": the same on every cluster, and a prefix can use the index.
const statements = [
  sql`create table patients (
    id bigint generated always as identity primary key,
    identity bytea not null unique,
    patient_id text not null,
    issuer text not null,
    name text not null,
    birth_date text not null,
    sex text not null,
    created_at timestamptz not null default now()
  )`,
  sql`create table studies (
    id bigint generated always as identity primary key,
    uid text collate "C" not null unique,
    patient bigint not null references patients,
    patient_id text not null,
    issuer text not null,
    patient_name text not null,
    birth_date text not null,
    sex text not null,
    study_id text not null,
    accession_number text not null,
    date text collate "C" not null,
    time text collate "C" not null,
    description text not null,
    referring_physician text not null,
    patient_id_key text collate "C" not null,
    accession_key text collate "C" not null,
    name_key text collate "C" not null,
    modalities text[] not null default '{}',
    series_count integer not null default 0,
    instance_count integer not null default 0,
    frame_count bigint not null default 0,
    bytes bigint not null default 0,
    created_at timestamptz not null default now()
  )`,
  sql`create index studies_patient on studies (patient)`,
  sql`create index studies_by_date on studies (date desc, time desc, id desc)`,
  sql`create index studies_by_name on studies (name_key, id)`,
  sql`create index studies_patient_id on studies (patient_id_key)`,
  sql`create index studies_accession on studies (accession_key)`,
  sql`create index studies_modalities on studies using gin (modalities)`,
  sql`create table study_names (
    word text collate "C" not null,
    study bigint not null references studies on delete cascade,
    primary key (word, study)
  )`,
  sql`create index study_names_study on study_names (study)`,
  sql`create table series (
    id bigint generated always as identity primary key,
    uid text collate "C" not null unique,
    study bigint not null references studies,
    number integer,
    modality text not null,
    description text not null,
    body_part text not null,
    laterality text not null,
    date text not null,
    time text not null,
    instance_count integer not null default 0,
    frame_count bigint not null default 0,
    bytes bigint not null default 0,
    created_at timestamptz not null default now()
  )`,
  sql`create index series_study on series (study)`,
  sql`create table blobs (
    digest bytea primary key,
    length bigint not null,
    kind text not null check (kind in ('object', 'frames')),
    created_at timestamptz not null default now()
  )`,
  sql`create table replicas (
    blob bytea not null references blobs on delete cascade,
    server text not null,
    created_at timestamptz not null default now(),
    primary key (blob, server)
  )`,
  sql`create index replicas_server on replicas (server, blob)`,
  sql`create table instances (
    id bigint generated always as identity primary key,
    uid text collate "C" not null unique,
    series bigint not null references series,
    sop_class_uid text not null,
    number integer,
    position double precision,
    frames integer not null,
    photometric text not null,
    presentation jsonb not null,
    transfer_syntax_uid text not null,
    file_digest bytea not null,
    file_length bigint not null,
    object_blob bytea not null references blobs,
    frames_blob bytea references blobs,
    frame_index bytea,
    frame_digests bytea,
    format jsonb,
    created_at timestamptz not null default now()
  )`,
  sql`create index instances_series on instances (series, id)`,
  sql`create index instances_object_blob on instances (object_blob)`,
  sql`create index instances_frames_blob on instances (frames_blob)`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
