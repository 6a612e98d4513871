// Puts other blobs in the place of an instance's damaged ones: a later version of the codec need not code as an earlier one.
import type { Transaction } from 'kysely';
import { tellChanges } from './changes/tell.ts';
import type { Database } from './database.ts';
import { keepPlaces } from './pool/keep-places.ts';
import type { InstanceRecord } from './records.ts';
import { blobRows, blobsColumnsOf } from './rows.ts';
import type { Tables } from './tables.ts';
import { Overtaken, transact } from './transact.ts';

/**
 * Lets the instance refer to the blobs of the checked record, all or nothing, durable when this returns. Everything else
 * that is known of the instance stays.
 * @returns the digests of the blobs that nothing refers to any more, or null when this file is not known under this UID
 * @throws what PostgreSQL throws
 */
export function replaceBlobs(database: Database, record: InstanceRecord): Promise<string[] | null> {
  return transact(database, (tx) => replaceOnce(tx, record));
}

async function replaceOnce(tx: Transaction<Tables>, record: InstanceRecord): Promise<string[] | null> {
  const known = await tx
    .selectFrom('instances')
    .select(['id', 'object_blob', 'frames_blob'])
    .where('uid', '=', record.instance.uid)
    .where('file_digest', '=', Buffer.from(record.file.digest, 'hex'))
    .executeTakeFirst();
  if (!known) return null;
  // Blobs before instances, as every transaction takes them.
  await tx
    .insertInto('blobs')
    .values(blobRows([record]))
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
  const updated = await tx
    .updateTable('instances')
    .set(blobsColumnsOf(record))
    .where('id', '=', known.id)
    .where('object_blob', '=', known.object_blob)
    .where('frames_blob', 'is not distinct from', known.frames_blob)
    .returning('id')
    .execute();
  if (updated.length === 0) throw new Overtaken();
  await keepPlaces(tx, [record], 'silently');
  await tellChanges(tx, 'study', [record.study.uid]);
  const before = known.frames_blob ? [known.object_blob, known.frames_blob] : [known.object_blob];
  const removed = await tx
    .deleteFrom('blobs')
    .where('digest', 'in', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('instances')
            .select('instances.id')
            .where(({ eb, or, ref }) =>
              or([
                eb('instances.object_blob', '=', ref('blobs.digest')),
                eb('instances.frames_blob', '=', ref('blobs.digest')),
              ]),
            ),
        ),
      ),
    )
    .returning('digest')
    .execute();
  return removed.map(({ digest }) => digest.toString('hex'));
}
