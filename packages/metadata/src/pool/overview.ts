// How the pool stands: replicas by server, blobs by their number of replicas, what waits to be settled.
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { PoolOverview } from './model.ts';

/** Reads every replica row: for people who look, not for every request. */
export async function readOverview(database: Database): Promise<PoolOverview> {
  const servers = await sql<PoolOverview['servers'][number]>`select server as id, count(*) as replicas,
      sum(length)::float8 as bytes from replicas join blobs on blobs.digest = replicas.blob
    group by server order by server`.execute(database);
  const copies = await sql<PoolOverview['copies'][number]>`select replicas, count(*) as blobs from
      (select count(replicas.server) as replicas from blobs left join replicas on replicas.blob = blobs.digest
        group by blobs.digest) as counted
    group by replicas order by replicas`.execute(database);
  const settlings = await sql<{ reason: string; waiting: number; oldest_ms: number }>`select reason,
      count(*) as waiting, greatest(0, extract(epoch from now() - min(queued_at)) * 1000)::float8 as oldest_ms
    from settlings group by reason order by reason`.execute(database);
  return {
    servers: servers.rows,
    copies: copies.rows,
    settlings: settlings.rows.map(({ oldest_ms, ...row }) => ({ ...row, oldestMs: oldest_ms })),
  };
}
