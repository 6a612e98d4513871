// Takes a blob from another server and keeps it as a replica: what another server orders, when the pool is settled.
import type { Disks } from '@strata/store/disks';
import { StoreError } from '@strata/store/errors';
import type { Peers } from './peers.ts';
import type { FetchOrder } from './wire/order-routes.ts';
import type { KeptBlob, WireClient } from './wire/wire-client.ts';
import { isPeerTrouble, Refusal } from './wire/wire-error.ts';

export interface FetchParts {
  readonly disks: Disks | null;
  readonly client: WireClient;
  readonly peers: Peers;
}

/**
 * On the disk, fsynced, when it returns; a good copy that is there already is kept. Where a disk is named, a copy on another
 * disk of this server is moved to it.
 * @throws StoreError `missing` or `corrupt` when no source has it right, `no-space`, `io`; WireError when none can be asked
 */
export async function fetchReplica(
  { disks, client, peers }: FetchParts,
  { digest, length, from, disk }: FetchOrder,
  signal: AbortSignal,
): Promise<KeptBlob> {
  if (!disks) throw new Refusal(409, 'no-disks', 'This server keeps no blobs.');
  const where = disk === undefined ? {} : { disk };
  const here = await disks.verify(digest, where);
  if (here.state === 'good')
    return { digest, length: here.length, existed: true, disk: disk ?? (await disks.diskOf(digest)) ?? '' };
  let failure: unknown = new StoreError('missing', `None of the servers ${from.join(', ')} is known here.`);
  for (const id of from) {
    const server = peers.other(id);
    if (!server) continue;
    try {
      return await peers.ask(
        server,
        async (peer) => {
          const { stream, discard } = await client.open(peer, digest, { signal });
          return disks.putStream({ digest, length }, stream, where).finally(discard);
        },
        { signal },
      );
    } catch (error) {
      const isTheirs =
        isPeerTrouble(error) ||
        (error instanceof StoreError && (error.code === 'missing' || error.code === 'corrupt'));
      if (!isTheirs) throw error;
      failure = error;
    }
  }
  throw failure;
}
