// Servers with upkeep in one process, for tests: real disks, a real database, real sockets between them.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Metadata } from '@strata/metadata/metadata';
import type { ServerRecord } from '@strata/metadata/pool/model';
import { record } from '@strata/metadata/testing/records';
import type { DiskFolder } from '@strata/store/disk';
import { Disks } from '@strata/store/disks';
import { onTestFinished } from 'vitest';
import { type PoolSettings, poolSection } from '../../config/settings/pool-section.ts';
import { Upkeep, type UpkeepParts } from '../upkeep/upkeep.ts';
import { freshFolder, silent, startClient, startListener } from './wire-pair.ts';

const LEASE_MS = 60_000;

/** One server: its disks and its upkeep, and whether the others believe that it lives. */
export interface KeptServer {
  readonly id: string;
  readonly site: string;
  readonly disks: Disks;
  readonly folders: readonly string[];
  readonly wireUrl: string;
  upkeep: Upkeep;
  boot: string;
  isAlive: boolean;
  /** Breaks its upkeep off and starts it anew. */
  restart(): Promise<void>;
}

export interface Wanted {
  readonly settings?: Partial<PoolSettings>;
  readonly kinds?: readonly DiskFolder['kind'][];
  readonly site?: string;
  /** Bytes of blobs that each disk may hold. */
  readonly capacityLimit?: number;
}

/** A pool whose servers are heard when the test says so. */
export class KeptServers {
  readonly metadata: Metadata;
  readonly servers = new Map<string, KeptServer>();
  #view: ServerRecord[] = [];
  #made = 0;

  constructor(metadata: Metadata) {
    this.metadata = metadata;
  }

  /** A new server that is heard at once. */
  async join(
    id: string,
    { settings, kinds = ['online'], site = 'main', capacityLimit }: Wanted = {},
  ): Promise<KeptServer> {
    const folders = kinds.map(() => freshFolder());
    const disks = await Disks.open(
      folders.map((path, at) => ({
        ...{ path, name: `${id}${at}`, kind: kinds[at] ?? 'online', reserve: 0 },
        ...(capacityLimit !== undefined && { capacityLimit }),
      })),
    );
    onTestFinished(() => disks.close());
    const late: { server: KeptServer | null } = { server: null };
    const listener = await startListener(id, disks, {
      fetch: async ({ digest, length, from, disk = '' }, signal) => {
        await late.server?.upkeep.own.fetch({ digest, length }, from[0] ?? '', disk, signal);
        return { digest, length, disk, existed: false };
      },
      remove: async ({ digest, leastOthers }) =>
        (await late.server?.upkeep.own.remove(digest, leastOthers)) ?? false,
    });
    const parts: UpkeepParts = {
      ...{ self: id, pool: this.metadata.pool, disks, folder: freshFolder(), log: silent },
      servers: () => this.#view,
      mayWrite: () => server.isAlive,
      client: startClient(id),
      settings: { ...poolSection.parse({}), lease: 1, ...settings },
    };
    const server: KeptServer = {
      ...{ id, site, disks, folders, wireUrl: listener.url, boot: randomUUID(), isAlive: true },
      upkeep: Upkeep.start(parts),
      restart: async () => {
        await server.upkeep.stop();
        server.upkeep = Upkeep.start(parts);
        server.upkeep.wake();
      },
    };
    late.server = server;
    onTestFinished(() => server.upkeep.stop());
    this.servers.set(id, server);
    await this.beat();
    return server;
  }

  /** Lets all that live be heard, and everybody know of everybody. */
  async beat(): Promise<void> {
    for (const { id, site, wireUrl, boot, disks, isAlive } of this.servers.values()) {
      if (!isAlive) continue;
      const told = disks.status().map(({ id: disk, name, kind, capacity, free, state }) => ({
        ...{ id: disk, name, kind, capacity, free, state },
      }));
      const self = { id, name: id, site, wireUrl, boot, disks: told };
      const fixed = { endpoints: [], roles: ['image'], version: '0', load: 0 };
      this.#view = await this.metadata.pool.heartbeat({ ...self, ...fixed }, LEASE_MS);
    }
    this.#view = await this.metadata.pool.servers();
    for (const { upkeep } of this.servers.values()) upkeep.wake();
  }

  /** The server is silent from now on. */
  async die(id: string): Promise<void> {
    const server = this.servers.get(id);
    if (server) server.isAlive = false;
    await this.metadata.pool.leave(id);
    await this.beat();
  }

  async return(id: string): Promise<void> {
    const server = this.servers.get(id);
    if (server) server.isAlive = true;
    await this.beat();
  }

  /** Stores instances with both of their blobs on these servers. @returns the digests of the blobs */
  async store(count: number, servers: readonly KeptServer[], length = 20_000): Promise<string[]> {
    const digests: string[] = [];
    const records = [];
    for (let at = 0; at < count; at++) {
      const uid = String(++this.#made);
      const put = async (bytes: Uint8Array) => {
        const replicas = [];
        for (const { id, disks } of servers) {
          replicas.push({ server: id, disk: (await disks.put([bytes])).disk });
        }
        const digest = createHash('sha256').update(bytes).digest('hex');
        digests.push(digest);
        return { digest, length: bytes.length, replicas };
      };
      records.push({
        ...record({ instance: uid }),
        objectBlob: await put(randomBytes(300)),
        framesBlob: await put(randomBytes(length)),
      });
    }
    await this.metadata.commit(records);
    return digests;
  }

  /** The servers that have the blob on a list, in order, and really have it whole. */
  async holders(digest: string): Promise<string[]> {
    const listed = (await this.metadata.pool.holders([digest])).get(digest) ?? [];
    const good = [];
    for (const { server, disk } of listed) {
      const check = await this.servers.get(server)?.disks.verify(digest, disk === null ? {} : { disk });
      if (check?.state === 'good') good.push(server);
    }
    return good;
  }

  /** Empties the folder of a server's disk. */
  async wipe({ folders, disks }: KeptServer, disk = 0): Promise<void> {
    rmSync(folders[disk] ?? '', { recursive: true, force: true });
    await disks.check();
    await this.beat();
  }
}

/** Waits until the condition holds; a test that waits in vain ends by its time limit. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(25);
}
