// What to do next so that a blob has its wanted replicas. Pure: the pool, the rules and the time go in, steps come out.
import { type Candidate, chooseHolders } from './choose-holders.ts';
import type {
  BlobView,
  DiskKind,
  DiskView,
  HolderView,
  Place,
  RankPlaces,
  ServerView,
  UpkeepRules,
} from './pool-view.ts';
import { ageInDays, type CopyCounts, copiesByRule, reachableCopies } from './wanted-copies.ts';

/**
 * Why a blob cannot have all it should now. `no-source`: no server that has it can be reached; `no-room`: the disks that
 * should take it are full; `too-few-servers`: not enough can be reached; `server-away`: one that is silent for a moment
 * has a surplus copy or is needed before one may go.
 */
export type WaitReason = 'no-source' | 'no-room' | 'too-few-servers' | 'server-away';

/** The next steps of one blob; nothing to do and nothing to wait for: it is settled. */
export interface SettlingPlan {
  /** Where copies are to be made. The same server again: from one of its disks to another. */
  readonly copyTo: readonly { readonly server: string; readonly disk: string }[];
  /** Whose copies are surplus; never asked for together with copies that are still to be made. */
  readonly remove: readonly string[];
  /** Those that must prove their copies before one is removed, and stay. */
  readonly keep: readonly string[];
  /** How many copies there should be, and how many of them there are. */
  readonly wanted: number;
  readonly have: number;
  readonly wait: WaitReason | null;
}

/** Plans the next steps of a blob. `now`: ms since 1970, by the database's clock. */
export function planSettling(
  blob: BlobView,
  holders: readonly HolderView[],
  servers: readonly ServerView[],
  rules: UpkeepRules,
  { now, rank }: { readonly now: number; readonly rank: RankPlaces },
): SettlingPlan {
  const byRule = copiesByRule(rules, ageInDays(blob, now));
  const members = servers.filter(({ state }) => state === 'in');
  const wanted = total(reachableCopies(byRule, members.map(abilityOf)));
  const held = new Map(holders.map((holder) => [holder.server, holder]));
  const ways = members
    .map((server) => wayOf(server, held.get(server.id), blob.length, rules))
    .filter((way) => way !== null);
  const places = placesInOrder(blob.digest, ways, rank);
  const candidates = ways.map((way) => candidateOf(way, places));
  const chosen = chooseHolders(candidates, reachableCopies(byRule, candidates));

  const missing = candidates.filter(({ id, held: kind }) => chosen.has(id) && chosen.get(id) !== kind);
  const copyTo = missing.flatMap(({ id }) => {
    const place = places.find(({ server, disk }) => server.id === id && disk.kind === chosen.get(id));
    return place ? [{ server: id, disk: place.disk.id }] : [];
  });
  const keepers = candidates.filter(({ id, held: kind }) => chosen.has(id) && chosen.get(id) === kind);
  const keep = keepers.map(({ id }) => id);
  const plan = { copyTo: [], remove: [], keep, wanted, have: keep.length };
  if (copyTo.length > 0) {
    const hasSource = servers.some((one) => one.isAlive && holdsReadably(one, held.get(one.id)));
    return hasSource ? { ...plan, copyTo, wait: null } : { ...plan, wait: 'no-source' };
  }
  if (keep.length === 0 || keep.length < wanted) {
    const roomy = members.filter(({ id, isAlive }) => isAlive || keep.includes(id));
    const couldHave = total(reachableCopies(byRule, roomy.map(abilityOf)));
    return { ...plan, wait: couldHave >= wanted && wanted > 0 ? 'no-room' : 'too-few-servers' };
  }
  // A drain moves copies, it does not lower their number: where too few others can have them, they stay where they are.
  const mayEmpty = keep.length >= total(byRule);
  const surplus = servers.filter(
    ({ id, state }) => held.has(id) && !chosen.has(id) && (state !== 'draining' || mayEmpty),
  );
  const away = surplus.some((one) => !one.isAlive && counts(one, rules));
  const remove = surplus.filter(({ isAlive }) => isAlive).map(({ id }) => id);
  if (remove.length > 0 && keepers.some(({ isAlive }) => !isAlive)) return { ...plan, wait: 'server-away' };
  return { ...plan, remove, wait: away ? 'server-away' : null };
}

const total = ({ online, archive }: CopyCounts): number => online + archive;

function abilityOf({ disks }: ServerView) {
  const has = (kind: DiskKind) => disks.some((disk) => disk.kind === kind);
  return { online: has('online'), archive: has('archive') };
}

/** A dead server counts for a while: most come back. */
function counts(server: ServerView, rules: UpkeepRules): boolean {
  return server.state !== 'out' && (server.isAlive || server.silentMs < rules.repairAfterMs);
}

function holdsReadably(server: ServerView, holder: HolderView | undefined): boolean {
  return holder !== undefined && heldDisk(server, holder) !== null;
}

/** The kind of disk that holds the replica; null when that disk is lost or not known. */
function heldDisk(server: ServerView, { disk: id }: HolderView): DiskKind | null {
  if (id === null) return 'online';
  const disk = server.disks.find((one) => one.id === id);
  return disk && disk.state !== 'lost' ? disk.kind : null;
}

/** A server with the disks on which it has the blob or could take it. */
interface Way {
  readonly server: ServerView;
  readonly held: DiskKind | null;
  readonly disks: readonly DiskView[];
}

function wayOf(
  server: ServerView,
  holder: HolderView | undefined,
  length: number,
  rules: UpkeepRules,
): Way | null {
  const held = holder && counts(server, rules) ? heldDisk(server, holder) : null;
  const roomy = (disk: DiskView): boolean => server.isAlive && disk.state === 'in' && disk.free > length;
  const disks = server.disks.filter((disk) => disk.kind !== held && roomy(disk));
  return held === null && disks.length === 0 ? null : { server, held, disks };
}

/** The order of all places that count; a server that has the blob is ranked by the disks it could have had it on. */
function placesInOrder(digest: string, ways: readonly Way[], rank: RankPlaces): readonly Place[] {
  const places = ways.flatMap(({ server, held, disks }) => [
    ...disks.map((disk) => ({ server, disk })),
    ...server.disks
      .filter((disk) => disk.kind === held && disk.state !== 'lost')
      .map((disk) => ({ server, disk })),
  ]);
  return rank(digest, places);
}

function candidateOf({ server, held, disks }: Way, places: readonly Place[]): Candidate {
  const can = (kind: DiskKind) => held === kind || disks.some((disk) => disk.kind === kind);
  const rank = (kind: DiskKind) => {
    const at = places.findIndex((one) => one.server === server && one.disk.kind === kind);
    return at < 0 ? places.length : at;
  };
  return {
    ...{ id: server.id, site: server.site, isAlive: server.isAlive, held },
    ...{ online: can('online'), archive: can('archive') },
    rank: { online: rank('online'), archive: rank('archive') },
  };
}
