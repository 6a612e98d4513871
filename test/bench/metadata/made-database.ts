// The database of made-up studies: on the embedded engine or on a server that is given, made once and kept if that is asked.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EmbeddedPostgres } from '@strata/metadata/embedded/embedded-postgres';
import { Metadata } from '@strata/metadata/metadata';
import pg from 'pg';
import { loadStudies } from './load.ts';
import { compareSample } from './sample.ts';

/** What the made-up studies are like: another number for other ones. */
const EDITION = 1;

export interface DatabaseOptions {
  readonly studies: number;
  /** A superuser's URL of a server on this machine, or null for the embedded engine. */
  readonly url: string | null;
  /** Where the embedded engine's database is kept, or null to remove it. A given server keeps it if this is not null. */
  readonly keep: string | null;
}

/** The database with what it is; `close` removes it unless it is kept. */
export interface MadeDatabase {
  readonly metadata: Metadata;
  readonly client: pg.Client;
  readonly url: string;
  readonly instances: number;
  /** `PostgreSQL 18.4`. */
  readonly engine: string;
  /** What the embedded server writes down, for its plans. */
  readonly logFile: string | null;
  /** Opens an empty database on the same server; removed at the end. */
  emptyDatabase(): Promise<{ readonly client: pg.Client; readonly metadata: Metadata }>;
  close(): Promise<void>;
}

/** Makes the database, or opens the one that was kept. Says on the console how long making took. */
export async function openMadeDatabase({ studies, url, keep }: DatabaseOptions): Promise<MadeDatabase> {
  const closings: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closing of closings.toReversed()) await closing();
  };
  try {
    const folder = url === null ? (keep ?? mkdtempSync(path.join(tmpdir(), 'strata-bench-metadata-'))) : null;
    if (folder !== null && keep === null) closings.push(async () => rmSync(folder, { recursive: true }));
    const embedded = folder === null ? null : await EmbeddedPostgres.start({ folder });
    if (embedded) closings.push(() => embedded.stop());
    const server = embedded?.url ?? url ?? '';
    const admin = await connect(server);
    closings.push(() => admin.end());
    const name = `strata_bench_${studies}`;
    const made = withDatabase(server, name);
    const there = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (there.rows.length === 0) await admin.query(`create database ${name}`);
    if (keep === null) closings.push(() => admin.query(`drop database ${name} with (force)`));
    const client = await connect(made);
    closings.push(() => client.end());
    const metadata = await Metadata.open(made);
    closings.push(() => metadata.close());
    const emptyDatabase = async () => {
      const empty = `${name}_empty_${process.pid}_${closings.length}`;
      await admin.query(`create database ${empty}`);
      closings.push(() => admin.query(`drop database ${empty} with (force)`));
      const emptyClient = await connect(withDatabase(server, empty));
      closings.push(() => emptyClient.end());
      const emptyMetadata = await Metadata.open(withDatabase(server, empty));
      closings.push(() => emptyMetadata.close());
      return { client: emptyClient, metadata: emptyMetadata };
    };
    const instances = await fill(client, studies, emptyDatabase);
    const version = await client.query<{ server_version: string }>('show server_version');
    const log = folder === null ? '' : path.join(folder, 'postgres.log');
    return {
      metadata,
      client,
      url: made,
      instances,
      engine: `PostgreSQL ${version.rows[0]?.server_version.split(' ')[0]}, ${embedded ? 'embedded' : 'given'}`,
      logFile: existsSync(log) ? log : null,
      emptyDatabase,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(
  client: pg.Client,
  studies: number,
  emptyDatabase: () => Promise<{ readonly client: pg.Client; readonly metadata: Metadata }>,
): Promise<number> {
  await client.query(
    'create table if not exists bench_made (edition integer primary key, instances bigint not null)',
  );
  const { rows } = await client.query<{ edition: number; instances: string }>('select * from bench_made');
  const [made] = rows;
  if (made && made.edition !== EDITION) {
    throw new Error('The database that was kept has studies of another edition: remove it.');
  }
  if (made) {
    console.log(`${studies} studies of ${made.instances} instances were there`);
    return Number(made.instances);
  }
  const began = performance.now();
  const instances = await loadStudies(client, studies);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${studies} studies of ${instances} instances were made and loaded by COPY in ${seconds} s`);
  const sample = Array.from({ length: 40 }, (_, index) => Math.floor((index * studies) / 40));
  const compared = await compareSample(client, await emptyDatabase(), sample, studies);
  console.log(
    `${sample.length} of them were committed to another database: all ${compared} rows are the same`,
  );
  await client.query('insert into bench_made values ($1, $2)', [EDITION, instances]);
  return instances;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // whoever asks next is told
  await client.connect();
  return client;
}
