// The servers of the pool: each renews its lease and learns of all others in one statement.
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { MetadataError } from '../errors.ts';
import { cleanText } from '../text.ts';
import { isAlive } from './alive.ts';
import type { DiskRecord, Endpoint, ServerRecord, ServerReport, ServerState } from './model.ts';

const KEY_BYTES = 32;

/**
 * `join`: the first heartbeat of a process, which takes the place of an earlier one; `visit`: the same of one that runs only as
 * long as a command takes; `renew`: every further one.
 */
export type HeartbeatKind = 'join' | 'visit' | 'renew';

interface ServerRow {
  readonly id: string;
  readonly name: string;
  readonly site: string;
  readonly wire_url: string;
  readonly endpoints: Endpoint[];
  readonly roles: string[];
  readonly version: string;
  readonly state: ServerState;
  readonly load: number;
  readonly boot: string;
  readonly alive: boolean;
  readonly silent_ms: number;
  readonly disks: DiskRecord[];
}

/**
 * Writes down what the server tells of itself, renews its lease, and gives all servers, ordered by id. A server that was
 * declared out is in again when it joins; a visit leaves it as it is, under the name that it joined with. Disks that it does
 * not tell of any more are lost; without replicas they are forgotten. Silence below 0 is that of a server which was heard
 * before the clock of the database was set back. Where nobody at all could be heard for half a lease, because the database
 * was away, whoever lived until then has a lease more to be heard in: that it lapsed says nothing. `isNews`: the others are to
 * be told of this server.
 * @throws MetadataError `in-use` when another process of the same id has joined since, or what PostgreSQL throws
 */
export async function heartbeat(
  database: Database,
  self: ServerReport,
  leaseMs: number,
  kind: HeartbeatKind,
): Promise<{ servers: ServerRecord[]; isNews: boolean }> {
  const disks = JSON.stringify(self.disks.map(diskRow));
  const { rows } = await sql<ServerRow & { is_news: boolean }>`with unheard as (
      select at from (select max(seen_at) as at from servers) as last
        where at < now() - ${leaseMs / 2} * interval '1 millisecond'
    ), held as (
      select id from servers, unheard where id <> ${self.id} and lease_until > unheard.at and state <> 'out'
    ), self as (
      insert into servers (id, name, site, wire_url, endpoints, roles, version, load, boot, lease_until, seen_at)
        values (${self.id}, ${cleanText(self.name)}, ${cleanText(self.site)}, ${cleanText(self.wireUrl)},
          ${JSON.stringify(self.endpoints)}::jsonb, ${[...self.roles]}::text[], ${self.version}, ${self.load},
          ${self.boot}, now() + ${leaseMs} * interval '1 millisecond', now())
        on conflict (id) do update set name = case when ${kind === 'join'} then excluded.name else servers.name end,
          site = excluded.site, wire_url = excluded.wire_url,
          endpoints = excluded.endpoints, roles = excluded.roles, version = excluded.version, load = excluded.load,
          boot = excluded.boot, lease_until = excluded.lease_until, seen_at = now(),
          state = case when ${kind === 'join'} and servers.state = 'out' then 'in' else servers.state end
          where ${kind !== 'renew'} or servers.boot = excluded.boot
        returning *
    ), told as (
      select told.* from self, jsonb_to_recordset(${disks}::jsonb)
        as told (id text, name text, kind text, capacity bigint, free bigint, state text)
    ), own as (
      insert into disks (id, server, name, kind, capacity, free, state, lost_at)
        select id, ${self.id}, name, kind, capacity, free, state, case when state = 'lost' then now() end from told
        on conflict (id) do update set server = excluded.server, name = excluded.name, kind = excluded.kind,
          capacity = excluded.capacity, free = excluded.free, state = excluded.state,
          lost_at = case when excluded.state = 'lost' then coalesce(disks.lost_at, now()) end
        returning *
    ), silent as (
      update disks set state = 'lost', lost_at = now(), free = 0
        where server in (select id from self) and state <> 'lost' and id not in (select id from told)
        returning *
    ), forgotten as (
      delete from disks where server in (select id from self) and state = 'lost' and id not in (select id from told)
        and not exists (select 1 from replicas where replicas.disk = disks.id)
        returning id
    ), news as (
      insert into changes (kind, uid) select 'server', id from self
        where ${kind} <> 'renew' or exists (select 1 from silent)
          or exists (select 1 from told left join disks as before on before.id = told.id
            where (before.server, before.state) is distinct from (self.id, told.state))
          or not exists (select 1 from servers where servers.id = self.id and ${isAlive})
        returning uid
    ), free as (
      select id from servers where exists (select 1 from self) and id in (select id from held)
        order by id for no key update skip locked
    ), revived as (
      update servers set lease_until = greatest(lease_until, now() + ${leaseMs} * interval '1 millisecond')
        where id in (select id from free)
    ), everyone as (
      select * from self union all select * from servers where id <> ${self.id}
    ), every_disk as (
      select * from own union all select * from silent
      union all select * from disks
        where id not in (select id from own union all select id from silent union all select id from forgotten)
    )
    select id, name, site, wire_url, endpoints, roles, version, state, load, boot,
        (${isAlive} or id in (select id from held)) as alive,
        (extract(epoch from now() - seen_at) * 1000)::float8 as silent_ms,
        coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'kind', d.kind,
          'capacity', d.capacity, 'free', d.free, 'state', d.state) order by d.name, d.id)
          from every_disk d where d.server = everyone.id), '[]'::jsonb) as disks
      , exists (select 1 from news) as is_news
      from everyone where exists (select 1 from self) order by id`.execute(database);
  const [first] = rows;
  if (first) return { servers: rows.map(serverOf), isNews: first.is_news };
  throw new MetadataError(
    'in-use',
    `Another process runs as the server ${self.id}: its data folder was copied. Stop one of them. A copy gets an id of its own when strata.json is deleted in it.`,
  );
}

