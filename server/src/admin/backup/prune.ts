// Takes old dumps out of a backup, and the blobs that none of the others names.
import { DumpFolder } from '@strata/metadata/dump/dump-folder';
import { mergeSorted } from '@strata/store/merge-sorted';
import type { BackupFolder } from './backup-folder.ts';
import { namedBlobs, quarantinedFiles } from './named-blobs.ts';

export interface Pruned {
  readonly dumps: readonly string[];
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * Keeps the newest `keep` dumps. Before anything goes, every dump that stays is read to its end: a damaged one may not say
 * all that it needs, and then nothing goes. @throws DumpError, StoreError
 */
export async function prune(
  folder: BackupFolder,
  keep: number,
  { onProgress, signal }: { readonly onProgress: (blobs: number) => void; readonly signal: AbortSignal },
): Promise<Pruned> {
  const names = (await folder.dumps()).map(({ name }) => name);
  const [kept, old] = [names.slice(0, keep), names.slice(keep)];
  for await (const _ of needed(folder, kept)) signal.throwIfAborted();
  for (const name of old) await folder.drop(name);

  const wanted = needed(folder, kept);
  let [blobs, bytes, seen] = [0, 0, 0];
  try {
    let next = await wanted.next();
    for await (const { digest, length } of folder.blobs.list()) {
      signal.throwIfAborted();
      onProgress(++seen);
      while (!next.done && next.value.digest < digest) next = await wanted.next();
      if (!next.done && next.value.digest === digest) continue;
      await folder.blobs.delete(digest);
      blobs += 1;
      bytes += length;
    }
  } finally {
    await wanted.return(undefined);
  }
  return { dumps: old, blobs, bytes };
}

/** The digests that dumps need, sorted; some come more than once. */
async function* needed(
  folder: BackupFolder,
  names: readonly string[],
): AsyncGenerator<{ readonly digest: string }> {
  const lists: AsyncGenerator<{ readonly digest: string }>[] = [];
  for (const name of names) {
    const place = folder.dumpFolder(name);
    lists.push(namedBlobs(await DumpFolder.open(place)), listOf(await quarantinedFiles(place)));
  }
  yield* mergeSorted(lists);
}

async function* listOf(digests: readonly string[]): AsyncGenerator<{ readonly digest: string }> {
  for (const digest of digests) yield { digest };
}
