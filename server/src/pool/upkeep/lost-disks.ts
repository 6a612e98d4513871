// Gives up the replicas of disks that are gone: emptied ones at once, those that are only away after a while.
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { Pool } from '@strata/metadata/pool/pool';
import type { DiskStatus } from '@strata/store/disk';
import type { Logger } from '../../config/log.ts';

export interface LostDisksParts {
  readonly self: string;
  readonly pool: Pick<Pool, 'lostDisk'>;
  readonly servers: () => readonly ServerRecord[];
  /** The disks of this server as they are, those that they were before they were emptied too. */
  readonly disks: () => readonly Pick<DiskStatus, 'id' | 'state' | 'isReplaced'>[];
  readonly repairAfterMs: number;
  readonly now?: () => number;
  readonly log: Pick<Logger, 'warn'>;
}

export class LostDisks {
  readonly #parts: LostDisksParts;
  readonly #seenLost = new Map<string, number>();
  readonly #givenUp = new Set<string>();

  constructor(parts: LostDisksParts) {
    this.#parts = parts;
  }

  /** @returns how many replicas were given up. Throws MetadataError. */
  async look(): Promise<number> {
    const { self, pool, servers, disks, repairAfterMs, log, now = () => performance.now() } = this.#parts;
    const told = servers().find(({ id }) => id === self)?.disks ?? [];
    const here = new Map(disks().map((disk) => [disk.id, disk]));
    const lost = [...new Set([...told.map(({ id }) => id), ...here.keys()])].filter(
      (id) => (here.get(id)?.state ?? 'lost') === 'lost',
    );
    for (const id of [...this.#seenLost.keys(), ...this.#givenUp]) {
      if (lost.includes(id)) continue;
      this.#seenLost.delete(id);
      this.#givenUp.delete(id);
    }
    let replicas = 0;
    for (const id of lost) {
      const since = this.#seenLost.get(id) ?? now();
      this.#seenLost.set(id, since);
      const isDue = here.get(id)?.isReplaced === true || now() - since >= repairAfterMs;
      if (this.#givenUp.has(id) || !isDue) continue;
      const count = await pool.lostDisk(id);
      this.#givenUp.add(id);
      replicas += count;
      log.warn({ disk: id, replicas: count }, 'a disk is lost: its blobs get their copies elsewhere');
    }
    return replicas;
  }
}
