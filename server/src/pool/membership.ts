// This server among the others: it renews its lease each second and knows who else there is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Metadata } from '@strata/metadata/metadata';
import type { DiskRecord, ServerRecord, ServerReport } from '@strata/metadata/pool/model';
import type { HeartbeatKind } from '@strata/metadata/pool/servers';
import type { Logger } from '../config/log.ts';
import { heardSilence } from './heard-silence.ts';
import { Lease } from './lease.ts';
import { isComposedAlike } from './same-composition.ts';

/** What a server is, for as long as its process runs. */
type ServerIdentity = Omit<ServerReport, 'load' | 'disks'>;

export interface MembershipOptions {
  readonly pool: Metadata['pool'];
  readonly identity: ServerIdentity;
  /** As they are now. */
  readonly disks: () => readonly DiskRecord[];
  /** 0 to 1. */
  readonly load: () => number;
  readonly leaseMs: number;
  /** Whether the process runs only as long as a command takes: that neither brings the server back in nor names it anew. */
  readonly isVisit?: boolean;
  readonly log: Logger;
}

/** `composition`: a server or disk came, went, or changed; `figures`: only loads and free space. */
type PoolChange = 'composition' | 'figures';
export type PoolListener = (servers: readonly ServerRecord[], change: PoolChange) => void;

/** Between two heartbeats, however often there is reason for one. */
const LEAST_PAUSE_MS = 100;
/** Heartbeats in a lease. */
const BEATS = 5;

export class Membership {
  readonly id: string;
  readonly #options: MembershipOptions;
  readonly #lease: Lease;
  readonly #listeners = new Set<PoolListener>();
  readonly #left = new AbortController();
  #servers: readonly ServerRecord[] = [];
  #heardAt = 0;
  /** Why there is no lease, for people. */
  #trouble = '';
  #beating: Promise<void> = Promise.resolve();
  #isHurried = false;
  #wake: () => void = () => undefined;

  private constructor(options: MembershipOptions) {
    this.id = options.identity.id;
    this.#options = options;
    this.#lease = new Lease(options.leaseMs);
  }

  /** Makes the server known to the others, and keeps it so until `leave`. @throws MetadataError */
  static async join(options: MembershipOptions): Promise<Membership> {
    const membership = new Membership(options);
    await membership.#beat(options.isVisit ? 'visit' : 'join');
    membership.#beating = membership.#beatOn();
    return membership;
  }

  /** All servers as they were known last, this one among them, ordered by id; those that are out and dead too. */
  get servers(): readonly ServerRecord[] {
    return this.#servers;
  }

  /** This server as the others see it. */
  get self(): ServerRecord | null {
    return this.#servers.find(({ id }) => id === this.id) ?? null;
  }

  /** Whether this server may write: its lease holds and nobody declared it out. Reads need no lease. */
  get mayWrite(): boolean {
    return this.#lease.holds && this.self?.state !== 'out';
  }

  /**
   * For how long its lease has not held only because the metadata service has not heard it, in ms: it waits for that, and
   * nobody else took its place. 0 else.
   */
  get unheardMs(): number {
    const isOnlyUnheard = this.self !== null && this.self.state !== 'out' && this.#trouble === '';
    return isOnlyUnheard ? this.#lease.lapsedMs : 0;
  }

  /** Why it may not write, for people; '' while it may. */
  get trouble(): string {
    if (this.mayWrite) return '';
    if (this.self?.state === 'out')
      return 'This server was declared out of the pool. Start it again to let it join anew.';
    return (
      this.#trouble ||
      'This server has not been heard by the metadata service for too long; it may only read.'
    );
  }

  /** Calls the listener after each heartbeat. @returns ends it */
  onHeartbeat(listener: PoolListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be called when a server came, left or changed: the next heartbeat, which says who there is, is now. */
  hurry(): void {
    this.#isHurried = true;
    this.#wake();
  }

  /** Ends the lease, so that the others need not wait for it. Never throws. */
  async leave(): Promise<void> {
    this.#left.abort();
    this.#lease.end();
    const { pool, log, leaseMs } = this.#options;
    const leaving = this.#beating.then(() => pool.leave(this.id));
    const late = sleep(leaseMs / BEATS, undefined, { ref: false });
    await Promise.race([leaving, late]).catch((error) =>
      log.warn({ err: error }, 'the others learn only from silence that this server stops'),
    );
    leaving.catch(() => undefined); // told already
  }

  async #beatOn(): Promise<void> {
    const { signal } = this.#left;
    const pause = this.#options.leaseMs / BEATS;
    for (let next = performance.now() + pause; ; next = Math.max(next + pause, performance.now())) {
      await this.#rest(next - performance.now());
      if (signal.aborted) return;
      if (this.#isHurried) next = performance.now();
      this.#isHurried = false;
      const held = this.mayWrite;
      await this.#beat('renew').catch((error) => this.#failed(error));
      if (!signal.aborted) this.#tellOfLease(held);
    }
  }

  /** Until the next heartbeat. */
  async #rest(ms: number): Promise<void> {
    const { signal } = this.#left;
    const until = async (left: number) => {
      await sleep(Math.max(0, left), undefined, { signal }).catch(() => undefined); // leaves
    };
    await until(Math.min(ms, LEAST_PAUSE_MS));
    if (this.#isHurried || signal.aborted) return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([woken, until(ms - LEAST_PAUSE_MS)]);
  }

  async #beat(kind: HeartbeatKind): Promise<void> {
    const { pool, identity, disks, load, leaseMs } = this.#options;
    const report = { ...identity, load: load(), disks: disks() };
    const askedAt = performance.now();
    const told = await pool.heartbeat(report, leaseMs, kind);
    if (this.#left.signal.aborted) return;
    this.#lease.renewed(askedAt);
    this.#trouble = '';
    const passedMs = performance.now() - this.#heardAt;
    const servers = heardSilence(told, { before: this.#servers, passedMs, leaseMs });
    this.#heardAt = performance.now();
    const change = isComposedAlike(this.#servers, servers) ? 'figures' : 'composition';
    this.#servers = servers;
    for (const listener of this.#listeners) listener(servers, change);
  }

  #failed(error: unknown): void {
    this.#options.log.debug({ err: error }, 'a heartbeat failed');
    if (error instanceof Error && 'code' in error && error.code === 'in-use') {
      this.#lease.end();
      this.#trouble = error.message;
    }
  }

  #tellOfLease(held: boolean): void {
    const { log } = this.#options;
    if (held && !this.mayWrite)
      log.error({ reason: this.trouble }, 'the lease ran out: nothing is written here');
    if (!held && this.mayWrite) log.warn('the lease holds again');
  }
}
