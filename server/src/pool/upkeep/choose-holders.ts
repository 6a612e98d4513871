// Which servers shall have a blob, and on which kind of disk: those that have it stay where that is as good.
import type { DiskKind } from './pool-view.ts';
import type { CopyCounts } from './wanted-copies.ts';

/** A server that has the blob or could take it. */
export interface Candidate {
  readonly id: string;
  readonly site: string;
  readonly isAlive: boolean;
  /** The kind of disk on which it has the blob; null when it has not. */
  readonly held: DiskKind | null;
  /** Whether it could have the blob on such a disk, or has. */
  readonly online: boolean;
  readonly archive: boolean;
  /** Its place in the blob's order of disks of each kind, 0 for the best. */
  readonly rank: Readonly<Record<DiskKind, number>>;
}

/**
 * Chooses as many servers of each kind as `counts` (reachable ones: see `reachableCopies`) says: over as many sites as
 * there are, then those that have the blob already, then the best in rank.
 */
export function chooseHolders(candidates: readonly Candidate[], counts: CopyCounts): Map<string, DiskKind> {
  const chosen = new Map<string, DiskKind>();
  const sites = new Set<string>();
  const take = (kind: DiskKind, count: number, mayTake: (one: Candidate) => boolean): void => {
    for (let taken = 0; taken < count; taken++) {
      const free = candidates.filter((one) => !chosen.has(one.id) && one[kind] && mayTake(one));
      const best = free.reduce<Candidate | null>(
        (least, one) => (least === null || isBetter(one, least, kind, sites) ? one : least),
        null,
      );
      if (!best) return;
      chosen.set(best.id, kind);
      sites.add(best.site);
    }
  };
  const couldBeOnline = () => candidates.filter((one) => one.online && !chosen.has(one.id)).length;
  // Archive disks are few: they choose first, as long as enough servers are left for the online copies.
  take('archive', counts.archive, (one) => !one.online || couldBeOnline() > counts.online);
  take('online', counts.online, () => true);
  return chosen;
}

function isBetter(a: Candidate, b: Candidate, kind: DiskKind, sites: ReadonlySet<string>): boolean {
  const order = (one: Candidate): number[] => [
    sites.has(one.site) ? 1 : 0,
    one.held === kind ? 0 : one.held === null ? 1 : 2,
    one.isAlive ? 0 : 1,
    one.rank[kind],
  ];
  const [left, right] = [order(a), order(b)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0);
}
