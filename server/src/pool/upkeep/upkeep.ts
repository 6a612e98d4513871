// The upkeep of one server: settles what is queued, looks through all blobs when the pool is composed anew, gives up lost
// disks, compares files with replicas, and reads all copies again. Idle it costs a query every few seconds.
import path from 'node:path';
import type { Metadata } from '@strata/metadata/metadata';
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { DiskStatus } from '@strata/store/disk';
import type { Disks } from '@strata/store/disks';
import { CountedLog } from '../../config/counted-log.ts';
import type { Logger } from '../../config/log.ts';
import type { PoolSettings } from '../../config/settings/pool-section.ts';
import { keepsBlobs } from '../keeps-blobs.ts';
import type { WireClient } from '../wire/wire-client.ts';
import type { Peer } from '../wire/wire-error.ts';
import { type AuditReport, auditCopies } from './audit.ts';
import { Composition } from './composition.ts';
import { type Copies, CopyError } from './copies.ts';
import { DatabaseClock } from './database-clock.ts';
import { type Finding, Findings, type NewFinding } from './findings.ts';
import { LostDisks } from './lost-disks.ts';
import { OwnCopies } from './own-copies.ts';
import { Pace } from './pace.ts';
import { PeerCopies } from './peer-copies.ts';
import type { UpkeepRules } from './pool-view.ts';
import { Recurring } from './recurring.ts';
import { Scrub } from './scrub.ts';
import type { ScrubState } from './scrub-progress.ts';
import { Settler, type SettlerCounts } from './settler.ts';
import { sweepBlobs } from './sweep.ts';

export interface UpkeepParts {
  readonly self: string;
  readonly pool: Metadata['pool'];
  /** All servers as they were known last. */
  readonly servers: () => readonly ServerRecord[];
  /** Whether the lease of this server holds. */
  readonly mayWrite: () => boolean;
  readonly disks: Disks;
  readonly client: WireClient;
  readonly settings: PoolSettings;
  /** The data folder. */
  readonly folder: string;
  readonly log: Logger;
}

/** What upkeep does on this server, for people. */
export interface UpkeepState {
  readonly disks: readonly DiskStatus[];
  /** Since the start. */
  readonly settling: SettlerCounts;
  readonly scrub: ScrubState | null;
  readonly audit: { readonly endedAt: string; readonly report: AuditReport } | null;
  readonly findings: { readonly total: number; readonly latest: readonly Finding[] };
}

const MEGABYTE = 1_000_000;
const DAY_MS = 24 * 3_600_000;
/** Before the first looks: a server that starts has better things to do. */
const FIRST_MS = { settle: 1_000, sweep: 3_000, disks: 1_000, audit: 60_000, scrub: 60_000 };
/** Between two looks; a server that is alone has nobody to copy from or to. */
const PAUSE_MS = { settle: 2_000, sweep: 30_000, disks: 3_000, audit: DAY_MS, scrub: 60_000, alone: 60_000 };
/** Beyond the lease: whoever has an older view of the pool than that may not write any more. */
const STEADY_MS = 1_000;
const FILES_PER_SECOND = 1_000;

/** How many copies the settings of a site ask for. */
export function rulesOf({ replicas, tiers, repairAfter }: PoolSettings): UpkeepRules {
  return { replicas, tiers, repairAfterMs: repairAfter * 1000 };
}

export class Upkeep {
  /** The copies of this server; others order them through the wire. */
  readonly own: OwnCopies;
  readonly #parts: UpkeepParts;
  readonly #findings = new Findings();
  readonly #settler: Settler;
  readonly #scrub: Scrub;
  readonly #jobs: Record<'settle' | 'sweep' | 'disks' | 'audit' | 'scrub', Recurring>;
  #audit: UpkeepState['audit'] = null;
  #disksSeen = '';

