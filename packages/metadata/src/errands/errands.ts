// The errands in the database: kept with the instances that ask for them, claimed by one worker at a time, settled.
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import { cleanText } from '../text.ts';
import { checkErrand } from './check-errand.ts';
import type { Errand, ErrandFilter, ErrandKind, ErrandTarget, NewErrand, Settlement } from './errand.ts';
import { keepErrands } from './keep-errands.ts';

const MAX_CLAIM = 1000;
const MAX_LIST = 1000;
const MAX_ERROR = 500;
/** How long what is done is remembered. */
const REMEMBERED = '7 days';

/** Runs queries again while the database is away; as `Metadata` does. */
export type Run = <Result>(query: (database: Database) => Promise<Result>) => Promise<Result>;

/** Every method throws MetadataError: `unavailable`, `no-space`, `invalid`, `failed`. */
export class Errands {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Keeps errands that no commit brings along. @returns how many were new */
  async add(errands: readonly NewErrand[]): Promise<number> {
    const checked = errands.map(checkErrand);
    return this.#run((database) => database.transaction().execute((tx) => keepErrands(tx, checked)));
  }

  /** The targets that have something due. */
  async targetsDue(kind: ErrandKind): Promise<string[]> {
    const rows = await this.#run((database) =>
      database
        .selectFrom('errands')
        .select('target')
        .distinct()
        .where('kind', '=', kind)
        .where('state', '=', 'waiting')
        .where('due_at', '<=', sql<Date>`now()`)
        .execute(),
    );
    return rows.map(({ target }) => target);
  }

  /**
   * Takes up to `limit` (1000 at most) due errands of a target, those that are due longest first. Nobody else gets them for `leaseMs`, after
   * which they are due again unless they were settled: whoever held them may have been killed.
   */
  async claim(kind: ErrandKind, target: string, limit: number, leaseMs: number): Promise<Errand[]> {
    const most = Math.max(1, Math.min(MAX_CLAIM, limit));
    const { rows } = await this.#run((database) =>
      sql<Tables['errands']>`update errands set attempts = attempts + 1, due_at = ${after(leaseMs)}
        where id in (select id from errands where kind = ${kind} and target = ${target} and state = 'waiting'
          and due_at <= now() order by due_at, id limit ${most} for update skip locked)
        returning *`.execute(database),
    );
    return (rows as unknown as ErrandRow[]).map(errandOf).sort((a, b) => a.id - b.id);
  }

  /** Says how attempts ended, all of them or none. Those that are not there any more are passed over. */
  async settle(settlements: readonly Settlement[]): Promise<void> {
    if (settlements.length === 0) return;
    await this.#run((database) =>
      database.transaction().execute(async (tx) => {
        for (const settlement of settlements.toSorted((a, b) => a.id - b.id)) await settleOne(tx, settlement);
        await sql`delete from errands where state = 'done' and due_at < now() - ${REMEMBERED}::interval`.execute(
          tx,
        );
      }),
    );
  }

  /** Every target that has errands which are not done. */
  async targets(): Promise<ErrandTarget[]> {
    const { rows } = await this.#run((database) =>
      sql<{
        kind: ErrandKind;
        target: string;
        waiting: number;
        failed: number;
        oldest: Date | null;
        error: string | null;
      }>`select kind, target,
          count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'failed') as failed,
          min(created_at) filter (where state = 'waiting') as oldest,
          (array_agg(error order by (state = 'failed') desc, id desc) filter (where error <> ''))[1] as error
        from errands where state <> 'done' group by kind, target order by kind, target`.execute(database),
    );
    return rows.map((row) => ({ ...row, oldest: row.oldest?.toISOString() ?? null, error: row.error ?? '' }));
  }

  /** Up to `limit` (1000 at most) errands, oldest first, those with an id above `after`. */
  async list(filter: ErrandFilter, limit: number, after = 0): Promise<Errand[]> {
    const rows = await this.#run((database) =>
      database
        .selectFrom('errands')
        .selectAll()
        .where(matching(filter))
        .where('id', '>', after)
        .orderBy('id')
        .limit(Math.max(1, Math.min(MAX_LIST, limit)))
        .execute(),
    );
    return (rows as ErrandRow[]).map(errandOf);
  }

  /** Makes errands that wait or failed due now, with their attempts forgotten. @returns how many */
  async retry(filter: ErrandFilter): Promise<number> {
    const rows = await this.#run((database) =>
      database
        .updateTable('errands')
        .set({ state: 'waiting', attempts: 0, due_at: sql<Date>`now()` })
        .where(matching(filter))
        .where('state', '<>', 'done')
        .returning('id')
        .execute(),
    );
    return rows.length;
  }

  /** Gives errands up. @returns how many */
  async drop(filter: ErrandFilter): Promise<number> {
    const rows = await this.#run((database) =>
      database
        .deleteFrom('errands')
        .where(matching(filter))
        .where('state', '<>', 'done')
        .returning('id')
        .execute(),
    );
    return rows.length;
  }
}

async function settleOne(tx: Transaction<Tables>, settlement: Settlement): Promise<void> {
  if (settlement.outcome === 'done' && !settlement.remember) {
    await tx.deleteFrom('errands').where('id', '=', settlement.id).execute();
    return;
  }
  await tx
    .updateTable('errands')
    .set(changesOf(settlement))
    .where('id', '=', settlement.id)
    .where('state', '=', 'waiting')
    .execute();
}

function changesOf(settlement: Settlement) {
  if (settlement.outcome === 'done') return { state: 'done' as const, due_at: sql<Date>`now()`, error: '' };
  const error = cleanText(settlement.error.slice(0, MAX_ERROR));
  if (settlement.outcome === 'failed') return { state: 'failed' as const, error };
  const due_at = after(settlement.afterMs);
  return settlement.uncounted
    ? { due_at, error, attempts: sql<number>`greatest(attempts - 1, 0)` }
    : { due_at, error };
}

const after = (ms: number) => sql<Date>`now() + ${Math.max(0, Math.round(ms))} * interval '1 millisecond'`;

function matching({ target, state, ids }: ErrandFilter) {
  return sql<boolean>`(${target ?? null}::text is null or target = ${target ?? null})
    and (${state ?? null}::text is null or state = ${state ?? null})
    and (${ids === undefined} or id = any(${ids ?? []}::bigint[]))`;
}

type ErrandRow = {
  readonly id: number;
  readonly kind: ErrandKind;
  readonly target: string;
  readonly rule: string;
  readonly uid: string;
  readonly details: Errand['details'];
  readonly state: Errand['state'];
  readonly attempts: number;
  readonly due_at: Date;
  readonly error: string;
  readonly created_at: Date;
};

function errandOf({ due_at, created_at, ...row }: ErrandRow): Errand {
  return { ...row, dueAt: due_at.toISOString(), createdAt: created_at.toISOString() };
}
