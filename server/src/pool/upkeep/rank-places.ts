// The order of places for a blob: the rendezvous order by which it was placed when it came.
import { rankDisks } from '@strata/store/placement';
import type { Place } from './pool-view.ts';

/** Places in the order of rendezvous hashing, those on online disks first. Full disks too: they may hold the blob already. */
export function rankPlaces(digest: string, places: readonly Place[]): Place[] {
  const servers = places.map(({ server, disk }) => ({
    ...{ id: server.id, site: server.site },
    disks: [{ ...disk, state: 'in' as const }],
  }));
  const byDisk = new Map(places.map((place) => [place.disk.id, place]));
  const ranked = (['online', 'archive'] as const).flatMap((kind) => rankDisks(digest, servers, { kind }));
  return ranked.flatMap(({ disk }) => byDisk.get(disk) ?? []);
}
