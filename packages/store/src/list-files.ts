// The files of blobs below a folder, sorted by digest.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isDigest } from './blob-names.ts';
import { storeError } from './errors.ts';

/** A blob's name and its file. */
export interface BlobFile {
  readonly digest: string;
  readonly file: string;
}

/** Those behind `after`, a digest or ''. One folder's names are in memory at a time. Throws StoreError. */
export async function* blobFiles(folder: string, after: string): AsyncGenerator<BlobFile> {
  for (const outer of await shards(folder, after.slice(0, 2))) {
    const from = outer === after.slice(0, 2) ? after.slice(2, 4) : '';
    for (const inner of await shards(path.join(folder, outer), from)) {
      const shard = path.join(folder, outer, inner);
      for (const digest of await names(shard)) {
        if (isDigest(digest) && digest.startsWith(outer + inner) && digest > after)
          yield { digest, file: path.join(shard, digest) };
      }
    }
  }
}

// What a desktop, a network file system or a person leaves beside the blobs is none of them.
async function shards(folder: string, from: string): Promise<string[]> {
  return (await names(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name) && name >= from);
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw storeError(error, 'list the blobs', folder);
  }
}
