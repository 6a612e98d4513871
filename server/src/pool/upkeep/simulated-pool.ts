// A pool without disks or sockets, for simulations: servers die, return, lose disks, drain and join, and settlings are
// carried out step by step, any of which may fail, on a virtual clock.
import { planSettling, type SettlingPlan } from './plan-settling.ts';
import type { BlobView, DiskView, HolderView, ServerView, UpkeepRules } from './pool-view.ts';
import { rankPlaces } from './rank-places.ts';

interface SimulatedServer {
  site: string;
  state: 'in' | 'draining';
  diedAt: number | null;
  disks: Map<string, DiskView>;
}

interface SimulatedBlob {
  readonly view: BlobView;
  /** What is written down: disk by server. */
  readonly rows: Map<string, string>;
  /** What there really is: disk by server. */
  readonly files: Map<string, string>;
}

const CAPACITY = 1e9;

export class SimulatedPool {
  now = Date.parse('2026-01-01T00:00:00Z');
  readonly servers = new Map<string, SimulatedServer>();
  readonly blobs = new Map<string, SimulatedBlob>();
  /** Copies made and copies removed so far. */
  readonly moved = { copies: 0, removals: 0 };
  readonly #rules: UpkeepRules;
  #disks = 0;

  constructor(rules: UpkeepRules) {
    this.#rules = rules;
  }

  join(id: string, site: string, kinds: readonly DiskView['kind'][]): void {
    const disks = new Map(kinds.map((kind) => this.#newDisk(kind)));
    this.servers.set(id, { site, state: 'in', diedAt: null, disks });
  }

  /** A blob that was acknowledged: on as many living servers as the rules ask for. @returns whether that was possible */
  put(digest: string): boolean {
    const view = { digest, length: 1000, createdAt: this.now, studyDate: null };
    const takers = this.views().filter(
      ({ isAlive, state, disks }) => isAlive && state === 'in' && disks.some(isReady),
    );
    if (takers.length < this.#rules.replicas) return false;
    const places = takers
      .slice(0, this.#rules.replicas)
      .map(
        (server): [string, string] =>
          [...[server.id, server.disks.find(isReady)?.id ?? '']] as [string, string],
      );
    this.blobs.set(digest, { view, rows: new Map(places), files: new Map(places) });
    return true;
  }

  die(id: string): void {
    const server = this.servers.get(id);
    if (server) server.diedAt ??= this.now;
  }

  /** A server comes back with what its disks hold; its audit writes down what is not. */
  return(id: string): void {
    const server = this.servers.get(id);
    if (!server || server.diedAt === null) return;
    server.diedAt = null;
    for (const { rows, files } of this.blobs.values()) {
      const disk = files.get(id);
      if (disk !== undefined) rows.set(id, disk);
      else rows.delete(id);
    }
  }

  /** One disk of a server is emptied; what lay on it is gone, and its place is a new disk. */
  wipe(id: string, at: number): void {
    const server = this.servers.get(id);
    const [disk] = [...(server?.disks.values() ?? [])].slice(at % Math.max(1, server?.disks.size ?? 1));
    if (!server || !disk) return;
    server.disks.delete(disk.id);
    const [newId, fresh] = this.#newDisk(disk.kind);
    server.disks.set(newId, fresh);
    for (const { rows, files } of this.blobs.values()) {
      if (files.get(id) === disk.id) files.delete(id);
      if (rows.get(id) === disk.id) rows.delete(id);
    }
  }

  setDraining(id: string, draining: boolean): void {
    const server = this.servers.get(id);
    if (server) server.state = draining ? 'draining' : 'in';
  }

  views(): ServerView[] {
    return [...this.servers].map(([id, { site, state, diedAt, disks }]) => ({
      ...{ id, site, state, isAlive: diedAt === null },
      silentMs: diedAt === null ? 0 : this.now - diedAt,
      disks: [...disks.values()],
    }));
  }

  plan(digest: string): SettlingPlan {
    const { view, rows } = this.#blob(digest);
    const holders = [...rows].map(([server, disk]): HolderView => ({ server, disk }));
    return planSettling(view, holders, this.views(), this.#rules, { now: this.now, rank: rankPlaces });
  }

  /** Does the next step of a blob's plan. @returns whether there was one */
  step(digest: string): boolean {
    const { rows, files } = this.#blob(digest);
    const { copyTo, remove, keep, wanted } = this.plan(digest);
    const [target] = copyTo;
    if (target) {
      const source = [...files.keys()].some((id) => this.#isAlive(id) && rows.has(id));
      if (!source || !this.#isAlive(target.server)) return false;
      files.set(target.server, target.disk);
      rows.set(target.server, target.disk);
      this.moved.copies += 1;
      return true;
    }
    const [surplus] = remove;
    if (!surplus) return false;
    const proven = keep.filter((id) => this.#isAlive(id) && files.has(id));
    if (proven.length < Math.max(1, wanted)) return false;
    rows.delete(surplus);
    files.delete(surplus);
    this.moved.removals += 1;
    return true;
  }

  /** Servers that have the blob, dead ones too. */
  copies(digest: string): string[] {
    return [...this.#blob(digest).files.keys()];
  }

  #isAlive(id: string): boolean {
    return this.servers.get(id)?.diedAt === null;
  }

  #blob(digest: string): SimulatedBlob {
    const blob = this.blobs.get(digest);
    if (!blob) throw new Error(`no blob ${digest}`);
    return blob;
  }

  #newDisk(kind: DiskView['kind']): [string, DiskView] {
    const id = `disk${this.#disks++}`;
    return [id, { id, kind, state: 'in', capacity: CAPACITY, free: CAPACITY }];
  }
}

const isReady = ({ kind, state }: DiskView): boolean => kind === 'online' && state === 'in';
