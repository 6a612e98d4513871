// Writes down copies that are made while blobs are settled, so that two servers that settle the same one notice.
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { transact } from '../transact.ts';
import { bytesOf } from './digests.ts';
import type { NewReplica } from './model.ts';
import { keepReplicas } from './replicas.ts';

/**
 * Writes down a copy that the server made for a settling. Where that was queued anew or ended meanwhile, another server may
 * not have seen this copy and made one of its own: the blob is to be looked at once more. Both in one transaction.
 */
export async function keepCopy(database: Database, copy: NewReplica, serverId: string): Promise<void> {
  await transact(database, async (tx) => {
    await keepReplicas(tx, [copy], 'told');
    await sql`insert into settlings (blob, reason) select digest, 'copied' from blobs
        where digest = ${bytesOf(copy.digest)}
      on conflict (blob) do update set taken_by = null, taken_until = null, due_at = least(settlings.due_at, now())
        where settlings.taken_by is distinct from ${serverId}`.execute(tx);
  });
}
