// Opens the blobs of this server and its way to those of the others, before anybody can reach it.
import path from 'node:path';
import type { Metadata } from '@strata/metadata/metadata';
import { BlobCache } from '@strata/store/blob-cache';
import { Disks } from '@strata/store/disks';
import type { DataFolder } from '../config/data-folder.ts';
import { diskFolders, diskMemoryFile, refuseMissingDisks, reserveOf } from '../config/disk-folders.ts';
import type { Logger } from '../config/log.ts';
import type { Role } from '../config/settings/pool-section.ts';
import type { Settings } from '../config/settings/settings.ts';
import type { Membership } from '../pool/membership.ts';
import { PoolStore } from '../pool/pool-store.ts';
import type { Upkeep } from '../pool/upkeep/upkeep.ts';
import type { OrderHandlers } from '../pool/wire/order-routes.ts';
import { readPem } from '../pool/wire/tls.ts';
import { WireClient } from '../pool/wire/wire-client.ts';
import { Refusal } from '../pool/wire/wire-error.ts';
import { WireListener } from '../pool/wire/wire-listener.ts';
import type { UndoList } from './undo.ts';

export interface PoolOptions {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly roles: ReadonlySet<Role>;
  readonly metadata: Metadata;
  /** Another at each start of the process. */
  readonly boot: string;
  /** Null until this server has joined. */
  readonly membership: () => Membership | null;
  readonly upkeep: () => Upkeep | null;
  /** Stops and starts this process again, soon; absent where it cannot. */
  readonly restart: (() => void) | undefined;
  readonly log: Logger;
}

export interface StartedPool {
  readonly store: PoolStore;
  /** Null at a server that keeps no blobs. */
  readonly disks: Disks | null;
  readonly client: WireClient;
  /** Where other servers reach this one. */
  readonly wireUrl: string;
}

/** Copies leave more room than that: blobs come first. */
const CACHE_RESERVE = 2;

/** @throws StartError, StoreError, MetadataError */
export async function startPool(options: PoolOptions, undo: UndoList): Promise<StartedPool> {
  const { folder, settings, roles, metadata, boot, membership, log } = options;
  const self = { id: folder.id, boot };
  const key = await metadata.pool.key();
  const tls = settings.pool.tls && (await readPem(settings.pool.tls, settings.folder));
  const keeps = roles.has('image');
  const reserve = await reserveOf(folder.path);

  const folders = keeps ? diskFolders(folder, settings, reserve) : [];
  await refuseMissingDisks(folder, folders);
  const disks = keeps ? await Disks.open(folders, diskMemoryFile(folder)) : null;
  undo.add(() => disks?.close());
  const cacheRules = { bytes: settings.pool.cacheBytes, reserve: CACHE_RESERVE * reserve };
  const cache = keeps ? await BlobCache.open(path.join(folder.path, 'cache'), cacheRules) : null;
  undo.add(() => cache?.close());
  const client = new WireClient({ key, self, tls });
  undo.add(() => client.close());
  const store = new PoolStore({
    ...{ selfId: folder.id, disks, cache, client, pool: metadata.pool, log },
    ...{ site: settings.pool.site, replicas: settings.pool.replicas },
    onBad: (finding) => options.upkeep()?.found(finding),
    view: {
      servers: () => membership()?.servers ?? [],
      mayWrite: () => membership()?.mayWrite ?? false,
      unheardPatienceMs: () => (membership()?.unheardMs ? settings.metadata.patience * 1000 : 0),
    },
  });
  if (disks) await adopt(disks, options);
  const listener = await WireListener.start({
    ...{ listen: settings.pool.listen, tls, key, self, disks, log },
    handlers: handlersOf(store, options),
  });
  undo.add(() => listener.close());
  return { store, disks, client, wireUrl: listener.url };
}

/** What was stored before there was a pool is on the first disk; the audit puts right what is not. */
async function adopt(disks: Disks, { folder, metadata, log }: PoolOptions): Promise<void> {
  const [disk] = disks.status();
  const adopted = disk ? await metadata.pool.adopt(folder.id, disk.id) : 0;
  if (adopted > 0)
    log.warn({ blobs: adopted }, 'blobs of before there was a pool are written down as kept here');
}

function handlersOf(store: PoolStore, options: PoolOptions): OrderHandlers {
  const { folder, membership, upkeep, restart } = options;
  const running = () => {
    const found = upkeep();
    if (found) return found;
    throw new Refusal(503, 'starting', 'This server has just started, or serves one command only.');
  };
  return {
    refusesWrites: () => {
      const known = membership();
      if (known?.mayWrite) return null;
      return { code: 'no-lease', message: known?.trouble ?? 'This server has not joined the pool yet.' };
    },
    fetch: async (order, signal) => {
      const { digest, length, from, disk } = order;
      if (disk === undefined || !from.includes(folder.id)) return store.fetch(order, signal);
      // From one disk of this server to another.
      await running().own.fetch({ digest, length }, folder.id, disk, signal);
      return { digest, length, disk, existed: false };
    },
    verify: (digest) => store.proveOwn(digest),
    remove: ({ digest, leastOthers }) => running().own.remove(digest, leastOthers),
    restart: () => {
      if (!restart) throw new Refusal(409, 'cannot-restart', 'This process serves one command only.');
      restart();
    },
    state: async () => ({ upkeep: upkeep()?.state() ?? null }),
  };
}
