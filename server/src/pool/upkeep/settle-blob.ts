// Carries out one settling: copies first, each durable before it counts; then surplus ones, after those that stay are proven.
// Every step may be the last one before a kill -9: whoever takes the settling next plans from what is there.
import type { Pool } from '@strata/metadata/pool/pool';
import type { WarnLog } from '../../config/counted-log.ts';
import { type CopiedBlob, type CopiesOf, CopyError } from './copies.ts';
import type { Pace } from './pace.ts';
import { planSettling, type SettlingPlan, type WaitReason } from './plan-settling.ts';
import type { BlobView, HolderView, ServerView, UpkeepRules } from './pool-view.ts';
import { rankPlaces } from './rank-places.ts';

/** Plans of one blob in one go; more means that others work against it. */
const MOST_ROUNDS = 6;

export interface SettleParts {
  readonly self: string;
  readonly pool: Pick<Pool, 'holders' | 'keepCopy' | 'lostReplica'>;
  readonly servers: () => readonly ServerView[];
  readonly rules: UpkeepRules;
  readonly copiesOf: CopiesOf;
  readonly pace: Pace;
  /** The database's clock, ms since 1970. */
  readonly now: () => number;
  readonly log: WarnLog;
}

/** What came of it: settled, or why not yet. `failed`: a server or disk did not do its part, see the log. */
export interface Settled {
  readonly wait: WaitReason | 'failed' | null;
  readonly copied: number;
  readonly removed: number;
  readonly bytes: number;
}

/** Never throws for what servers and disks do; throws MetadataError, and when the signal says stop. */
export async function settleBlob(parts: SettleParts, blob: BlobView, signal: AbortSignal): Promise<Settled> {
  const done = { copied: 0, removed: 0, bytes: 0 };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    signal.throwIfAborted();
    const holders = (await parts.pool.holders([blob.digest])).get(blob.digest) ?? [];
    const plan = planSettling(blob, holders, parts.servers(), parts.rules, {
      ...{ now: parts.now(), rank: rankPlaces },
    });
    if (plan.copyTo.length === 0 && plan.remove.length === 0) return { ...done, wait: plan.wait };
    for (const target of plan.copyTo) {
      if (!(await copyTo(parts, blob, holders, target, signal))) return { ...done, wait: 'failed' };
      done.copied += 1;
      done.bytes += blob.length;
    }
    if (plan.remove.length > 0) {
      if (!(await proveKeepers(parts, blob, plan, signal))) return { ...done, wait: 'failed' };
      for (const server of plan.remove) {
        if (!(await removeFrom(parts, blob, server, plan.keep.length, signal))) {
          return { ...done, wait: 'failed' };
        }
        done.removed += 1;
      }
    }
  }
  return { ...done, wait: 'failed' };
}

async function copyTo(
  { self, pool, servers, copiesOf, pace, log }: SettleParts,
  blob: CopiedBlob,
  holders: readonly HolderView[],
  target: { readonly server: string; readonly disk: string },
  signal: AbortSignal,
): Promise<boolean> {
  const { digest } = blob;
  const bad: { server: string; reason: string }[] = [];
  for (const source of sourcesFor(target.server, holders, servers())) {
    await pace.take(blob.length, signal);
    try {
      await copiesOf(target.server).fetch(blob, source, target.disk, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CopyError)) throw error;
      log.warn({ digest, source, target: target.server, reason: error.message }, 'a copy was not made');
      if (error.failure === 'target') return false;
      if (error.failure === 'source' && source !== target.server)
        bad.push({ server: source, reason: error.message });
      continue;
    }
    await pool.keepCopy({ digest, ...target }, self);
    // Only now: a bad copy may be all there is.
    for (const { server, reason } of bad) await pool.lostReplica(digest, server, reason);
    return true;
  }
  return false;
}

/** Servers that can be asked for the blob: the target's own other disk, then those of its site, then the others. */
function sourcesFor(
  target: string,
  holders: readonly HolderView[],
  servers: readonly ServerView[],
): string[] {
  const site = servers.find(({ id }) => id === target)?.site;
  const far = (server: ServerView) => (server.id === target ? 0 : server.site === site ? 1 : 2);
  return servers
    .filter(({ id, isAlive }) => isAlive && holders.some(({ server }) => server === id))
    .sort((a, b) => far(a) - far(b))
    .map(({ id }) => id);
}

/**
 * Whether all that are to stay have been read again and are good. Bad ones are taken off the list, to be made anew, once a
 * good one is known: a bad copy may be all there is.
 */
async function proveKeepers(
  { pool, copiesOf, pace, log }: SettleParts,
  blob: CopiedBlob,
  { keep, remove }: SettlingPlan,
  signal: AbortSignal,
): Promise<boolean> {
  const reasonOf = async (server: string): Promise<string | null> => {
    await pace.take(blob.length, signal);
    const check = await unlessAway(() => copiesOf(server).verify(blob, signal), signal);
    if (check === null) return NOT_REACHED;
    if (check.state !== 'good') return check.reason;
    return check.length === blob.length ? null : 'It has another length.';
  };
  const failed = new Map<string, string>();
  const prove = async (servers: readonly string[]): Promise<void> => {
    for (const server of servers) {
      const reason = await reasonOf(server);
      if (reason !== null) failed.set(server, reason);
    }
  };
  await prove(keep);
  if (failed.size === 0) return true;
  // Where one is bad, the others are not trusted either.
  await prove(remove);
  const hasGood = failed.size < keep.length + remove.length;
  for (const [server, reason] of failed) {
    log.warn({ digest: blob.digest, server, reason }, 'a copy is not good');
    if (hasGood && reason !== NOT_REACHED) await pool.lostReplica(blob.digest, server, 'damaged');
  }
  return false;
}

const NOT_REACHED = 'Its server cannot be reached.';

async function removeFrom(
  { copiesOf }: SettleParts,
  { digest }: CopiedBlob,
  server: string,
  leastOthers: number,
  signal: AbortSignal,
): Promise<boolean> {
  const removed = await unlessAway(() => copiesOf(server).remove(digest, leastOthers, signal), signal);
  return removed === true;
}

async function unlessAway<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CopyError) return null;
    throw error;
  }
}
