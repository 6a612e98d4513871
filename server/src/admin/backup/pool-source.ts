// Blobs from the servers of the pool, asked as they ask each other.
import { randomUUID } from 'node:crypto';
import type { Metadata } from '@strata/metadata/metadata';
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { BlobName } from '@strata/store/blob-names';
import type { BlobStore } from '@strata/store/blob-store';
import { StoreError } from '@strata/store/errors';
import { keepsBlobs } from '../../pool/keeps-blobs.ts';
import { WireClient } from '../../pool/wire/wire-client.ts';
import { BackupError } from './backup-error.ts';

/** What came of one blob. `gone`: nothing needs it any more. */
export type Fetched =
  | { readonly outcome: 'copied' }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'lacking'; readonly reason: string };

/** What is known of servers is asked again after so long. */
const FRESH_MS = 2_000;

export class PoolSource {
  readonly #metadata: Metadata;
  readonly #client: WireClient;
  #servers: { readonly list: readonly ServerRecord[]; readonly at: number } = {
    list: [],
    at: Number.NEGATIVE_INFINITY,
  };

  private constructor(metadata: Metadata, client: WireClient) {
    this.#metadata = metadata;
    this.#client = client;
  }

  /**
   * @param tls what the servers of the pool are proven by, where they are on several machines
   * @throws MetadataError, BackupError 'no-servers' when no server that has blobs is alive
   */
  static async open(
    metadata: Metadata,
    tls: ConstructorParameters<typeof WireClient>[0]['tls'],
  ): Promise<PoolSource> {
    const self = { id: `backup-${randomUUID()}`, boot: randomUUID() };
    const source = new PoolSource(
      metadata,
      new WireClient({ key: await metadata.pool.key(), self, ...(tls && { tls }) }),
    );
    if ((await source.#keepers()).some(({ isAlive }) => isAlive)) return source;
    source.close();
    throw new BackupError(
      'no-servers',
      'The database has heard of no server with images lately: start them first. If they run, it takes no changes: see strata cluster status.',
    );
  }

  /** Who holds each of the blobs, as the database says. */
  async holders(digests: readonly string[]): Promise<Map<string, string[]>> {
    const found = await this.#metadata.pool.holders(digests);
    return new Map([...found].map(([digest, holders]) => [digest, holders.map(({ server }) => server)]));
  }

  /**
   * Copies a blob into the store, verified on its way and on the disk when this returns, from the first server whose copy is good.
   * @throws StoreError of the store that takes it
   */
  async fetch(
    blob: BlobName,
    holders: readonly string[],
    into: BlobStore,
    signal: AbortSignal,
  ): Promise<Fetched> {
    const reasons: string[] = [];
    if (await this.#fetchFrom(await this.#ordered(holders), blob, into, reasons, signal))
      return { outcome: 'copied' };
    // It may have moved since, or be somewhere without being written down.
    const [known] = await this.#metadata.pool.placedBlobsOf([blob.digest]);
    if (!known) return { outcome: 'gone' };
    const others = await this.#ordered([]);
    if (await this.#fetchFrom(others, blob, into, reasons, signal)) return { outcome: 'copied' };
    return { outcome: 'lacking', reason: [...new Set(reasons)].join(' ') || 'No server has it.' };
  }

  close(): void {
    this.#client.close();
  }

  async #fetchFrom(
    servers: readonly ServerRecord[],
    blob: BlobName,
    into: BlobStore,
    reasons: string[],
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const server of servers) {
      signal.throwIfAborted();
      const fails = (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        if (!(error instanceof StoreError && error.code === 'missing'))
          reasons.push(`${server.name}: ${why}`);
      };
      const opened = await this.#client.open(server, blob.digest, { signal }).catch(fails);
      if (!opened) continue;
      try {
        await into.putStream(blob, opened.stream);
        return true;
      } catch (error) {
        if (isOurDisk(error)) throw error;
        fails(error);
        // Its server reads it again, and replaces it where it can.
        if (error instanceof StoreError && error.code === 'corrupt')
          await this.#client.verify(server, blob.digest, { signal }).catch(() => undefined);
      } finally {
        opened.discard();
      }
    }
    return false;
  }

  /** Those of the ids, or all when there is none; the living and idle first. */
  async #ordered(ids: readonly string[]): Promise<ServerRecord[]> {
    const keepers = await this.#keepers();
    const chosen = ids.length === 0 ? keepers : keepers.filter(({ id }) => ids.includes(id));
    return chosen.sort((a, b) => Number(b.isAlive) - Number(a.isAlive) || a.load - b.load);
  }

  async #keepers(): Promise<ServerRecord[]> {
    if (performance.now() - this.#servers.at > FRESH_MS)
      this.#servers = { list: await this.#metadata.pool.servers(), at: performance.now() };
    return this.#servers.list.filter(
      (server) => keepsBlobs(server) && server.wireUrl !== '' && server.state !== 'out',
    );
  }
}

/** Whether the disk that takes the blob has failed, not the server that gives it. */
function isOurDisk(error: unknown): boolean {
  return error instanceof StoreError && ['no-space', 'read-only', 'io'].includes(error.code);
}
