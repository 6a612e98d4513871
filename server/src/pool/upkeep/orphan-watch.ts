// Decides which files that nothing refers to may be removed: only old ones, and only when they are few. Many of them mean
// that something else is wrong, such as a database that was restored from an old backup.
import type { ListedOnDisk } from '@strata/store/disks';
import { datedBefore } from './file-age.ts';

/** Imports are committed long before; and a person has time to see what is wrong. */
const OLD_MS = 24 * 3_600_000;
/** What broken-off imports may leave: those of a crash or two, and a hundredth of all files. */
const FEW = 16;
const SHARE = 0.01;
const MOST = 1000;

export class OrphanWatch {
  readonly #seen: ListedOnDisk[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get first(): string | null {
    return this.#seen[0]?.digest ?? null;
  }

  saw(file: ListedOnDisk): void {
    this.#count += 1;
    if (this.#seen.length <= MOST) this.#seen.push(file);
  }

  /** The old ones, or null when there are too many among so many files. */
  removable(files: number, oldBefore = datedBefore(OLD_MS)): ListedOnDisk[] | null {
    if (this.#count > Math.min(MOST, Math.max(FEW, files * SHARE))) return null;
    // Never most of what is there: a site's first images may be all it has.
    if (this.#count > 0 && this.#count * 2 > files) return null;
    return this.#seen.filter(({ modifiedMs }) => modifiedMs < oldBefore);
  }
}
