// How the servers of an address list stand: who is primary, who follows it and how far behind, and whether one could take over.
import pg from 'pg';
import { type Address, type AddressList, addressText, parseAddressList } from './connections/address-list.ts';
import { clientOptions } from './connections/client-options.ts';
import { cutSocket } from './connections/sockets.ts';

/** A server that follows the primary, as the primary sees it. */
interface Follower {
  readonly name: string;
  /** As PostgreSQL says it: `streaming` when it gets every change at once. */
  readonly state: string;
  /** Whether commits wait for it. */
  readonly isSynchronous: boolean;
}

/** One server of the list. */
export interface ServerStatus {
  readonly address: string;
  readonly role: 'primary' | 'standby' | 'away';
  /** The name by which it follows; null when it does not. */
  readonly name: string | null;
  readonly timeline: number | null;
  /** How far the log has come: written by a primary, replayed by a standby; in bytes. */
  readonly position: number | null;
  /** Since the last change that a standby knows of, in ms; null for others. */
  readonly ageMs: number | null;
  /** Only of a primary. */
  readonly followers: readonly Follower[];
  /** Why it is away. */
  readonly error: string | null;
}

const WITHIN_MS = 3_000;

const QUESTION = `select standby,
    greatest((select timeline_id from pg_control_checkpoint()),
      (select min_recovery_end_timeline from pg_control_recovery()),
      (select received_tli from pg_stat_wal_receiver)) as timeline,
    (case when standby then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end - '0/0')::float8 as position,
    case when standby
      then (extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 end as age,
    case when standby
      then substring(current_setting('primary_conninfo', true) from 'application_name=''?([^ '']+)') end as name
  from pg_is_in_recovery() as standby`;

/** Asks all servers at once; at most three seconds. Throws MetadataError `invalid` when the URL is no address list. */
export function clusterStatus(url: string): Promise<ServerStatus[]> {
  const list = parseAddressList(url);
  return Promise.all(list.addresses.map((address) => statusOf(list, address)));
}

async function statusOf(list: AddressList, at: Address): Promise<ServerStatus> {
  const address = addressText(at);
  const client = new pg.Client({ ...clientOptions(list, at), application_name: 'strata cluster status' });
  client.on('error', () => undefined);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    cutSocket(client);
  }, WITHIN_MS);
  try {
    await client.connect();
    const { rows } = await client.query(QUESTION);
    const { standby, timeline, position, age, name } = rows[0];
    const followers = standby ? [] : await followersAt(client);
    const role = standby ? 'standby' : 'primary';
    return { address, role, name, timeline, position, ageMs: age, followers, error: null };
  } catch (cause) {
    const error = isLate ? `no answer within ${WITHIN_MS / 1000} s` : (cause as Error).message;
    const nothing = { name: null, timeline: null, position: null, ageMs: null, followers: [] };
    return { address, role: 'away', ...nothing, error: error || String((cause as { code?: string }).code) };
  } finally {
    clearTimeout(late);
    await client.end().catch(() => undefined);
  }
}

async function followersAt(client: pg.Client): Promise<Follower[]> {
  const { rows } = await client.query(
    'select application_name as name, state, sync_state from pg_stat_replication order by application_name',
  );
  return rows.map(({ name, state, sync_state }) => ({
    name,
    state: state ?? 'unknown',
    isSynchronous: sync_state === 'sync' || sync_state === 'quorum',
  }));
}
