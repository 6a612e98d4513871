// Migrations that are killed, that meet each other, that meet long queries, and servers that are older than the schema.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { query, serverOfThisFile } from '../testing/databases.ts';
import { slowMigration } from '../testing/migrate-slowly.ts';
import { firstSchema } from './first-schema.ts';
import { schemaVersion } from './ledger.ts';
import { indexConcurrently, type Migration, statements } from './migration.ts';
import { runMigrations } from './run-migrations.ts';

const newDatabase = serverOfThisFile({ oneAddress: true });

function open(url: string): Database {
  const database = openDatabase(url);
  onTestFinished(() => database.destroy());
  return database;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const adds: Migration = {
  name: '0100-adds',
  oldest: '0005-sweeps',
  steps: [
    statements('table', [
      sql`create table added (id integer primary key)`,
      sql`insert into added values (1)`,
    ]),
    statements('column', [sql`alter table studies add column colour text not null default 'grey'`]),
    indexConcurrently('studies_colour', sql`on studies (colour)`),
  ],
};
const breaks: Migration = {
  name: '0101-breaks',
  oldest: '0101-breaks',
  steps: [statements('column', [sql`alter table studies drop column colour`])],
};
const now = [...firstSchema, adds];
const later = [...now, breaks];

describe('a migration', () => {
  it('is done once, however many servers start at the same time', async () => {
    const url = await newDatabase();
    const said: string[] = [];
    const all = Array.from({ length: 5 }, () =>
      runMigrations(open(url), now, { say: (text) => said.push(text) }),
    );
    await Promise.all(all);
    expect(await query(url, 'select * from added')).toEqual([{ id: 1 }]);
    expect(said.filter((text) => text.startsWith('0100-adds: 3 steps'))).toHaveLength(1);
    expect(await query(url, 'select name from schema_migrations where done_at is null')).toEqual([]);
  });

  it('goes on where it was when its process was killed, and does nothing twice', async () => {
    const url = await newDatabase();
    await query(url, 'create table filled (id integer primary key)');
    await query(url, 'insert into filled select generate_series(1, 305)');
    const script = fileURLToPath(new URL('../testing/migrate-slowly.ts', import.meta.url));
    for (const batches of [1, 6, 3]) {
      const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      for (let seen = 0; seen < batches; seen++) await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    const [{ position } = {}] = await query(url, `select position from schema_steps where step = 'fill'`);
    expect(Number(position)).toBeGreaterThan(0);
    expect(Number(position)).toBeLessThan(305);
    await runMigrations(open(url), [...firstSchema, slowMigration(0)]);
    expect(await query(url, 'select times, count(*)::int from filled group by times')).toEqual([
      { times: 1, count: 305 },
    ]);
    expect(
      await query(url, `select indisvalid from pg_index where indexrelid = 'filled_times'::regclass`),
    ).toEqual([{ indisvalid: true }]);
  });

  it('keeps the steps that are done when one fails, and makes an index anew that was left half made', async () => {
    const url = await newDatabase();
    const unique: Migration = {
      name: '0100-unique',
      oldest: '0005-sweeps',
      steps: [
        statements('rows', [sql`create table twins (a integer)`, sql`insert into twins values (1), (1)`]),
        indexConcurrently('twins_a', sql`on twins (a)`, 'unique'),
      ],
    };
    const list = [...firstSchema, unique];
    await expect(runMigrations(open(url), list)).rejects.toThrow('twins_a');
    const valid = () => query(url, `select indisvalid from pg_index where indexrelid = 'twins_a'::regclass`);
    expect(await valid()).toEqual([{ indisvalid: false }]);
    await query(url, 'delete from twins where ctid = (select min(ctid) from twins)');
    await runMigrations(open(url), list);
    expect(await valid()).toEqual([{ indisvalid: true }]);
  });

  it('lets others work while it waits for a long query to end', async () => {
    const url = await newDatabase();
    await runMigrations(open(url), firstSchema);
    const long = await connect(url);
    await long.query('begin');
    await long.query('select count(*) from studies');
    const said: string[] = [];
    const waiting = Promise.withResolvers<void>();
    const migrating = runMigrations(open(url), now, {
      say: (text) => {
        said.push(text);
        if (text.includes('waits')) waiting.resolve();
      },
    });
    await waiting.promise;
    // A writer that queues behind it is let through as soon as it gives up.
    await query(url, `set statement_timeout = '20s'; update studies set bytes = 0`);
    expect(await query(url, `select 1 from information_schema.columns where column_name = 'colour'`)).toEqual(
      [],
    );
    await long.query('commit');
    await migrating;
    expect(said.join('\n')).toContain('0100-adds, column: waits for other queries');
  });

  it('gives up when a query holds its table for too long, and says so', async () => {
    const url = await newDatabase();
    await runMigrations(open(url), firstSchema);
    const long = await connect(url);
    await long.query('begin');
    await long.query('select count(*) from studies');
    await expect(runMigrations(open(url), now, { patienceMs: 10 })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('0100-adds, column'),
    });
    await long.query('commit');
    await runMigrations(open(url), now);
  });

  it('of another server is waited for, not longer than is said', async () => {
    const url = await newDatabase();
    await runMigrations(open(url), firstSchema);
    await query(url, `insert into schema_migrations (name, oldest) values ('0100-adds', '0005-sweeps')`);
    const other = await connect(url);
    await other.query('select pg_advisory_lock($1)', [0x537472617461]);
    const said: string[] = [];
    const failed = runMigrations(open(url), now, { waitMs: 500, say: (text) => said.push(text) });
    await expect(failed).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/another server .*0100-adds, begun/),
    });
    expect(said).toEqual([expect.stringContaining('waits while another server')]);
  });
});

it('a schema has a version, unless it is in the middle of a change', async () => {
  const url = await newDatabase();
  expect(await schemaVersion(open(url))).toBeNull();
  await runMigrations(open(url), firstSchema);
  expect(await schemaVersion(open(url))).toBe('0005-sweeps');
  await runMigrations(open(url), now);
  expect(await schemaVersion(open(url))).toBe('0100-adds');
  await query(url, `update schema_migrations set done_at = null where name = '0100-adds'`);
  await expect(schemaVersion(open(url))).rejects.toThrow('in the middle of 0100-adds');
});

describe('an older server', () => {
  it('starts on a newer schema that only adds to its own', async () => {
    const url = await newDatabase();
    await runMigrations(open(url), now);
    await runMigrations(open(url), firstSchema);
    await query(url, `update schema_migrations set done_at = null where name = '0100-adds'`);
    await runMigrations(open(url), firstSchema);
  });

  it('refuses one that is beyond it, also when it is only begun, and leaves it as it is', async () => {
    const url = await newDatabase();
    await runMigrations(open(url), later);
    const ledger = () => query(url, 'select * from schema_migrations order by name');
    const before = await ledger();
    const refused = { code: 'newer-schema', message: expect.stringContaining('it has 0101-breaks)') };
    await expect(runMigrations(open(url), now)).rejects.toMatchObject(refused);
    await expect(runMigrations(open(url), firstSchema)).rejects.toMatchObject(refused);
    expect(await ledger()).toEqual(before);
    await query(url, `update schema_migrations set done_at = null where name = '0101-breaks'`);
    await expect(runMigrations(open(url), now)).rejects.toMatchObject(refused);
  });
});
