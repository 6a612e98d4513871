// Three real servers on one database, whose folders tests wipe and whose blobs they damage.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolReport } from '../../server/src/http/pool-routes.ts';
import type { ListedServer } from '../../server/src/http/servers-routes.ts';
import { type Ran, StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

/** What `strata verify --json` says. */
export interface Verified {
  readonly code: number | null;
  readonly clean: boolean;
  readonly blobs: number;
  readonly bytes: number;
  readonly problems: readonly { readonly subject: string; readonly reason: string }[];
  readonly pool: {
    readonly copies: number;
    readonly damaged: number;
    readonly missing: number;
    readonly unread: number;
    readonly below: number;
  };
}

export const NAMES = ['a', 'b', 'c'] as const;
export type Name = (typeof NAMES)[number];

/** `a` has the database too; `c` has two disks. */
export class LossyPool {
  readonly servers = new Map<Name, StrataProcess>();
  readonly #place = temporaryFolder('losses');
  readonly #pool: object;

  private constructor(pool: object) {
    this.#pool = pool;
  }

  /** Starts all three and waits until they know each other. @param pool more settings of the section `pool` */
  static async start(pool: object = {}): Promise<LossyPool> {
    const started = new LossyPool(pool);
    try {
      await started.startServer('a');
      const starts = await Promise.allSettled([started.startServer('b'), started.startServer('c')]);
      for (const start of starts) if (start.status === 'rejected') throw start.reason;
      await started.until(async () => (await started.list()).filter(({ isAlive }) => isAlive).length === 3);
      return started;
    } catch (error) {
      await started.remove();
      throw error;
    }
  }

  folder(name: Name): string {
    return path.join(this.#place.folder, name);
  }

  /** The folders of a server's disks. */
  disks(name: Name): string[] {
    if (name !== 'c') return [path.join(this.folder(name), 'store')];
    return ['disk1', 'disk2'].map((disk) => path.join(this.#place.folder, disk));
  }

  async startServer(name: Name): Promise<void> {
    mkdirSync(this.folder(name), { recursive: true });
    const disks = this.disks(name).map((place) => ({ path: place, reserve: 0 }));
    for (const place of name === 'c' ? this.disks(name) : []) mkdirSync(place, { recursive: true });
    const settings = { pool: { name, lease: 2, ...this.#pool, ...(name === 'c' && { disks }) } };
    writeFileSync(path.join(this.folder(name), 'settings.json'), JSON.stringify(settings));
    const metadata = ['--metadata', path.join(this.folder('a'), 'metadata-url'), '--roles', 'gateway,image'];
    const quiet = ['--log-level', 'silent'];
    this.servers.set(
      name,
      await StrataProcess.start(this.folder(name), ...quiet, ...(name === 'a' ? [] : metadata)),
    );
  }

  url(name: Name): string {
    return this.servers.get(name)?.url ?? '';
  }

  /** Runs a command against one of the servers. */
  run(name: Name, command: string, ...args: string[]): Promise<Ran> {
    return strata(command, '--data', this.folder(name), ...args);
  }

  async list(): Promise<ListedServer[]> {
    return (await (await fetch(`${this.url('a')}/admin/servers`)).json()) as ListedServer[];
  }

  async report(): Promise<PoolReport> {
    return (await (await fetch(`${this.url('a')}/admin/pool`)).json()) as PoolReport;
  }

  async verify(): Promise<Verified> {
    const { code, stdout } = await this.run('a', 'verify', '--json');
    return { code, ...JSON.parse(stdout) };
  }

  /** Every file with a blob on the disks of a server. */
  blobFiles(name: Name): string[] {
    return this.disks(name).flatMap((disk) =>
      globSync('blobs/*/*/*', { cwd: disk }).map((file) => path.join(disk, file)),
    );
  }

  /** Empties the folder of a disk while its server runs. */
  wipe(disk: string): void {
    rmSync(disk, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Copies that were made anew since the servers started. */
  async copied(): Promise<number> {
    const { servers } = await this.report();
    return servers.reduce((sum, { upkeep }) => sum + (upkeep?.settling.copied ?? 0), 0);
  }

  /** Waits until every blob has its two copies, on the list and on the disks, and none waits for anything. */
  async settled(): Promise<void> {
    await this.until(async () => {
      const { overview, sweep } = await this.report();
      const blobs = overview.copies.reduce((sum, one) => sum + one.blobs, 0);
      const isWell = overview.copies.every(({ replicas }) => replicas === 2);
      // A server that was killed may have a file more, until its next audit.
      const files = NAMES.flatMap((name) => this.blobFiles(name).map((file) => path.basename(file)));
      const twice = [...Map.groupBy(files, (digest) => digest).values()].filter(({ length }) => length >= 2);
      return isWell && twice.length === blobs && overview.settlings.length === 0 && sweep?.doneAt != null;
    });
  }

  async until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition().catch(() => false))) await sleep(100);
  }

  async remove(): Promise<void> {
    const { a, ...others } = Object.fromEntries(this.servers);
    await Promise.all(Object.values(others).map((server) => server.kill()));
    // Its database must not write any more when its folder goes.
    await a?.stop();
    this.#place.remove();
  }
}

/** Changes one bit of a file, somewhere. @param at 0 to 1 */
export function flipBit(file: string, at: number): void {
  const bytes = readFileSync(file);
  const place = Math.floor(at * bytes.length);
  bytes[place] = (bytes[place] ?? 0) ^ (1 << (place % 8));
  writeFileSync(file, bytes);
}
