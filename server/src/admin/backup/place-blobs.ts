// Spreads the blobs of a backup over the disks of servers, and writes down where they are.
import type { DumpFolder } from '@strata/metadata/dump/dump-folder';
import type { Metadata } from '@strata/metadata/metadata';
import type { NewReplica } from '@strata/metadata/pool/model';
import type { BlobName } from '@strata/store/blob-names';
import type { BlobStore } from '@strata/store/blob-store';
import type { Disks } from '@strata/store/disks';
import { StoreError } from '@strata/store/errors';
import { orderPlaces } from '@strata/store/placement';
import { eachOf, type LackingBlob } from './copy-blobs.ts';
import { namedBlobs } from './named-blobs.ts';

/** A server that gets blobs. */
export interface PlaceForBlobs {
  readonly server: string;
  readonly site: string;
  readonly disks: Disks;
}

export interface PlacedBlobs {
  readonly blobs: number;
  /** Copies that were made now, and their bytes. */
  readonly copies: number;
  readonly bytes: number;
  /** Those of which the backup has no good copy. */
  readonly lacking: readonly LackingBlob[];
  /** Those that found no room: no copy of them is anywhere. */
  readonly homeless: number;
}

export interface PlaceParts {
  readonly from: BlobStore;
  readonly places: readonly PlaceForBlobs[];
  /** Wanted copies of each blob on different servers, as far as there are servers. */
  readonly copies: number;
  readonly metadata: Metadata;
  readonly onProgress: (done: number, bytes: number) => void;
  readonly signal: AbortSignal;
}

const PAGE = 256;
const AT_ONCE = 8;
const PIECE = 2 ** 20;

/**
 * First one copy of every blob, then the others, so that small disks have all rather than some twice. What is written down as
 * there already is passed over, so that it can be broken off and begun again. @throws StoreError, DumpError, MetadataError
 */
export async function placeBlobs(dump: DumpFolder, parts: PlaceParts): Promise<PlacedBlobs> {
  const { metadata, signal, onProgress } = parts;
  const lacking = new Map<string, string>();
  let [blobs, copies, bytes, homeless] = [0, 0, 0, 0];
  for (let copy = 1; copy <= parts.copies; copy++) {
    let page: BlobName[] = [];
    const placePage = async (): Promise<void> => {
      const holders = await metadata.pool.holders(page.map(({ digest }) => digest));
      const placed: NewReplica[] = [];
      await eachOf(page, AT_ONCE, async (blob) => {
        signal.throwIfAborted();
        const have = (holders.get(blob.digest) ?? []).map(({ server }) => server);
        if (copy === 1) blobs += 1;
        if (have.length < copy && !lacking.has(blob.digest)) {
          const made = await placeOne(blob, have, parts);
          if ('reason' in made) lacking.set(blob.digest, made.reason);
          else if (made.place === null) homeless += copy === 1 ? 1 : 0;
          else {
            placed.push(made.place);
            copies += 1;
            bytes += blob.length;
          }
        }
        if (copy === 1) onProgress(blobs, bytes);
      });
      // Only what is on a disk is written down.
      await metadata.pool.keepReplicas(placed);
      page = [];
    };
    for await (const blob of namedBlobs(dump)) {
      page.push(blob);
      if (page.length === PAGE) await placePage();
    }
    await placePage();
    // The only server that is here has all of them: there is nobody to take a second copy.
    if (parts.places.length === 1 && copies + homeless + lacking.size === blobs) break;
  }
  return {
    ...{ blobs, copies, bytes, homeless },
    lacking: [...lacking].map(([digest, reason]) => ({ digest, reason })),
  };
}

type Made = { readonly place: NewReplica | null } | { readonly reason: string };

async function placeOne(blob: BlobName, holders: readonly string[], parts: PlaceParts): Promise<Made> {
  const servers = parts.places.map(({ server, site, disks }) => ({
    ...{ id: server, site },
    disks: disks.status().filter(({ isReplaced }) => !isReplaced),
  }));
  const options = { length: blob.length, holders };
  const order = [
    ...orderPlaces(blob.digest, servers, options),
    ...orderPlaces(blob.digest, servers, { ...options, kind: 'archive' }),
  ];
  for (const { server, disk } of order) {
    const place = parts.places.find((each) => each.server === server);
    if (!place) continue;
    try {
      const stored = await place.disks.putStream(blob, pieces(parts.from, blob), { disk });
      return { place: { digest: blob.digest, server, disk: stored.disk } };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error instanceof BadInBackup || error.code === 'corrupt') return { reason: error.message };
      if (error.code !== 'no-space') throw error;
    }
  }
  return { place: null };
}

/** What the backup has of a blob is not it. */
class BadInBackup extends StoreError {}

async function* pieces(store: BlobStore, { digest, length }: BlobName): AsyncGenerator<Uint8Array> {
  try {
    for (let at = 0; at < length; at += PIECE)
      yield await store.read(digest, at, Math.min(PIECE, length - at));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new BadInBackup(error.code, error.message, { cause: error });
  }
}
