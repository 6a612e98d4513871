// What administrators may ask of the whole pool through this server: every copy read again, and how upkeep goes.
import type { Metadata } from '@strata/metadata/metadata';
import type { ServerRecord } from '@strata/metadata/pool/model';
import type { BlobCheck } from '@strata/store/blob-store';
import type { PoolVerifyParts } from '../admin/verify-pool.ts';
import type { PoolSettings } from '../config/settings/pool-section.ts';
import type { PoolRoutesParts } from '../http/pool-routes.ts';
import { isAlone, type PoolStore } from '../pool/pool-store.ts';
import { rulesOf, type Upkeep, type UpkeepState } from '../pool/upkeep/upkeep.ts';
import type { WireClient } from '../pool/wire/wire-client.ts';

export interface PoolAdminParts {
  readonly selfId: string;
  readonly settings: PoolSettings;
  readonly metadata: Metadata;
  readonly store: PoolStore;
  readonly client: WireClient;
  /** As they were known last. */
  readonly servers: () => readonly ServerRecord[];
  readonly upkeep: () => Upkeep | null;
}

export interface PoolAdmin extends Pick<PoolRoutesParts, 'upkeepOf' | 'scrubNow' | 'fewCopies'> {
  readonly verifyPool: () => PoolVerifyParts | null;
}

export function poolAdmin(parts: PoolAdminParts): PoolAdmin {
  const { selfId, settings, metadata, store, client, servers, upkeep } = parts;
  const prove = async (server: ServerRecord, digest: string): Promise<BlobCheck | null> => {
    if (server.id === selfId) return store.proveOwn(digest);
    // Whatever it is: its copies were not read, and that is what is told.
    return client.verify(server, digest).catch(() => null);
  };
  return {
    verifyPool: () =>
      isAlone(selfId, servers()) ? null : { metadata, servers, prove, rules: rulesOf(settings) },
    upkeepOf: async (server) => {
      if (server.id === selfId) return upkeep()?.state() ?? null;
      if (server.wireUrl === '') return null;
      const told = (await client.state(server)) as { readonly upkeep?: UpkeepState } | null;
      return told?.upkeep ?? null;
    },
    fewCopies: () => {
      const { replicas, tiers, repairAfter } = settings;
      const rules = [
        { olderThanDays: 0, copies: replicas },
        ...tiers.map((tier) => ({
          olderThanDays: tier.olderThanDays,
          copies: Math.max(1, tier.replicas + tier.archive),
        })),
      ];
      return metadata.pool.fewCopies(rules, repairAfter * 1000);
    },
    scrubNow: () => {
      upkeep()?.scrubNow();
      return upkeep() !== null;
    },
  };
}
