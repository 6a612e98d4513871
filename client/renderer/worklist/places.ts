// Where the images of a study are, in words for who reads them and for who keeps them.
import { displayBytes } from '../format/quantities.ts';
import { panelTexts } from '../words/study-panel.ts';

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
  return name === server ? panelTexts.value.places.gone(server.slice(0, 8)) : name;
}

export type Tone = 'good' | 'warning' | 'bad';

function tierText(tier: string): string {
  const { online, nearline, offline } = panelTexts.value.places;
  return new Map(Object.entries({ online, nearline, offline })).get(tier) ?? tier;
}

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
  const texts = panelTexts.value.places;
  if (missing > 0) {
    return { tone: 'bad', words: texts.missing(missing, blobs) };
  }
  const away = [...new Set(copies.filter(({ isAlive }) => !isAlive).map(nameOf))];
  const isAnyAlive = copies.some(({ isAlive }) => isAlive);
  if (!isAnyAlive) {
    return { tone: 'bad', words: texts.away(away.join(', ')) };
  }
  const has = texts.copies(fewest);
  if (fewest < wanted) {
    return { tone: 'warning', words: texts.tooFew(has, wanted) };
  }
  if (away.length > 0) {
    return { tone: 'warning', words: texts.someAway(has, away.join(', ')) };
  }
  return { tone: 'good', words: texts.enough(has) };
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
  const texts = panelTexts.value.places;
  const sorted = [...copies].sort((a, b) => `${a.site} ${a.name}`.localeCompare(`${b.site} ${b.name}`));
  return sorted.map((copy) => {
    const { site, isAlive, tier, blobs: held, bytes } = copy;
    const share = held >= blobs ? texts.whole : texts.part(held, blobs);
    return {
      where: site ? texts.site(nameOf(copy), site) : nameOf(copy),
      what: `${share}, ${displayBytes(bytes)}, ${tierText(tier)}`,
      isAlive,
    };
  });
}
