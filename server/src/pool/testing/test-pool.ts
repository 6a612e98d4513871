// A pool of stores in one process, for tests: real disks, real sockets, a real database, leases that the test decides on.
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import path from 'node:path';
import type { Metadata } from '@strata/metadata/metadata';
import type { ServerRecord } from '@strata/metadata/pool/model';
import { record } from '@strata/metadata/testing/records';
import { BlobCache } from '@strata/store/blob-cache';
import type { Disks } from '@strata/store/disks';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { PoolStore } from '../pool-store.ts';
import type { Peer } from '../wire/wire-error.ts';
import type { WireListener } from '../wire/wire-listener.ts';
import type { PutBlob } from '../writes.ts';
import { freshDisks, freshFolder, startClient, startListener } from './wire-pair.ts';

const LEASE_MS = 600_000;

export interface TestServerOptions {
  readonly site?: string;
  readonly disks?: number;
  readonly replicas?: number;
  /** Bytes of blobs that each disk takes. */
  readonly capacityLimit?: number;
}

/** One server of the pool. */
export interface TestServer {
  readonly id: string;
  readonly store: PoolStore;
  readonly disks: Disks;
  readonly folders: readonly string[];
  readonly cache: BlobCache;
  /** What it has logged, as objects. */
  readonly logged: Record<string, unknown>[];
  /** Its files of the blob. */
  filesOf(digest: string): string[];
  /** As a kill does it: its port is closed, and its lease has run out. */
  kill(): Promise<void>;
  /** From now on it takes connections and does nothing, while its lease holds. */
  hang(): Promise<void>;
  /** It is there again, as a new process is. */
  revive(): Promise<void>;
}

export class TestPool {
  readonly metadata: Metadata;
  /** What every server sees now. */
  view: readonly ServerRecord[] = [];
  /** Servers that may not write. */
  readonly withoutLease = new Set<string>();
  readonly #hung = new Map<string, string>();
  #instances = 0;

  constructor(metadata: Metadata) {
    this.metadata = metadata;
  }

  /** Reads the servers anew, as the heartbeat of each would. */
  async refresh(): Promise<void> {
    const servers = await this.metadata.pool.servers();
    this.view = servers.map((each) => ({ ...each, wireUrl: this.#hung.get(each.id) ?? each.wireUrl }));
  }

  async add(
    id: string,
    { site = 'main', disks: count = 1, replicas = 2, capacityLimit }: TestServerOptions = {},
  ): Promise<TestServer> {
    const { disks, folders } = await freshDisks(count, capacityLimit);
    const cache = await BlobCache.open(freshFolder(), { bytes: 2 ** 26, reserve: 0 });
    const logged: Record<string, unknown>[] = [];
    const store = new PoolStore({
      ...{ selfId: id, site, disks, cache, client: startClient(id), pool: this.metadata.pool, replicas },
      view: { servers: () => this.view, mayWrite: () => !this.withoutLease.has(id) },
      log: pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    });
    const handlers = {
      refusesWrites: () => (this.withoutLease.has(id) ? { code: 'no-lease', message: 'no lease' } : null),
      fetch: store.fetch.bind(store),
      verify: store.proveOwn.bind(store),
    };
    let boot = 0;
    let listener: (WireListener & Peer) | null = null;
    const join = async (port?: number) => {
      listener = await startListener(id, disks, handlers, port === undefined ? {} : { port });
      const report = {
        id,
        name: `Server ${id}`,
        site,
        wireUrl: listener.url,
        endpoints: [],
        roles: ['image'],
      };
      const status = disks.status().map(({ reason: _, ...disk }) => disk);
      await this.metadata.pool.heartbeat(
        { ...report, version: '1', load: 0, disks: status, boot: `boot-${++boot}` },
        LEASE_MS,
      );
      await this.refresh();
    };
    await join();
    return {
      ...{ id, store, disks, folders, cache, logged },
      filesOf: (digest) =>
        folders
          .map((folder) => path.join(folder, 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest))
          .filter((file) => existsSync(file)),
      kill: async () => {
        await listener?.close(0);
        await this.metadata.pool.leave(id);
        await this.refresh();
      },
      hang: async () => {
        const server = createServer();
        const sockets = new Set<Socket>();
        server.on('connection', (socket) => void sockets.add(socket));
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        onTestFinished(() => {
          for (const socket of sockets) socket.destroy();
          server.close();
        });
        this.#hung.set(id, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        await this.refresh();
      },
      revive: async () => {
        this.#hung.delete(id);
        await join(listener?.port);
      },
    };
  }

  /** Commits an instance that needs the blob. */
  async commit({ digest, length, replicas, settle }: PutBlob): Promise<void> {
    const made = record({ instance: String(++this.#instances) });
    const outcome = await this.metadata.commit([
      { ...made, objectBlob: { digest, length, replicas, settle } },
    ]);
    if (outcome[0] !== 'stored') throw new Error(`not stored: ${outcome[0]}`);
  }

  /** Ids of the servers that the metadata say hold the blob, sorted. */
  async holders(digest: string): Promise<string[]> {
    const rows = (await this.metadata.pool.holders([digest])).get(digest) ?? [];
    return rows.map(({ server }) => server).sort();
  }
}

/** Names of the files that are being written on the server's disks. */
export function halfWritten({ folders }: TestServer): string[] {
  return folders.flatMap((folder) => readdirSync(path.join(folder, 'tmp')));
}
