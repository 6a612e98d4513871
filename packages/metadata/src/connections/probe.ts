// Asks one server what it is, inside a second: primary, standby, or away.
import pg from 'pg';
import { type Address, type AddressList, addressText } from './address-list.ts';
import { clientOptions } from './client-options.ts';
import { PROBE_MS } from './limits.ts';
import { cutSocket } from './sockets.ts';

/** `system` and `timeline`: a primary that was taken the role by another one has a lower timeline of the same system. */
export interface SeenPrimary {
  readonly state: 'primary';
  readonly system: string;
  readonly timeline: number;
}

export interface SeenStandby {
  readonly state: 'standby';
  /** How much of the log it has, in bytes. */
  readonly replayed: number;
  /** Since the last change that it knows was made, by its clock, in ms; null when it knows of none. */
  readonly ageMs: number | null;
}

/** `refused`: it answers, and does not let us in. */
export interface SeenAway {
  readonly state: 'away' | 'refused';
  readonly error: unknown;
}

export type Seen = SeenPrimary | SeenStandby | SeenAway;

// PostgreSQL 15: what a primary says of its log, a standby may not be asked, so the cases come first.
const QUESTION = `select standby, system_identifier::text as system,
    case when not standby then ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint end as timeline,
    case when standby then (coalesce(pg_last_wal_replay_lsn(), '0/0') - '0/0')::float8 end as replayed,
    case when standby
      then (extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 end as age
  from pg_is_in_recovery() as standby, pg_control_system()`;

interface Answer {
  readonly standby: boolean;
  readonly system: string;
  readonly timeline: number;
  readonly replayed: number;
  readonly age: number | null;
}

/** One server, asked again and again on one connection while it lasts. */
export class Probe {
  readonly #list: AddressList;
  readonly #address: Address;
  #client: pg.Client | null = null;
  #closed = false;
  #asking: Promise<Seen> | null = null;

  constructor(list: AddressList, address: Address) {
    this.#list = list;
    this.#address = address;
  }

  /** Never rejects. Who asks while it is being asked gets the same answer. */
  ask(): Promise<Seen> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Cuts the connection; it is made anew by the next question. */
  forget(): void {
    if (this.#client) cutSocket(this.#client);
    this.#client = null;
  }

  close(): void {
    this.#closed = true;
    this.forget();
  }

  async #ask(): Promise<Seen> {
    const client = this.#client ?? new pg.Client(clientOptions(this.#list, this.#address));
    const isNew = client !== this.#client;
    this.#client = client;
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      cutSocket(client);
    }, PROBE_MS);
    try {
      if (isNew) {
        client.on('error', () => undefined).on('end', () => this.#client === client && this.forget());
        await client.connect();
      }
      const { rows } = await client.query<Answer>(QUESTION);
      const [answer] = rows;
      if (!answer) throw new Error('it gave no answer');
      if (answer.standby)
        return {
          state: 'standby',
          replayed: answer.replayed,
          ageMs: answer.age && Math.max(0, answer.age),
        };
      return { state: 'primary', system: answer.system, timeline: answer.timeline };
    } catch (cause) {
      if (this.#client === client) this.forget();
      const code = (cause as { code?: string }).code ?? '';
      const isRefused = code.startsWith('28') || code === '3D000' || isTlsRefusal(cause);
      const error = isLate ? new Error(`${addressText(this.#address)} does not answer`, { cause }) : cause;
      return { state: isRefused && !isLate ? 'refused' : 'away', error };
    } finally {
      clearTimeout(late);
      if (this.#closed) this.forget();
    }
  }
}

/** A certificate that is not trusted, or no TLS where it is asked for: trying again helps nobody. */
function isTlsRefusal(cause: unknown): boolean {
  const { code = '', message = '' } = cause as { code?: string; message?: string };
  return (
    /^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code) ||
    /does not support SSL connections/.test(message)
  );
}
