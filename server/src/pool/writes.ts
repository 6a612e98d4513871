// Where a new blob goes: on as many servers as copies are wanted, by rank, and a clear refusal when there are too few.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place, ServerRecord } from '@strata/metadata/pool/model';
import { digestOf } from '@strata/store/blob-bytes';
import type { BlobName } from '@strata/store/blob-names';
import type { StoredBlob } from '@strata/store/blob-store';
import type { Disks } from '@strata/store/disks';
import { StoreError } from '@strata/store/errors';
import { orderPlaces } from '@strata/store/placement';
import { keepsBlobs } from './keeps-blobs.ts';
import type { Peers, PoolView } from './peers.ts';
import { putOnSeveral, type Target } from './put-on-several.ts';
import type { WireClient } from './wire/wire-client.ts';

/** A blob that is durable on all of `replicas`, which are to be committed with what needs it. */
export interface PutBlob extends StoredBlob {
  readonly replicas: readonly Place[];
  /** Whether the pool is to look where it wants them in the end: the sites are not spread yet. */
  readonly settle: boolean;
}

export interface WritesParts {
  readonly selfId: string;
  readonly site: string;
  readonly disks: Disks | null;
  readonly client: WireClient;
  readonly peers: Peers;
  readonly view: PoolView;
  readonly replicas: number;
}

/** A copy that takes longer is tried on one more server; so many of these at once. */
const SLOW_MS = 2_000;
/** What even a slow network brings across. */
const SLOW_BYTES_PER_MS = 500;
const HEDGES = 4;
/** A server that starts anew is waited for so long before a blob is refused. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 250;
/** One that is silent for longer is not just starting anew. */
const STARTING_MS = 15_000;

type Kept = Place & { readonly existed: boolean };

export class Writes {
  readonly #parts: WritesParts;
  #hedges = 0;

  constructor(parts: WritesParts) {
    this.#parts = parts;
  }

