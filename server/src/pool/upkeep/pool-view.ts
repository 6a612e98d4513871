// What the planner of upkeep sees of the pool: plain data, as the metadata service tells it.

export type DiskKind = 'online' | 'archive';

/** A disk of a server; `free` is what new blobs may still take, in bytes. */
export interface DiskView {
  readonly id: string;
  readonly kind: DiskKind;
  readonly state: 'in' | 'lost' | 'full';
  readonly capacity: number;
  readonly free: number;
}

/** A server; `silentMs` is how long its lease was not renewed, by the database's clock. */
export interface ServerView {
  readonly id: string;
  readonly site: string;
  readonly state: 'in' | 'draining' | 'out';
  readonly isAlive: boolean;
  readonly silentMs: number;
  readonly disks: readonly DiskView[];
}

/** Where a replica is; blobs of before there were disks have none. */
export interface HolderView {
  readonly server: string;
  readonly disk: string | null;
}

/** A blob and what its wanted replicas depend on. */
export interface BlobView {
  readonly digest: string;
  /** Bytes. */
  readonly length: number;
  /** When it arrived, ms since 1970. */
  readonly createdAt: number;
  /** The newest date (YYYYMMDD) of the studies that need it; null when none says one. */
  readonly studyDate: string | null;
}

/** From an age on, so many copies on online disks and so many on archive disks. */
interface TierRule {
  readonly olderThanDays: number;
  readonly replicas: number;
  readonly archive: number;
}

export interface UpkeepRules {
  /** Copies, on as many servers, of what no tier is for. */
  readonly replicas: number;
  readonly tiers: readonly TierRule[];
  /** A server that is silent for longer does not count any more. */
  readonly repairAfterMs: number;
}

/** One disk of one server, where a copy may be put. */
export interface Place {
  readonly server: ServerView;
  readonly disk: DiskView;
}

/** Orders places for a blob, the best first; the same for all servers. */
export type RankPlaces = (digest: string, places: readonly Place[]) => readonly Place[];
