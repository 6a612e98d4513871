// The pool in the database: who is in it, who holds which blob, and what has to be settled.
import type { Work } from '../connections/limits.ts';
import type { Database } from '../database.ts';
import { MetadataError } from '../errors.ts';
import { isBookOpen } from '../rebuild/book-tables.ts';
import { countFewCopies, type WantedCopies } from './few-copies.ts';
import { keepCopy } from './keep-copy.ts';
import type {
  Holder,
  ListedReplica,
  NewReplica,
  PlacedBlob,
  PoolOverview,
  ServerRecord,
  ServerReport,
  ServerState,
  Settling,
  Sweep,
  SweepState,
} from './model.ts';
import { readOverview } from './overview.ts';
import {
  adoptBlobs,
  countOnlyAt,
  holdersOf,
  keepReplicas,
  loseDisk,
  loseReplica,
  loseServer,
  removeReplica,
  replicaPage,
} from './replicas.ts';
import { poolSecret } from './secrets.ts';
import { changeState, type HeartbeatKind, heartbeat, leave, listServers, poolKey } from './servers.ts';
import {
  endSettlings,
  postponeSettling,
  queueDigests,
  queueServer,
  releaseSettlings,
  takeSettlings,
} from './settlings.ts';
import { placesOfStudy, type StudyPlaces } from './study-copies.ts';
import {
  advanceSweep,
  databaseClock,
  placedBlobs,
  placedBlobsOf,
  readSweep,
  type SweepEvery,
  takeSweep,
} from './sweeps.ts';

/** Runs a query. */
export interface Run {
  /** A change, or a read that one is decided by: by the primary, waited for when it is away. */
  change<Result>(query: (database: Database) => Promise<Result>, work?: Work): Promise<Result>;
  /** A read that a standby may answer while there is no primary. */
  read<Result>(query: (database: Database) => Promise<Result>, work?: Work): Promise<Result>;
  /** By the primary, now or not at all, and held up by no other call. */
  beat<Result>(query: (database: Database) => Promise<Result>): Promise<Result>;
  /** To be called when followers are to be woken. */
  told(): void;
}

/** Every method throws MetadataError: `unavailable`, `no-space`, `invalid`, `failed`. Times are those of the database's clock. */
export class Pool {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /**
   * Tells of the server itself, renews its lease for `leaseMs` and returns all servers, itself too, in one round trip.
   * @param kind `join` or `visit` for the first heartbeat of a process
   * @throws MetadataError `in-use` when another process has joined under the same id since
   */
  async heartbeat(
    self: ServerReport,
    leaseMs: number,
    kind: HeartbeatKind = 'join',
  ): Promise<ServerRecord[]> {
    const { servers, isNews } = await this.#run.beat((database) => heartbeat(database, self, leaseMs, kind));
    if (isNews) this.#run.told();
    return servers;
  }

  /** All servers, ordered by id, as the primary knows them now: a standby would take all for dead. */
  servers(): Promise<ServerRecord[]> {
    return this.#run.beat(listServers);
  }

  /** Ends the lease at once; the record of the server stays. */
  async leave(serverId: string): Promise<void> {
    await this.#run.beat((database) => leave(database, serverId));
    this.#run.told();
  }