  /** See PoolStore. */
  async put(parts: readonly Uint8Array[], known?: BlobName): Promise<PutBlob> {
    const { selfId, disks } = this.#parts;
    const servers = this.#keepers();
    if (disks && servers.every(({ id }) => id === selfId)) {
      const { disk, ...stored } = await disks.put(parts, known && { name: known });
      return { ...stored, replicas: [{ server: selfId, disk }], settle: false };
    }
    const name = known ?? (await digestOf(parts));
    const kept: Kept[] = [];
    for (const began = performance.now(); ; ) {
      const now = this.#keepers();
      const wanted = Math.max(1, Math.min(this.#parts.replicas, now.length));
      const failures = await this.#round(name, parts, now, wanted, kept);
      if (kept.length >= wanted) return this.#put(name, kept, now);
      const refusal = this.#refusal(name, now, wanted, kept, failures);
      const mayComeBack = now.some(({ isAlive, silentMs }) => !isAlive && silentMs < STARTING_MS);
      const waits = refusal.code !== 'no-space' && (mayComeBack || now.every(({ isAlive }) => isAlive));
      const patienceMs = Math.max(PATIENCE_MS, this.#parts.view.unheardPatienceMs?.() ?? 0);
      if (!waits || performance.now() + PAUSE_MS > began + patienceMs) throw refusal;
      await sleep(PAUSE_MS);
    }
  }

  /** The servers that blobs are put on, dead ones among them: they are wanted, and missed. */
  #keepers(): ServerRecord[] {
    const { view } = this.#parts;
    return view.servers().filter(({ state, roles }) => state === 'in' && roles.includes('image'));
  }

  /** Tries to bring `kept` to the wanted number. @returns why servers have failed, by id */
  async #round(
    name: BlobName,
    parts: readonly Uint8Array[],
    servers: readonly ServerRecord[],
    wanted: number,
    kept: Kept[],
  ): Promise<ReadonlyMap<string, unknown>> {
    const { site, peers } = this.#parts;
    const holders = kept.map(({ server }) => server);
    const able = servers.filter((server) => this.#mayTake(server));
    const order = orderPlaces(name.digest, able, { ownSite: site, length: name.length, holders });
    const targets = order.flatMap(({ server: id }) => {
      const server = able.find((each) => each.id === id);
      return server ? [this.#target(server, name, parts)] : [];
    });
    let hedges = 0;
    const mayHedge = () => {
      if (this.#hedges >= HEDGES) return false;
      this.#hedges++;
      hedges++;
      return true;
    };
    const result = await putOnSeveral(targets, wanted - kept.length, {
      slowMs: SLOW_MS + name.length / SLOW_BYTES_PER_MS,
      mayHedge,
      onOvertaken: (id) => {
        const server = able.find((each) => each.id === id);
        if (server && id !== this.#parts.selfId) peers.hung(server);
      },
    });
    this.#hedges -= hedges;
    kept.push(...result.kept);
    return result.failures;
  }

  #mayTake(server: ServerRecord): boolean {
    const { selfId, disks, view, peers } = this.#parts;
    if (server.id === selfId) return disks !== null && view.mayWrite();
    return keepsBlobs(server) && peers.isUsable(server);
  }

  #target(server: ServerRecord, name: BlobName, parts: readonly Uint8Array[]): Target {
    const { selfId, disks, client, peers } = this.#parts;
    const ask = (signal: AbortSignal) =>
      peers.ask(server, (peer) => client.put(peer, name, parts, { signal }), { signal });
    const keep = async (signal: AbortSignal): Promise<Kept> => {
      const { disk, existed } =
        server.id === selfId && disks
          ? await disks.put(parts, { name })
          : await ask(signal).catch((error) => {
              // One of its disks ran full: it knows that now, and takes another.
              if (error instanceof StoreError && error.code === 'no-space') return ask(signal);
              throw error;
            });
      return { server: server.id, disk, existed };
    };
    return { server: server.id, keep };
  }

  #put({ digest, length }: BlobName, kept: readonly Kept[], servers: readonly ServerRecord[]): PutBlob {
    const sites = new Set(servers.map(({ site }) => site));
    const reached = new Set(
      servers.filter(({ id }) => kept.some(({ server }) => server === id)).map(({ site }) => site),
    );
    return {
      ...{ digest, length, existed: kept.every(({ existed }) => existed) },
      replicas: kept.map(({ server, disk }) => ({ server, disk })),
      settle: reached.size < Math.min(sites.size, kept.length),
    };
  }

  #refusal(
    { digest, length }: BlobName,
    servers: readonly ServerRecord[],
    wanted: number,
    kept: readonly Kept[],
    failures: ReadonlyMap<string, unknown>,
  ): StoreError {
    const missing = servers.flatMap((server) => {
      if (kept.some((place) => place.server === server.id)) return [];
      const why = this.#whyNot(server, length, failures.get(server.id));
      return [{ text: `${server.name} (${server.id}) ${why.text}`, isFull: why.isFull }];
    });
    const isFull = missing.length > 0 && missing.every((each) => each.isFull);
    // What is wrong comes first: a DICOM sender sees 64 characters.
    const have = `It needs ${wanted} copies on different servers, ${kept.length} could be made`;
    const list = missing.map(({ text }) => text).join('; ') || 'no server of the pool keeps blobs';
    const advice = isFull
      ? 'Free space, or add disks or servers.'
      : 'Send it again in a moment. See: strata servers.';
    return new StoreError(
      isFull ? 'no-space' : 'too-few-servers',
      `${have}: ${list}. ${advice} It is blob ${digest} of ${length} bytes.`,
    );
  }

  #whyNot(server: ServerRecord, length: number, failure: unknown): { text: string; isFull: boolean } {
    if (failure instanceof StoreError && failure.code === 'no-space')
      return { text: 'is full', isFull: true };
    if (failure instanceof Error)
      return { text: `has failed: ${failure.message.replace(/\.$/, '')}`, isFull: false };
    if (!server.isAlive) return { text: 'is not there', isFull: false };
    if (!this.#mayTake(server)) {
      const isSelf = server.id === this.#parts.selfId;
      return { text: isSelf ? 'has no lease' : 'does not answer', isFull: false };
    }
    const isFull = orderPlaces('', [server], { length }).length === 0;
    return { text: isFull ? 'is full' : 'was not asked', isFull };
  }
}
