// Puts a good copy in the place of a bad one of this server, from another that proves its own first.
import type { Pool } from '@strata/metadata/pool/pool';
import type { CopiedBlob, Copies, CopiesOf } from './copies.ts';
import { CopyError } from './copies.ts';
import type { ServerView } from './pool-view.ts';

export interface HealParts {
  readonly self: string;
  readonly pool: Pick<Pool, 'holders' | 'keepReplicas' | 'lostReplica' | 'queueSettling'>;
  readonly servers: () => readonly ServerView[];
  readonly own: Copies;
  readonly copiesOf: CopiesOf;
}

/** `left`: this disk cannot take it, another server will; `alone`: there is no good copy to be had now. */
export type Healed =
  | { readonly outcome: 'repaired'; readonly from: string }
  | { readonly outcome: 'left' }
  | { readonly outcome: 'alone'; readonly hasOthers: boolean };

/** Replaces the copy on the disk. Throws MetadataError, and when the signal says stop. */
export async function healCopy(
  { self, pool, servers, own, copiesOf }: HealParts,
  blob: CopiedBlob,
  disk: string,
  signal: AbortSignal,
): Promise<Healed> {
  const holders = (await pool.holders([blob.digest])).get(blob.digest) ?? [];
  const others = holders.filter(({ server }) => server !== self);
  const alive = new Set(servers().flatMap(({ id, isAlive }) => (isAlive ? [id] : [])));
  for (const { server } of others) {
    if (!alive.has(server)) continue;
    signal.throwIfAborted();
    try {
      const check = await copiesOf(server).verify(blob, signal);
      if (check.state !== 'good' || check.length !== blob.length) continue;
      await own.fetch(blob, server, disk, signal);
      await pool.keepReplicas([{ digest: blob.digest, server: self, disk }]);
      // It may have been off the list, and copied elsewhere meanwhile.
      if (!holders.some(({ server: id }) => id === self)) await pool.queueSettling([blob.digest], 'mended');
      return { outcome: 'repaired', from: server };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CopyError)) throw error;
      if (error.failure !== 'target') continue;
      // There is a good copy elsewhere: the bad one here does not count any more.
      await pool.lostReplica(blob.digest, self, 'damaged, and its disk fails');
      return { outcome: 'left' };
    }
  }
  return { outcome: 'alone', hasOthers: others.length > 0 };
}

/** The same for people. */
export function outcomeOf(healed: Healed): string {
  if (healed.outcome === 'repaired') return `repaired from ${healed.from}`;
  if (healed.outcome === 'left') return 'its disk fails: another server takes it';
  return healed.hasOthers
    ? 'no good copy can be reached now'
    : 'there is no other copy: import the original file again';
}
