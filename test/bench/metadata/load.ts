// Fills an empty database with made-up studies by COPY, many times faster than commits would: without its constraints and
// indexes, which are made again at the end as they were.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { clearProgress, progress } from '../progress.ts';
import { MadeRows, type TableName, tables } from './made-rows.ts';
import { madeStudy } from './made-studies.ts';

/** Studies whose lines are written to files and copied at a time. */
const CHUNK = 10_000;
/** Those that are loaded, and the one that triggers fill. */
const indexed: readonly string[] = [...tables, 'study_keys'];

/**
 * Loads studies 0 to `studies` - 1. The server reads files of this machine, so it must run here, and `client` must be a
 * superuser. @returns how many instances there are
 */
export async function loadStudies(client: pg.Client, studies: number): Promise<number> {
  const rows = new MadeRows();
  const folder = await mkdtemp(path.join(tmpdir(), 'strata-bench-copy-'));
  await chmod(folder, 0o755);
  try {
    const definitions = await takeDown(client);
    let copying: Promise<void> = Promise.resolve();
    for (let n = 0; n < studies; n++) {
      rows.add(madeStudy(n, studies));
      if ((n + 1) % CHUNK !== 0 && n + 1 < studies) continue;
      const files = await writeFiles(folder, n, rows);
      await copying;
      copying = copyFiles(client, files, rows);
      copying.catch(() => undefined); // awaited at the next chunk, or below
      progress(`${n + 1} of ${studies} studies made, ${rows.instances} instances`);
    }
    await copying;
    await putUp(client, definitions);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  clearProgress();
  return rows.instances;
}

async function writeFiles(folder: string, chunk: number, rows: MadeRows): Promise<Map<TableName, string>> {
  const files = new Map<TableName, string>();
  for (const table of tables) {
    const lines = rows.lines.get(table) ?? [];
    if (lines.length === 0) continue;
    const file = path.join(folder, `${table}-${chunk}`);
    const stream = createWriteStream(file, { mode: 0o644 });
    for (let at = 0; at < lines.length; at += 1000) {
      const full = !stream.write(`${lines.slice(at, at + 1000).join('\n')}\n`);
      if (full) await once(stream, 'drain');
    }
    stream.end();
    await finished(stream);
    lines.length = 0;
    files.set(table, file);
  }
  return files;
}

async function copyFiles(client: pg.Client, files: Map<TableName, string>, rows: MadeRows): Promise<void> {
  for (const [table, file] of files) {
    await client.query(`copy ${table} (${rows.columns.get(table)}) from '${file}'`);
    await rm(file);
  }
}

interface Definition {
  readonly create: string;
  readonly drop: string;
}

/** Drops constraints and indexes, those that others need last. @returns what makes them again, in the order for that */
async function takeDown(client: pg.Client): Promise<Definition[]> {
  const { rows: constraints } = await client.query<{ table: string; name: string; type: string; is: string }>(
    `select conrelid::regclass::text as table, conname as name, contype as type, pg_get_constraintdef(oid) as is
      from pg_constraint where contype in ('p', 'u', 'f')
        and (conrelid::regclass::text = any($1) or confrelid::regclass::text = any($1)) order by contype = 'f', contype`,
    [indexed],
  );
  const { rows: indexes } = await client.query<{ name: string; is: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as is from pg_index
      where indrelid::regclass::text = any($1) and not exists (select from pg_constraint where conindid = indexrelid)
      order by 1`,
    [indexed],
  );
  const ofConstraints = constraints.map(({ table, name, is }) => ({
    create: `alter table ${table} add constraint ${name} ${is}`,
    drop: `alter table ${table} drop constraint ${name}`,
  }));
  const ofIndexes = indexes.map(({ name, is }) => ({ create: is, drop: `drop index ${name}` }));
  const foreign = ofConstraints.filter(({ create }) => create.includes('FOREIGN KEY'));
  const keys = ofConstraints.filter((one) => !foreign.includes(one));
  const all = [...keys, ...ofIndexes, ...foreign];
  for (const { drop } of all.toReversed()) await client.query(drop);
  return all;
}

async function putUp(client: pg.Client, definitions: readonly Definition[]): Promise<void> {
  await client.query(`set maintenance_work_mem = '1GB'`);
  for (const { create } of definitions) {
    progress(create);
    await client.query(create);
  }
  for (const table of ['patients', 'studies', 'series', 'instances']) {
    await client.query(
      `select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`,
    );
  }
  for (const table of indexed) {
    progress(`vacuum ${table}`);
    await client.query(`vacuum analyze ${table}`);
  }
  await client.query('checkpoint');
}