  /**
   * `draining`: all its blobs are queued to be settled elsewhere; `in` undoes it; `out`: it is gone for good, its replicas
   * do not count any more and their blobs are queued. Throws MetadataError `invalid` when there is no such server.
   */
  setState(serverId: string, state: ServerState): Promise<void> {
    return this.#tell(async (database) => {
      if (!(await changeState(database, serverId, state))) {
        throw new MetadataError(
          'invalid',
          `There is no server ${serverId} in the pool. See: strata servers.`,
        );
      }
      if (state === 'draining') await queueServer(database, serverId, 'drain');
      if (state === 'out') await loseServer(database, serverId);
    }, 'long');
  }

  /** How many blobs are nowhere but on this server. Reads all its replicas. */
  onlyAt(serverId: string): Promise<number> {
    return this.#run.change((database) => countOnlyAt(database, serverId), 'long');
  }

  /** The key that the servers of the pool know each other by: 64 hex digits, made by the first who asks. */
  key(): Promise<string> {
    return this.#run.change(poolKey);
  }

  /**
   * A secret that the servers of the pool share: what they have under the name, else `own`, which they have from now on; null
   * when both are nothing.
   */
  secret(name: string, own: string | null): Promise<string | null> {
    return this.#run.change((database) => poolSecret(database, name, own));
  }

  /** How many blobs have fewer copies than the rules want; see `countFewCopies`. Reads all replicas. */
  fewCopies(rules: readonly WantedCopies[], awayMs: number): Promise<number> {
    return this.#run.read((database) => countFewCopies(database, rules, awayMs), 'long');
  }

  /** Who holds each of these blobs; none for one that nobody holds. */
  holders(digests: readonly string[]): Promise<Map<string, Holder[]>> {
    return this.#run.read((database) => holdersOf(database, digests));
  }

  /** Writes replicas of known blobs down; those that are written down already, and those of unknown blobs, change nothing. */
  keepReplicas(replicas: readonly NewReplica[]): Promise<void> {
    return this.#tell((database) => keepReplicas(database, replicas, 'told'));
  }

  /** Whether metadata are being made of blobs: what no image needs now may be needed when that is through. */
  isBeingRebuilt(): Promise<boolean> {
    return this.#run.change(isBookOpen);
  }

  /** The disk is gone: its replicas too, and their blobs are queued. @returns how many */
  lostDisk(diskId: string): Promise<number> {
    return this.#tell((database) => loseDisk(database, diskId), 'long');
  }

  /** A replica is gone or damaged: its blob is queued. @returns whether it was written down */
  lostReplica(digest: string, server: string, reason: string): Promise<boolean> {
    return this.#tell((database) => loseReplica(database, digest, server, reason));
  }

  /**
   * Takes a surplus replica off the list, unless fewer than `leastOthers` (1 at least) of living servers would be left.
   * @returns whether it is off the list: only then may its file go
   */
  removeReplica(
    digest: string,
    server: string,
    { leastOthers }: { readonly leastOthers: number },
  ): Promise<boolean> {
    return this.#tell((database) => removeReplica(database, digest, server, leastOthers));
  }

  /** Before the very first server joins: writes all known blobs down as this disk's. @returns how many there were */
  adopt(serverId: string, diskId: string): Promise<number> {
    return this.#run.change((database) => adoptBlobs(database, serverId, diskId), 'long');
  }

  /** Queues known blobs to be settled. */
  queueSettling(digests: readonly string[], reason: string): Promise<void> {
    return this.#run.change((database) => queueDigests(database, digests, reason));
  }

  /** Up to `limit` (1000 at most) due settlings, which nobody else gets for `leaseMs`, or until this server is dead. */
  takeSettlings(serverId: string, limit: number, leaseMs: number): Promise<Settling[]> {
    return this.#run.change((database) => takeSettlings(database, serverId, limit, leaseMs));
  }

  /** Writes down a copy that this server made for a settling that it took; if it is no longer its own, it is queued anew. */
  keepCopy(copy: NewReplica, serverId: string): Promise<void> {
    return this.#tell((database) => keepCopy(database, copy, serverId));
  }

  /** Ends settlings that this server took, unless they were queued anew since. */
  settled(digests: readonly string[], serverId: string): Promise<void> {
    return this.#run.change((database) => endSettlings(database, digests, serverId));
  }

  /** Gives back all settlings that this server took before it was killed. */
  releaseSettlings(serverId: string): Promise<void> {
    return this.#run.change((database) => releaseSettlings(database, serverId));
  }

  /** Gives back a settling that this server took, to be taken again after `ms`. */
  postponeSettling(digest: string, serverId: string, ms: number, reason: string): Promise<void> {
    return this.#run.change((database) => postponeSettling(database, digest, serverId, ms, reason));
  }

  /**
   * Takes the look through all blobs for `leaseMs`: the one under way, or a new one when the pool is not composed as at the
   * last one, or a new `every` has begun. Null when there is nothing to look through or another server is at it.
   */
  takeSweep(
    serverId: string,
    composition: string,
    every: SweepEvery,
    leaseMs: number,
  ): Promise<Sweep | null> {
    return this.#run.beat((database) => takeSweep(database, serverId, composition, every, leaseMs));
  }

  /** Says how far the sweep that this server took has come; `after` null: to the end. */
  advanceSweep(
    serverId: string,
    done: { readonly after: string | null; readonly looked: number; readonly queued: number },
  ): Promise<void> {
    return this.#run.beat((database) => advanceSweep(database, serverId, done));
  }

  /** The sweep under way, or the last one; null before the first. */
  sweep(): Promise<SweepState | null> {
    return this.#run.change(readSweep);
  }

  /** A page of all blobs with their holders, those after the digest ('' for the first), sorted by digest; at most 5000. */
  placedBlobs(after: string, limit: number): Promise<PlacedBlob[]> {
    return this.#run.change((database) => placedBlobs(database, after, limit));
  }

  /** Those of the blobs (5000 at most) that are known, with their holders, sorted by digest. */
  placedBlobsOf(digests: readonly string[]): Promise<PlacedBlob[]> {
    return this.#run.change((database) => placedBlobsOf(database, digests));
  }

  /** The database's clock, ms since 1970. */
  clock(): Promise<number> {
    return this.#run.change(databaseClock);
  }

  /** A page of what a server should have, those after the digest, sorted by digest; at most 10,000. */
  replicaPage(serverId: string, after: string | null, limit: number): Promise<ListedReplica[]> {
    return this.#run.change((database) => replicaPage(database, serverId, after, limit));
  }

  /** Where a study's images are; null when it is not known. */
  studyPlaces(studyUid: string): Promise<StudyPlaces | null> {
    return this.#run.read((database) => placesOfStudy(database, studyUid));
  }

  /** How the pool stands. Reads all replicas: not for every request. */
  overview(): Promise<PoolOverview> {
    return this.#run.read(readOverview, 'long');
  }

  async #tell<Result>(change: (database: Database) => Promise<Result>, work?: Work): Promise<Result> {
    const result = await this.#run.change(change, work);
    this.#run.told();
    return result;
  }
}
