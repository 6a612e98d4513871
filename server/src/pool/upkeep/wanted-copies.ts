// How many copies of a blob are wanted on which kind of disk: by the blob's age, and by how many servers could have one.
import type { BlobView, UpkeepRules } from './pool-view.ts';

const DAY_MS = 24 * 3_600_000;

/** Copies on online and on archive disks. */
export interface CopyCounts {
  readonly online: number;
  readonly archive: number;
}

/** Whole days since the blob's study was made, or since it arrived when no study says a date; never below 0. */
export function ageInDays({ studyDate, createdAt }: BlobView, now: number): number {
  return Math.max(0, Math.floor((now - (timeOfDate(studyDate) ?? createdAt)) / DAY_MS));
}

function timeOfDate(date: string | null): number | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(date ?? '') ?? [];
  const time = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(time) ? null : time;
}

/** What the rules ask for at this age; at least one copy, whatever they say. */
export function copiesByRule(rules: UpkeepRules, days: number): CopyCounts {
  const tier = rules.tiers
    .filter(({ olderThanDays }) => days >= olderThanDays)
    .reduce((oldest, one) => (one.olderThanDays >= oldest.olderThanDays ? one : oldest), {
      ...{ olderThanDays: -1, replicas: rules.replicas, archive: 0 },
    });
  if (tier.replicas + tier.archive > 0) return { online: tier.replicas, archive: tier.archive };
  return { online: 1, archive: 0 };
}

/** A server that can have a copy on an online disk, on an archive disk, or on either. */
export interface Ability {
  readonly online: boolean;
  readonly archive: boolean;
}

/**
 * As many of the wanted copies as these servers can have, one on each: online copies first, and what the archive cannot
 * take stays online.
 */
export function reachableCopies(wanted: CopyCounts, servers: readonly Ability[]): CopyCounts {
  const online = servers.filter((one) => one.online).length;
  const archiveOnly = servers.filter((one) => one.archive && !one.online).length;
  const both = servers.filter((one) => one.archive && one.online).length;
  const first = Math.min(wanted.online, online);
  const archive = Math.min(wanted.archive, archiveOnly + Math.min(both, online - first));
  const left = online - first - Math.max(0, archive - archiveOnly);
  return { online: first + Math.min(wanted.archive - archive, left), archive };
}
