// Where blobs belong: weighted rendezvous hashing over the disks of all servers. Pure.
//
// Every disk draws a number for a blob, -weight / ln(hash) with the hash in (0, 1), and the highest is the first choice: a
// disk that comes or goes moves only the blobs that are its own. D. Thaler, C. Ravishankar, "Using name-based mappings to
// increase hit rates" (1998); the weights as in J. Resch, "New hashing algorithms for data storage" (SNIA SDC 2015).
import { hash } from 'node:crypto';

/** Online: read at once. Archive: for what is old. */
export type DiskKind = 'online' | 'archive';

/** A disk as placement sees it; capacity and free space in bytes. */
export interface PlaceableDisk {
  readonly id: string;
  readonly kind: DiskKind;
  readonly capacity: number;
  readonly free: number;
  readonly state: 'in' | 'lost' | 'full';
}

/** A server with its disks. Who may take blobs at all is the caller's to say, by leaving the others out. */
export interface PlaceableServer {
  readonly id: string;
  readonly site: string;
  readonly disks: readonly PlaceableDisk[];
}

/** A disk of a server. */
export interface Place {
  readonly server: string;
  readonly disk: string;
}

export interface RankOptions {
  /** `online` when absent. */
  readonly kind?: DiskKind;
  /** Bytes that the disk must have free. */
  readonly length?: number;
}

export interface PickOptions extends RankOptions {
  /** Servers of this site come first; with `spreadSites` only the very first copy. */
  readonly ownSite?: string;
  /** Of the sites, those with the fewest copies come first. */
  readonly spreadSites?: boolean;
  /** Servers that have a copy already: they are not picked, and their sites count. */
  readonly holders?: readonly string[];
}

interface RankedDisk extends Place {
  readonly site: string;
  readonly score: number;
}

/** The disks that could take the blob, best first. Lost, full and too small ones are left out. */
export function rankDisks(
  digest: string,
  servers: readonly PlaceableServer[],
  { kind = 'online', length = 0 }: RankOptions = {},
): RankedDisk[] {
  const ranked = servers.flatMap(({ id: server, site, disks }) =>
    disks
      .filter((disk) => disk.kind === kind && disk.state === 'in' && disk.free >= length)
      .map((disk) => ({ server, site, disk: disk.id, score: score(digest, disk) })),
  );
  return ranked.sort((a, b) => b.score - a.score || (a.disk < b.disk ? -1 : 1));
}

/** Places for the blob, at most one on each server, all there are, best first. */
export function orderPlaces(
  digest: string,
  servers: readonly PlaceableServer[],
  options: PickOptions = {},
): Place[] {
  const { ownSite, spreadSites = false, holders = [] } = options;
  const copies = new Map<string, number>();
  const count = (site: string) => copies.set(site, (copies.get(site) ?? 0) + 1);
  for (const { id, site } of servers) if (holders.includes(id)) count(site);
  const free = servers.filter(({ id }) => !holders.includes(id));
  let left = onePerServer(rankDisks(digest, free, options));
  const order: Place[] = [];
  while (left.length > 0) {
    const next = (nearest(left, spreadSites && order.length > 0 ? undefined : ownSite) ??
      (spreadSites ? leastServed(left, copies) : left[0])) as RankedDisk;
    order.push({ server: next.server, disk: next.disk });
    count(next.site);
    left = left.filter((each) => each !== next);
  }
  return order;
}

/** The first `count` of `orderPlaces`; fewer when there are not so many. */
export function pickReplicas(
  digest: string,
  servers: readonly PlaceableServer[],
  count: number,
  options: PickOptions = {},
): Place[] {
  return orderPlaces(digest, servers, options).slice(0, count);
}

function nearest(ranked: readonly RankedDisk[], ownSite: string | undefined): RankedDisk | undefined {
  return ownSite === undefined ? undefined : ranked.find(({ site }) => site === ownSite);
}

function leastServed(
  ranked: readonly RankedDisk[],
  copies: ReadonlyMap<string, number>,
): RankedDisk | undefined {
  const least = Math.min(...ranked.map(({ site }) => copies.get(site) ?? 0));
  return ranked.find(({ site }) => (copies.get(site) ?? 0) === least);
}

function onePerServer(ranked: readonly RankedDisk[]): RankedDisk[] {
  const seen = new Set<string>();
  return ranked.filter(({ server }) => !seen.has(server) && seen.add(server));
}

function score(digest: string, disk: PlaceableDisk): number {
  // 48 bits of the hash, never 0 and never 1.
  const drawn = (Number.parseInt(hash('sha256', `${digest} ${disk.id}`).slice(0, 12), 16) + 0.5) / 2 ** 48;
  return -weight(disk) / Math.log(drawn);
}

/** Free space in steps of about a fifth, so that the order does not change with every blob that is put. */
function weight({ free }: PlaceableDisk): number {
  return 2 ** (Math.floor(4 * Math.log2(Math.max(1, free))) / 4);
}
