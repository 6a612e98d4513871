// Which server has which blob on which of its disks, and what has to be settled when one has it no longer.
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { tellChanges } from '../changes/tell.ts';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import { transact } from '../transact.ts';
import { isAlive } from './alive.ts';
import { bytesOf, isDigest } from './digests.ts';
import type { Holder, ListedReplica, NewReplica } from './model.ts';
import { queueRows } from './settlings.ts';

/** Rows that one transaction takes away. */
const LOSS_PAGE = 5000;
const MAX_PAGE = 10_000;

/** The holders of each blob that was asked for; none for one that nobody holds. */
export async function holdersOf(
  database: Database,
  digests: readonly string[],
): Promise<Map<string, Holder[]>> {
  const found = new Map<string, Holder[]>(digests.map((digest) => [digest, []]));
  const { rows } = await sql<Holder & { blob: Buffer }>`select blob, server, disk, tier from replicas
    where blob = any(${digests.filter(isDigest).map(bytesOf)}::bytea[]) order by blob, server`.execute(
    database,
  );
  for (const { blob, server, disk, tier } of rows)
    found.get(blob.toString('hex'))?.push({ server, disk, tier });
  return found;
}

/** `silently`: of blobs that nobody knew before, or of which the caller tells. */
export type Telling = 'told' | 'silently';

/** Writes replicas down, in a transaction of the caller's or alone; those of unknown blobs are passed over. */
export async function keepReplicas(
  database: Database | Transaction<Tables>,
  replicas: readonly NewReplica[],
  telling: Telling,
): Promise<void> {
  if (replicas.length === 0) return;
  const each = new Map(replicas.map((one) => [`${one.digest} ${one.server}`, one]));
  const kept = [...each].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  await sql`with moved as (insert into replicas (blob, server, disk, tier)
    select blobs.digest, new.server, new.disk, case disks.kind when 'archive' then 'nearline' else 'online' end
      from unnest(${kept.map(({ digest }) => bytesOf(digest))}::bytea[], ${kept.map(({ server }) => server)}::text[],
        ${kept.map(({ disk }) => disk)}::text[]) as new (digest, server, disk)
      join blobs on blobs.digest = new.digest left join disks on disks.id = new.disk
      order by blobs.digest, new.server
    on conflict (blob, server) do update set disk = excluded.disk, tier = excluded.tier
      where (replicas.disk, replicas.tier) is distinct from (excluded.disk, excluded.tier)
    returning blob)
    insert into changes (kind, uid) select distinct 'blob', encode(blob, 'hex') from moved
      where ${telling === 'told'}`.execute(database);
}

/**
 * Takes the rows of all replicas on a disk away and queues their blobs. @returns how many
 */
export async function loseDisk(database: Database, diskId: string): Promise<number> {
  await sql`update disks set state = 'lost', lost_at = coalesce(lost_at, now()) where id = ${diskId}`.execute(
    database,
  );
  return loseAll(database, diskId, sql`disk = ${diskId}`, 'disk lost');
}

/** Takes the rows of all replicas of a server away and queues their blobs. @returns how many */
export function loseServer(database: Database, serverId: string): Promise<number> {
  return loseAll(database, serverId, sql`server = ${serverId}`, 'server out');
}

/** Takes the row of one replica away and queues its blob. @returns whether there was one */
export function loseReplica(
  database: Database,
  digest: string,
  server: string,
  reason: string,
): Promise<boolean> {
  return transact(database, async (tx) => {
    const { rows } = await sql<{ blob: Buffer }>`delete from replicas
      where blob = ${bytesOf(digest)} and server = ${server} returning blob`.execute(tx);
    await queueRows(
      tx,
      rows.map(({ blob }) => blob),
      reason,
    );
    if (rows.length > 0) await tellChanges(tx, 'blob', [digest]);
    return rows.length > 0;
  });
}

/**
 * Takes the row of a surplus replica away, unless fewer than `leastOthers` others would be left on disks that are not
 * lost, of servers that live. Transactions that refer to the blob wait for it.
 * @returns whether the row is gone: only then may the file go
 */
export function removeReplica(
  database: Database,
  digest: string,
  server: string,
  leastOthers: number,
): Promise<boolean> {
  return transact(database, async (tx) => {
    const blob = bytesOf(digest);
    const known = await sql`select 1 from blobs where digest = ${blob} for update`.execute(tx);
    if (known.rows.length === 0) return true;
    const { rows } = await sql<{ others: number }>`select count(*) as others from replicas
      join servers on servers.id = replicas.server left join disks on disks.id = replicas.disk
      where blob = ${blob} and replicas.server <> ${server} and servers.state <> 'out'
        and ${isAlive} and coalesce(disks.state, 'in') <> 'lost'`.execute(tx);
    if ((rows[0]?.others ?? 0) < Math.max(1, leastOthers)) return false;
    await sql`delete from replicas where blob = ${blob} and server = ${server}`.execute(tx);
    await tellChanges(tx, 'blob', [digest]);
    return true;
  });
}

/** How many blobs have no replica on any other server that is not out. */
export async function countOnlyAt(database: Database, serverId: string): Promise<number> {
  const { rows } = await sql<{ blobs: number }>`select count(*) as blobs from replicas as here
    where server = ${serverId} and not exists (select 1 from replicas as there
      join servers on servers.id = there.server left join disks on disks.id = there.disk
      where there.blob = here.blob and there.server <> here.server and servers.state <> 'out'
        and coalesce(disks.state, 'in') <> 'lost')`.execute(database);
  return rows[0]?.blobs ?? 0;
}

/** At most `limit` (10,000 at most) of the replicas that a server should have, those after the digest, sorted by digest. */
export async function replicaPage(
  database: Database,
  serverId: string,
  after: string | null,
  limit: number,
): Promise<ListedReplica[]> {
  const { rows } = await sql<{ blob: Buffer; length: number; disk: string | null }>`
    select blob, length, disk from replicas join blobs on blobs.digest = replicas.blob
    where server = ${serverId} and blob > ${bytesOf(after ?? '')} order by blob
    limit ${Math.max(1, Math.min(MAX_PAGE, limit))}`.execute(database);
  return rows.map(({ blob, ...row }) => ({ digest: blob.toString('hex'), ...row }));
}

/**
 * Writes every known blob down as a replica of this disk, when no server has ever joined: what was stored before there was a
 * pool is there.
 * @returns how many
 */
export async function adoptBlobs(database: Database, serverId: string, diskId: string): Promise<number> {
  const { numAffectedRows } = await sql`insert into replicas (blob, server, disk)
    select digest, ${serverId}, ${diskId} from blobs
      where not exists (select 1 from servers)
    on conflict do nothing`.execute(database);
  return Number(numAffectedRows ?? 0);
}

async function loseAll(
  database: Database,
  whose: string,
  which: RawBuilder<unknown>,
  reason: string,
): Promise<number> {
  for (let total = 0; ; ) {
    const lost = await transact(database, async (tx) => {
      const { rows } = await sql<{ blob: Buffer }>`delete from replicas where (blob, server) in
        (select blob, server from replicas where ${which} order by blob limit ${LOSS_PAGE} for update)
        returning blob`.execute(tx);
      await queueRows(
        tx,
        rows.map(({ blob }) => blob),
        reason,
      );
      if (rows.length > 0) await tellChanges(tx, 'blobs', [whose]);
      return rows.length;
    });
    total += lost;
    if (lost < LOSS_PAGE) return total;
  }
}
