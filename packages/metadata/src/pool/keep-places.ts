// Keeps where the blobs of stored instances are in the transaction that makes them known.
import type { Transaction } from 'kysely';
import type { InstanceRecord, StoredBlob } from '../records.ts';
import type { Tables } from '../tables.ts';
import { keepReplicas, type Telling } from './replicas.ts';
import { queueDigests } from './settlings.ts';

/** Writes the replicas of the records' blobs down, and queues those blobs that are to be settled. */
export async function keepPlaces(
  tx: Transaction<Tables>,
  records: readonly InstanceRecord[],
  telling: Telling,
): Promise<void> {
  const blobs = records.flatMap(({ objectBlob, framesBlob }): StoredBlob[] =>
    framesBlob ? [objectBlob, framesBlob] : [objectBlob],
  );
  await keepReplicas(
    tx,
    blobs.flatMap(({ digest, replicas = [] }) => replicas.map((place) => ({ digest, ...place }))),
    telling,
  );
  const unsettled = new Set(blobs.filter(({ settle }) => settle).map(({ digest }) => digest));
  await queueDigests(tx, [...unsettled], 'spread');
}
