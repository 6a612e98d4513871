// What a query of the DICOM query model asks and gets (PS3.4 annex C, PS3.18 section 10.6), in the DICOM JSON model.

/** One attribute of the DICOM JSON model (PS3.18 annex F). */
export interface DicomJsonElement {
  vr: string;
  Value?: unknown[];
  InlineBinary?: string;
  BulkDataURI?: string;
}

/** A data set or an item of the DICOM JSON model: attributes by tag, 8 upper-case hexadecimal digits. */
export interface DicomJson {
  [tag: string]: DicomJsonElement;
}

/** Which things are matched and returned; those above are named by their keys. */
export type QueryLevel = 'patient' | 'study' | 'series' | 'instance';

/** What to find, and what to tell of it. */
export interface DicomQuery {
  readonly level: QueryLevel;
  /**
   * Matching keys with their matching text as values (`DOE*`, `20240101-20240131`, several UIDs). An attribute without a
   * value matches everything and is returned (universal matching); `""` matches what has no value; several values match
   * when one of them does. At most 256 attributes, nested at most 4 deep, of 10,000 values together.
   */
  readonly keys: DicomJson;
  /** Names match by the beginnings of their words in any order. */
  readonly fuzzy?: boolean;
  /**
   * Ranges of a date and of its time, both given, mean the time between two moments (PS3.4 C.2.2.2.5.4); otherwise each is
   * matched alone.
   */
  readonly combineDateTime?: boolean;
  /** Tags to return beside the keys and the unique keys of the level and those above, or all that is kept. */
  readonly include: readonly string[] | 'all';
  /** 1 to 1000 matches. */
  readonly limit: number;
  /** Matches to leave out, for paging by number; at most 1,000,000. Not with `after`. */
  readonly offset?: number;
  /** The `next` of the page before, with the same query. */
  readonly after?: string;
  /** Whether to count what the whole query finds. */
  readonly count?: boolean;
}

/** A page of matches, the newest first. */
export interface DicomQueryPage {
  readonly matches: DicomJson[];
  /** How many the whole query finds; only when it asked, and at most 1,000,000. */
  readonly total?: number;
  /** For the page after this one; null on the last. */
  readonly next: string | null;
  /** Keys with a value that nothing is known of at this level: they were not matched (PS3.4 C.2.2.1.3). */
  readonly unsupportedKeys: string[];
  /** How old the answer is at most, in milliseconds, while the metadata service changes over; of now when absent. */
  readonly ageMs?: number;
}
