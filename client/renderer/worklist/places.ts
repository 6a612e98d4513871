// Where the images of a study are, in words for who reads them and for who keeps them.
import { counted, displayBytes } from '../format/quantities.ts';

/** What GET /admin/studies/UID/places says. */
export interface StudyPlaces {
  readonly blobs: number;
  readonly bytes: number;
  /** Blobs that no server has. */
  readonly missing: number;
  /** Copies of the blob that has the fewest. */
  readonly fewest: number;
  /** Copies of each blob that are wanted. */
  readonly wanted: number;
  readonly copies: readonly ServerCopies[];
}

interface ServerCopies {
  readonly server: string;
  readonly name: string;
  readonly site: string;
  readonly isAlive: boolean;
  readonly tier: string;
  readonly blobs: number;
  readonly bytes: number;
}

/** A server that is in the pool no more has its id for a name. */
function nameOf({ name, server }: ServerCopies): string {
  return name === server ? `a server that is not in the pool any more (${server.slice(0, 8)})` : name;
}

export type Tone = 'good' | 'warning' | 'bad';

const tiers = new Map([
  ['online', 'on disk, at once'],
  ['nearline', 'nearline, after a while'],
  ['offline', 'offline, after somebody has fetched it'],
]);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 1_000;

/** An answer of the server; null when it is none. */
export function readPlaces(answer: unknown): StudyPlaces | null {
  const { blobs, bytes, missing, fewest, wanted, copies } = (answer ?? {}) as Partial<
    Record<keyof StudyPlaces, unknown>
  >;
  const counts = [blobs, bytes, missing, fewest, wanted];
  if (!counts.every(isCount) || !Array.isArray(copies) || copies.length > 10_000) return null;
  return copies.every(isCopies) ? (answer as StudyPlaces) : null;
}

function isCopies(value: unknown): value is ServerCopies {
  const copy = (value ?? {}) as Partial<Record<keyof ServerCopies, unknown>>;
  return (
    [copy.server, copy.name, copy.site, copy.tier].every(isText) &&
    typeof copy.isAlive === 'boolean' &&
    isCount(copy.blobs) &&
    isCount(copy.bytes)
  );
}

/** How safe and how near the study is, in one sentence. */
export function safetyOf({ missing, fewest, wanted, copies, blobs }: StudyPlaces): {
  readonly tone: Tone;
  readonly words: string;
} {
  if (missing > 0) {
    const some = `${counted(missing, 'file')} of ${blobs}`;
    return { tone: 'bad', words: `No server has ${some}: images are missing. Tell the administrator.` };
  }
  const away = [...new Set(copies.filter(({ isAlive }) => !isAlive).map(nameOf))];
  const isAnyAlive = copies.some(({ isAlive }) => isAlive);
  if (!isAnyAlive) {
    return { tone: 'bad', words: `It cannot be opened now: ${away.join(', ')} cannot be reached.` };
  }
  const has = `${fewest === 1 ? 'One copy' : `${fewest} copies`} of every image`;
  if (fewest < wanted) {
    const words = `${has}, ${wanted} are wanted: more are made as soon as there are servers enough.`;
    return { tone: 'warning', words };
  }
  if (away.length > 0) {
    return { tone: 'warning', words: `${has}, as wanted, but ${away.join(', ')} cannot be reached.` };
  }
  return { tone: 'good', words: `${has}, as wanted.` };
}

export interface PlaceLine {
  /** `reading-room, site Annexe`. */
  readonly where: string;
  /** `all of it, 31 MB, on disk, at once`. */
  readonly what: string;
  readonly isAlive: boolean;
}

/** Each server and what it has, by site and name. */
export function placeLines({ copies, blobs }: StudyPlaces): PlaceLine[] {
  const sorted = [...copies].sort((a, b) => `${a.site} ${a.name}`.localeCompare(`${b.site} ${b.name}`));
  return sorted.map((copy) => {
    const { site, isAlive, tier, blobs: held, bytes } = copy;
    const share = held >= blobs ? 'all of it' : `${held} of ${counted(blobs, 'file')}`;
    return {
      where: site ? `${nameOf(copy)}, site ${site}` : nameOf(copy),
      what: `${share}, ${displayBytes(bytes)}, ${tiers.get(tier) ?? tier}`,
      isAlive,
    };
  });
}
