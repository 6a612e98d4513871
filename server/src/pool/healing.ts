// Copies of this server that are suspected: proven, and replaced from another server when they are bad.
import type { Pool } from '@strata/metadata/pool/pool';
import type { BlobCheck } from '@strata/store/blob-store';
import type { Disks } from '@strata/store/disks';
import { StoreError } from '@strata/store/errors';
import { LRUCache } from 'lru-cache';
import { CountedLog } from '../config/counted-log.ts';
import type { Logger } from '../config/log.ts';
import type { KnownHolders } from './known-holders.ts';
import type { Peers } from './peers.ts';
import { Turns } from './turns.ts';
import type { NewFinding } from './upkeep/findings.ts';
import type { WireClient } from './wire/wire-client.ts';

export interface HealingParts {
  readonly selfId: string;
  readonly site: string;
  readonly disks: Disks | null;
  readonly client: WireClient;
  readonly peers: Peers;
  readonly holders: KnownHolders;
  readonly pool: Pick<Pool, 'holders' | 'keepReplicas' | 'lostReplica' | 'queueSettling'>;
  readonly mayWrite: () => boolean;
  /** Told of every bad copy, and what came of it. */
  readonly onBad: ((finding: NewFinding) => void) | undefined;
  readonly log: Logger;
}

/**
 * `good`: the copy is right; `repaired`: it was not, and is now; `elsewhere`: this server does not hold the blob; `bad`: it is
 * damaged or gone, and no good copy could be had.
 */
export type Healed = 'good' | 'repaired' | 'elsewhere' | 'bad';

const AT_ONCE = 2;
const WAITING = 256;
/** A copy is not proven again so soon: reports may come in crowds. */
const PROVEN_MS = 5_000;

export class Healing {
  readonly #parts: HealingParts;
  /** A disk that was wiped lacks every blob. */
  readonly #missing: CountedLog;
  readonly #turns = new Turns(AT_ONCE);
  readonly #recent = new LRUCache<string, Promise<Healed>>({ max: 1_000, ttl: PROVEN_MS });

  constructor(parts: HealingParts) {
    this.#parts = parts;
    this.#missing = new CountedLog(parts.log);
  }

  /** Proves this server's copy, and replaces it when it is bad. @param why for the log. Never rejects. */
  suspect(digest: string, why: string): Promise<Healed> {
    const known = this.#recent.get(digest);
    if (known) return known;
    if (this.#turns.size >= WAITING) return Promise.resolve('bad');
    const healed = this.#turns
      .run(() => this.#heal(digest, why))
      .catch((error): Healed => {
        this.#parts.log.warn({ blob: digest, err: error }, 'a suspected copy could not be mended now');
        this.#recent.delete(digest);
        return 'bad';
      });
    this.#recent.set(digest, healed);
    return healed;
  }

  async #heal(digest: string, why: string): Promise<Healed> {
    const { disks, holders, selfId, log } = this.#parts;
    if (!disks) return 'elsewhere';
    const check = await disks.verify(digest);
    if (check.state === 'good') return 'good';
    holders.forget(digest);
    const said = await holders.of(digest);
    if (check.state === 'missing' && (!said?.includes(selfId) || hasLostDisk(disks))) return 'elsewhere';
    if (check.state === 'missing') {
      this.#missing.warn({ blob: digest, reason: check.reason, why }, 'a copy of a blob is missing');
      // Reads go to the others meanwhile, and the pool decides where the copy is made anew: two would be one too many.
      this.#tell(check, 'given up: the pool makes another');
      await this.#giveUp(digest, check, said);
      return said?.some((id) => id !== selfId) ? 'elsewhere' : 'bad';
    }
    log.warn({ blob: digest, state: check.state, reason: check.reason, why }, 'a copy of a blob is bad');
    const from = await this.#replace(digest, disks);
    this.#tell(check, from === null ? 'no good copy could be had' : `repaired from ${from}`);
    if (from !== null) {
      log.warn({ blob: digest, from }, 'the bad copy of a blob was replaced by a good one');
      return 'repaired';
    }
    await this.#giveUp(digest, check, said);
    return 'bad';
  }

  #tell(check: Exclude<BlobCheck, { state: 'good' }>, outcome: string): void {
    const { digest, state, reason } = check;
    this.#parts.onBad?.({
      ...{ digest, disk: null, found: state === 'missing' ? 'missing' : 'damaged', reason },
      outcome,
    });
  }

  /** @returns the server that the good copy is from; null when there is none */
  async #replace(digest: string, disks: Disks): Promise<string | null> {
    const { client, peers, holders, site, mayWrite, log } = this.#parts;
    if (!mayWrite()) return null;
    for (const server of peers.inReadingOrder(await holders.others(digest), site)) {
      if (!peers.isUsable(server)) continue;
      try {
        const disk = await peers.ask(server, async (peer) => {
          const { length, stream, discard } = await client.open(peer, digest);
          const { disk } = await disks.putStream({ digest, length }, stream).finally(discard);
          return disk;
        });
        await this.#keepRow(digest, disk);
        return server.id;
      } catch (error) {
        // What the other server gave is no better, or it is not there: the next one.
        const isOurs = error instanceof StoreError && error.code !== 'missing' && error.code !== 'corrupt';
        if (!isOurs) continue;
        // No other server helps: the copy is given up, and the pool makes one where there is a sound disk.
        log.warn(
          { blob: digest, err: error },
          'a good copy of a blob could not be kept on the disks of this server',
        );
        return null;
      }
    }
    return null;
  }

  /** The copy may be on another disk of this server than before. */
  async #keepRow(digest: string, disk: string): Promise<void> {
    const { pool, selfId, log } = this.#parts;
    try {
      const rows = (await pool.holders([digest])).get(digest) ?? [];
      const row = rows.find(({ server }) => server === selfId);
      if (row?.disk === disk) return;
      if (row) await pool.lostReplica(digest, selfId, 'moved to another disk');
      await pool.keepReplicas([{ digest, server: selfId, disk }]);
      // Others may have made a copy meanwhile: then there is one too many.
      if (!row) await pool.queueSettling([digest], 'mended');
    } catch (error) {
      log.warn(
        { blob: digest, err: error },
        'where a replaced copy is could not be written down; the audit will',
      );
    }
  }

  async #giveUp(digest: string, check: BlobCheck, said: readonly string[] | null): Promise<void> {
    const { pool, selfId, log } = this.#parts;
    if (said?.some((id) => id !== selfId)) {
      // Those that have it cannot be asked now. This copy does not count any more; the pool settles the rest.
      await pool.lostReplica(digest, selfId, check.state);
      const given = check.state === 'missing' ? this.#missing : log;
      given.warn({ blob: digest }, 'a bad copy was given up: others are said to hold a good one');
    } else if (said !== null) {
      log.error({ blob: digest }, 'the only copy of a blob is bad: import its original file again');
    }
  }
}

/** Whether the blob may be on a disk that is away for a moment: whether that is lost for good is not decided here. */
function hasLostDisk(disks: Disks): boolean {
  return disks.status().some(({ state, isReplaced }) => state === 'lost' && !isReplaced);
}
