// A process that migrates slowly and is killed, for tests: `node migrate-slowly.ts URL`. Prints a line for each batch.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { openDatabase } from '../database.ts';
import { firstSchema } from '../migrating/first-schema.ts';
import { inBatches, indexConcurrently, type Migration, statements } from '../migrating/migration.ts';
import { runMigrations } from '../migrating/run-migrations.ts';

const BATCH = 10;

/**
 * Adds a column to a table `filled (id, times)`, counts each row once, ten at a time, and makes an index.
 * @param pauseMs in each batch
 */
export function slowMigration(pauseMs: number): Migration {
  return {
    name: '0100-slow',
    oldest: '0005-sweeps',
    steps: [
      statements('column', [sql`alter table filled add column times integer not null default 0`]),
      inBatches('fill', async (tx, after) => {
        const { rows } = await sql<{ id: number }>`update filled set times = times + 1
          where id in (select id from filled where id > ${Number(after ?? 0)} order by id limit ${BATCH})
          returning id`.execute(tx);
        if (rows.length === 0) return null;
        await sleep(pauseMs);
        const reached = Math.max(...rows.map(({ id }) => id));
        if (pauseMs > 0) console.log(reached);
        return String(reached);
      }),
      indexConcurrently('filled_times', sql`on filled (times)`),
    ],
  };
}

const [url] = process.argv.slice(2);
if (import.meta.main && url) await runMigrations(openDatabase(url), [...firstSchema, slowMigration(40)]);
