// What the pool's part of the metadata takes and gives: servers, disks, holders of blobs, settlings.

/** One folder of blobs, as its server told of it last. Bytes. */
export interface DiskRecord {
  readonly id: string;
  readonly name: string;
  readonly kind: 'online' | 'archive';
  readonly capacity: number;
  readonly free: number;
  readonly state: 'in' | 'lost' | 'full';
}

/** `external`: behind an address translation, tried after the internal ones. */
export interface Endpoint {
  readonly url: string;
  readonly scope: 'internal' | 'external';
}

/** `draining`: its replicas are moved away; `out`: it was declared gone, nothing of it counts. */
export type ServerState = 'in' | 'draining' | 'out';

/** What a server tells of itself. */
export interface ServerReport {
  readonly id: string;
  readonly name: string;
  readonly site: string;
  /** Where other servers reach it; '' when they cannot. */
  readonly wireUrl: string;
  readonly endpoints: readonly Endpoint[];
  readonly roles: readonly string[];
  readonly version: string;
  /** 0 (idle) to 1. */
  readonly load: number;
  readonly disks: readonly DiskRecord[];
  /** Another at each start of the process. */
  readonly boot: string;
}

/** A server as the others see it. */
export interface ServerRecord extends ServerReport {
  readonly state: ServerState;
  /** Whether its lease holds, by the database's clock. */
  readonly isAlive: boolean;
  /** Since it was last heard, by the database's clock. */
  readonly silentMs: number;
}

/** Where a replica is. */
export interface Place {
  readonly server: string;
  /** Null for one that was written down before disks had ids. */
  readonly disk: string | null;
}

/** A replica of a blob. */
export interface Holder extends Place {
  readonly tier: 'online' | 'nearline' | 'offline';
}

/** A replica that is there. */
export interface NewReplica extends Place {
  readonly digest: string;
}

/** A blob whose replicas are to be looked at, taken by one server for a while. */
export interface Settling {
  readonly digest: string;
  readonly length: number;
  readonly kind: 'object' | 'frames';
  /** When the blob became known, as an ISO date. */
  readonly createdAt: string;
  /** The newest study date of its instances, `YYYYMMDD`; '' when none has one. */
  readonly studyDate: string;
  readonly reason: string;
  /** How often it was taken, this time included. */
  readonly attempts: number;
}

/** A replica that a server should have, with the length of its blob in bytes. */
export interface ListedReplica {
  readonly digest: string;
  readonly length: number;
  readonly disk: string | null;
}

/** How the pool stands. */
export interface PoolOverview {
  readonly servers: { readonly id: string; readonly replicas: number; readonly bytes: number }[];
  /** How many blobs have so many replicas, those without any (0) too. */
  readonly copies: { readonly replicas: number; readonly blobs: number }[];
  /** `oldestMs`: how long the oldest of them waits. */
  readonly settlings: { readonly reason: string; readonly waiting: number; readonly oldestMs: number }[];
}

/** A blob with all that its wanted replicas depend on. */
export interface PlacedBlob {
  readonly digest: string;
  readonly length: number;
  readonly kind: 'object' | 'frames';
  /** When the blob became known, ms since 1970. */
  readonly createdAt: number;
  /** The newest study date of its instances, `YYYYMMDD`; null when it has no instance, '' when none says a date. */
  readonly studyDate: string | null;
  readonly holders: readonly Place[];
}

/** A look through all blobs that is to go on after a digest; `now` by the database's clock, ms since 1970. */
export interface Sweep {
  readonly after: string;
  readonly now: number;
}

/** How far the look through all blobs has come: blobs looked at and queued, its share of all (0 to 1). */
export interface SweepState {
  readonly looked: number;
  readonly queued: number;
  readonly share: number;
  readonly beganAt: string;
  readonly doneAt: string | null;
}
