// What was done to an object: counts by attribute and never a value, so that it may be shown to anyone.
import { tagName } from '../tags.ts';

/** What became of an attribute. */
export type Outcome =
  /** Not there any longer. */
  | 'removed'
  /** There without a value. */
  | 'emptied'
  /** Another value that tells nothing, or a pseudonym. */
  | 'replaced'
  /** UIDs replaced by others, the same ones everywhere. */
  | 'uid-replaced'
  /** Dates moved by the patient's number of days. */
  | 'shifted'
  /** Of a text, the words that are known to be safe are left. */
  | 'cleaned'
  /** Kept as an option says. */
  | 'kept';

/** Why, where it is not the profile's table. */
export type Why = 'private' | 'unknown' | 'unreadable' | 'repeats-identity' | 'not-listed';

export interface AttributeReport {
  /** Eight hexadecimal digits. */
  readonly tag: string;
  /** '(0010,0010) PatientName'; of private and unknown ones only the number. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly why?: Why;
  /** How often, in items of sequences too. */
  readonly count: number;
}

/** What was done to the pixels. */
export interface PixelReport {
  /** `untouched`: the Clean Pixel Data option was not asked for, or there is nothing to clean. */
  readonly outcome: 'untouched' | 'blanked';
  /** The rule that said what to blank. */
  readonly rule?: string;
  /** Pixels blanked in each frame. */
  readonly blanked?: number;
}

export interface DeidentifyReport {
  /** The standard's edition, as 'PS3.15 2026c'. */
  readonly profile: string;
  /** Codes of PS3.16 CID 7050. */
  readonly methods: readonly string[];
  /** UIDs of the object that was made. */
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly attributes: readonly AttributeReport[];
  readonly pixels: PixelReport;
}

/** A report in a few words, for a line of a log. */
export interface DeidentifySummary {
  readonly profile: string;
  readonly methods: readonly string[];
  /** How many attributes came to what. */
  readonly attributes: Readonly<Partial<Record<Outcome, number>>>;
  readonly pixels: PixelReport;
}

export function summaryOf({ profile, methods, attributes, pixels }: DeidentifyReport): DeidentifySummary {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome, count } of attributes) counts[outcome] = (counts[outcome] ?? 0) + count;
  return { profile, methods, attributes: counts, pixels };
}

/** Counts what is done. */
export class Tally {
  readonly #counts = new Map<
    string,
    { tag: number; outcome: Outcome; why: Why | undefined; count: number }
  >();

  add(tag: number, outcome: Outcome, why?: Why): void {
    const key = `${tag} ${outcome} ${why ?? ''}`;
    const found = this.#counts.get(key);
    if (found) found.count += 1;
    else this.#counts.set(key, { tag, outcome, why, count: 1 });
  }

  /** By tag. */
  attributes(): AttributeReport[] {
    return [...this.#counts.values()]
      .sort((a, b) => a.tag - b.tag)
      .map(({ tag, outcome, why, count }) => ({
        tag: tag.toString(16).toUpperCase().padStart(8, '0'),
        name: tagName(tag),
        outcome,
        ...(why ? { why } : {}),
        count,
      }));
  }
}
