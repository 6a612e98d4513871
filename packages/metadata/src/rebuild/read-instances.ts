// A page of the book: instances with their blobs, in the order of their arrival.
import type { FrameFormat } from '@strata/codec/format';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { bytesOf } from '../pool/digests.ts';
import type { BookedInstance } from './booked.ts';

/** Bytes of frame indexes in one page; one instance may have more. */
const MAX_INDEX_BYTES = 32 * 2 ** 20;

interface Row {
  readonly arrived: number;
  readonly description: string;
  readonly object: Buffer;
  readonly object_length: number;
  readonly object_copies: Copy[] | null;
  readonly frames: Buffer | null;
  readonly frames_length: number;
  readonly frames_copies: Copy[] | null;
  readonly index: Buffer;
  readonly digests: Buffer;
  readonly format: FrameFormat;
}

interface Copy {
  readonly server: string;
  readonly disk: string;
}

/** @param after those behind this one, null from the begin */
export async function readInstances(
  database: Database,
  after: BookedInstance | null,
  limit: number,
): Promise<BookedInstance[]> {
  const copiesOf = (blob: string) => sql`(select jsonb_agg(jsonb_build_object('server', server, 'disk', disk)
    order by server) from strata_rebuild.copies where copies.blob = ${sql.ref(blob)})`;
  const from = sql`(${after?.arrivedMs ?? 0}::float8, ${bytesOf(after?.object.digest ?? '')}::bytea)`;
  const { rows } = await sql<Row>`with page as materialized (
      select objects.arrived, description, objects.blob as object, objects.length as object_length, frames.blob as frames,
          frames.length as frames_length, index, digests, format
        from strata_rebuild.objects left join strata_rebuild.frames on frames.blob = objects.frames
        where outcome is null and seeks is null and (objects.frames is null or frames.blob is not null)
          and (objects.arrived, objects.blob) > ${from}
        order by objects.arrived, objects.blob limit ${limit}
    ), sized as (
      select page.*, sum(coalesce(octet_length(index), 0)) over (order by arrived, object)
          - coalesce(octet_length(index), 0) as bytes_before from page
    ) select arrived, description, object, object_length, ${copiesOf('object')} as object_copies,
        frames, frames_length, ${copiesOf('sized.frames')} as frames_copies, index, digests, format
      from sized where bytes_before < ${MAX_INDEX_BYTES} order by arrived, object`.execute(database);
  return rows.map((row) => ({
    arrivedMs: row.arrived,
    description: row.description,
    object: blobOf(row.object, row.object_length, row.object_copies),
    frames: row.frames && {
      ...blobOf(row.frames, row.frames_length, row.frames_copies),
      ...{ index: row.index, digests: row.digests, format: row.format },
    },
  }));
}

function blobOf(blob: Buffer, length: number, copies: Copy[] | null): BookedInstance['object'] {
  return { digest: blob.toString('hex'), length, replicas: copies ?? [] };
}