  private constructor(parts: UpkeepParts) {
    const { self, pool, servers, disks, client, settings, log } = parts;
    this.#parts = parts;
    this.own = new OwnCopies({ ...parts, peer: (server) => this.#peer(server) });
    const rules = rulesOf(settings);
    const copiesOf = (server: string): Copies => {
      if (server === self) return this.own;
      const peer = this.#peer(server);
      if (!peer) throw new CopyError('away', `Server ${server} cannot be reached.`);
      return new PeerCopies(peer, client);
    };
    const clock = new DatabaseClock(pool);
    const repairPace = new Pace(settings.repair.megabytesPerSecond * MEGABYTE);
    const scrubPace = new Pace(settings.scrub.megabytesPerSecond * MEGABYTE);
    const common = { self, pool, servers, own: this.own, copiesOf, disks, findings: this.#findings, log };
    this.#settler = new Settler({
      ...{ ...common, rules, pace: repairPace, now: () => clock.now(), log: new CountedLog(log) },
      atOnce: settings.repair.atOnce,
    });
    this.#scrub = new Scrub({
      ...{ ...common, pace: scrubPace, everyDays: settings.scrub.everyDays },
      file: path.join(parts.folder, 'scrub.json'),
    });
    const lostDisks = new LostDisks({
      ...{ self, pool, servers, log, repairAfterMs: rules.repairAfterMs },
      disks: () => disks.status(),
    });
    const settle = async (signal: AbortSignal) => {
      await clock.refresh();
      await this.#settler.settleAll(signal);
    };
    const composition = new Composition(settings.lease * 1000 + STEADY_MS);
    const queued = () => this.#jobs.settle.wake();
    const sweep = (signal: AbortSignal) =>
      sweepBlobs({ self, pool, servers, rules, composition, queued }, signal);
    const look = async () => {
      await disks.check();
      if ((await lostDisks.look()) > 0) {
        this.#jobs.settle.wake();
        // What lost only its name may still be there.
        this.#jobs.audit.wake();
      }
      this.#noticeNewDisks();
    };
    const audit = async (signal: AbortSignal) => {
      const walk = new Pace(FILES_PER_SECOND);
      const report = await auditCopies({ ...common, pace: scrubPace, walk }, signal);
      this.#audit = { endedAt: new Date().toISOString(), report };
    };
    this.#jobs = {
      settle: this.#job('settling', 'settle', settle),
      sweep: this.#job('the look through all blobs', 'sweep', sweep),
      disks: this.#job('the look at the disks', 'disks', look),
      audit: this.#job('the audit', 'audit', audit),
      scrub: this.#job('the scrub', 'scrub', (signal) => this.#scrub.goOn(signal)),
    };
  }

  static start(parts: UpkeepParts): Upkeep {
    return new Upkeep(parts);
  }

  /** To be called when servers came, left or changed, or blobs were queued. */
  wake(): void {
    this.#jobs.settle.wake();
    this.#jobs.sweep.wake();
  }

  /** Reads all copies of this server again, beginning now. */
  scrubNow(): void {
    this.#scrub.want();
    this.#jobs.scrub.wake();
  }

  /** Compares all files of this server with its replicas, beginning now. */
  auditNow(): void {
    this.#jobs.audit.wake();
  }

  /** Somebody else found a bad copy of this server. */
  found(finding: NewFinding): void {
    this.#findings.add(finding);
  }

  state(): UpkeepState {
    return {
      ...{ disks: this.#parts.disks.status(), settling: this.#settler.counts(), scrub: this.#scrub.state() },
      ...{ audit: this.#audit, findings: this.#findings.state() },
    };
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#jobs).map((job) => job.stop()));
  }

  #job(name: string, kind: keyof typeof FIRST_MS, run: (signal: AbortSignal) => Promise<void>): Recurring {
    const { mayWrite, log } = this.#parts;
    const rare = kind === 'settle' || kind === 'sweep';
    return new Recurring({
      ...{ name, log, firstMs: FIRST_MS[kind] },
      pauseMs: () => (rare && this.#isAlone() ? PAUSE_MS.alone : PAUSE_MS[kind]),
      run: async (signal) => {
        if (kind === 'disks' || mayWrite()) await run(signal);
      },
    });
  }

  #isAlone(): boolean {
    return this.#parts.servers().filter(({ state }) => state !== 'out').length < 2;
  }

  /** A disk that has come back, or come new, may have blobs that are on no list. */
  #noticeNewDisks(): void {
    const present = this.#parts.disks.status().filter(({ state }) => state !== 'lost');
    const seen = present
      .map(({ id }) => id)
      .sort()
      .join(' ');
    if (this.#disksSeen !== '' && seen !== this.#disksSeen) this.#jobs.audit.wake();
    this.#disksSeen = seen;
  }

  #peer(server: string): Peer | null {
    const found = this.#parts.servers().find(({ id }) => id === server);
    return found?.isAlive && keepsBlobs(found) ? { id: found.id, wireUrl: found.wireUrl } : null;
  }
}