/** All servers, ordered by id; nothing is renewed. */
export async function listServers(database: Database): Promise<ServerRecord[]> {
  const { rows } = await sql<ServerRow>`select servers.*, ${isAlive} as alive,
      greatest(0, extract(epoch from now() - seen_at) * 1000)::float8 as silent_ms,
      coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'kind', d.kind,
        'capacity', d.capacity, 'free', d.free, 'state', d.state) order by d.name, d.id)
        from disks d where d.server = servers.id), '[]'::jsonb) as disks
    from servers order by id`.execute(database);
  return rows.map(serverOf);
}

/** Ends the lease of a server that stops, as of when it was heard last. */
export async function leave(database: Database, serverId: string): Promise<void> {
  await sql`with gone as (update servers set lease_until = least(seen_at, now()) where id = ${serverId} returning id)
    insert into changes (kind, uid) select 'server', id from gone`.execute(database);
}

/** @returns whether there is such a server */
export async function changeState(
  database: Database,
  serverId: string,
  state: ServerState,
): Promise<boolean> {
  const { rows } = await sql`with changed as (update servers set state = ${state},
      lease_until = case when ${state} = 'out' then now() else lease_until end
      where id = ${serverId} returning id)
    insert into changes (kind, uid) select 'server', id from changed returning uid`.execute(database);
  return rows.length > 0;
}

/** The key that the servers of the pool know each other by: 64 hex digits, the same for ever. */
export async function poolKey(database: Database): Promise<string> {
  const made = randomBytes(KEY_BYTES).toString('hex');
  await sql`insert into pool_key (key) values (${made}) on conflict do nothing`.execute(database);
  const { rows } = await sql<{ key: string }>`select key from pool_key`.execute(database);
  const [row] = rows;
  if (!row) throw new MetadataError('failed', 'The pool has no key.');
  return row.key;
}

function diskRow(disk: DiskRecord) {
  const { id, name, kind, capacity, free, state } = disk;
  return { id, name: cleanText(name), kind, capacity: Math.floor(capacity), free: Math.floor(free), state };
}

function serverOf(row: ServerRow): ServerRecord {
  const { id, name, site, endpoints, roles, version, state, load, boot, disks } = row;
  return {
    ...{ id, name, site, wireUrl: row.wire_url, endpoints, roles, version, state, load, boot, disks },
    ...{ isAlive: row.alive && state !== 'out', silentMs: row.silent_ms },
  };
}
