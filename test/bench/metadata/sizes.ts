// What the metadata take on disk, by table and index, and what that comes to for more of them.
import type pg from 'pg';

/** Tables of which there is a row or more for every instance; the others grow with the studies. */
const ofInstances = new Set(['instances', 'blobs', 'replicas']);
const ON_PAPER = 50_000_000;

interface Size {
  readonly table: string;
  readonly name: string;
  readonly bytes: number;
}

/** Prints bytes for every instance or study by table and index, and what 50 million instances come to. */
export async function printSizes(client: pg.Client, studies: number, instances: number): Promise<void> {
  const { rows } = await client.query<{ table: string; name: string; bytes: string }>(
    `select relname as table, relname || ' (rows)' as name, pg_table_size(oid) as bytes from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace
      union all select tables.relname, indexes.relname, pg_relation_size(indexrelid) from pg_index
        join pg_class as tables on tables.oid = indrelid join pg_class as indexes on indexes.oid = indexrelid
        where tables.relnamespace = 'public'::regnamespace
      order by 3 desc`,
  );
  const sizes: Size[] = rows
    .map((row) => ({ ...row, bytes: Number(row.bytes) }))
    .filter(({ bytes }) => bytes > 2 ** 20);
  console.log(`\ndisk, ${studies} studies, ${instances} instances, one replica of each blob written down`);
  for (const { table, name, bytes } of sizes) {
    const each = ofInstances.has(table) ? bytes / instances : bytes / studies;
    const of = ofInstances.has(table) ? 'instance' : 'study';
    console.log(
      `  ${name.padEnd(32)} ${megabytes(bytes).padStart(9)}  ${each.toFixed(0).padStart(6)} bytes a ${of}`,
    );
  }
  const sum = (some: readonly Size[]) => some.reduce((total, { bytes }) => total + bytes, 0);
  const grown = sum(sizes.filter(({ table }) => ofInstances.has(table))) * (ON_PAPER / instances);
  const same = sum(sizes.filter(({ table }) => !ofInstances.has(table)));
  console.log(`  all ${megabytes(sum(sizes))}`);
  console.log(
    `  on paper: 50 million instances in these ${studies} studies take ${megabytes(grown + same)}, of it ${megabytes(same)} for studies and series`,
  );
}

function megabytes(bytes: number): string {
  return bytes < 10e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
