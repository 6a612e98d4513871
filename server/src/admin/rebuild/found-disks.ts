// The disks of a data folder that can be looked through, without a server and without changing anything on them.
import type { BookedDisk } from '@strata/metadata/rebuild/booked';
import { BlobStore } from '@strata/store/blob-store';
import { readIdentity } from '@strata/store/disk-identity';
import type { DataFolder } from '../../config/data-folder.ts';
import { diskFolders } from '../../config/disk-folders.ts';
import type { Settings } from '../../config/settings/settings.ts';

/** A disk that can be looked through. */
export interface FoundDisk extends BookedDisk {
  readonly path: string;
  readonly store: BlobStore;
}

/** What of a data folder can be looked through, and what cannot. */
export interface FoundDisks {
  readonly disks: readonly FoundDisk[];
  readonly missing: readonly { readonly path: string; readonly reason: string }[];
}

/** The disks of the settings, else the one in the data folder. Never throws: what cannot be read is missing. */
export async function foundDisks(folder: DataFolder, settings: Settings): Promise<FoundDisks> {
  const disks: FoundDisk[] = [];
  const missing: { path: string; reason: string }[] = [];
  for (const { path: place, kind } of diskFolders(folder, settings, 0)) {
    try {
      const disk = await readIdentity(place);
      if (disk === null)
        throw new Error('There is no disk.json: it is not mounted, or never was a disk of this server.');
      disks.push({ server: folder.id, disk, kind, path: place, store: await BlobStore.open(place, 'stay') });
    } catch (error) {
      missing.push({ path: place, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { disks, missing };
}
