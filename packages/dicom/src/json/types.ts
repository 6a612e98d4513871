// The DICOM JSON model (PS3.18 annex F): the form in which data sets are asked for, answered and kept beside the pixels.

/** One attribute. Exactly one of the three fields, or none when it is empty (PS3.18 F.2.2). */
export interface DicomJsonElement {
  vr: string;
  /**
   * Strings for text, dates, times, UIDs and tags (`GGGGEEEE`); numbers for IS, DS and the binary numbers, or the string as
   * it stands where it is none; `PersonNameJson` for PN; `DicomJson` for SQ; null for an empty one of several.
   */
  Value?: unknown[];
  /** Base64 of the value, little endian. */
  InlineBinary?: string;
  /** Where the value can be fetched. */
  BulkDataURI?: string;
}

/** A data set or an item: attributes by tag, 8 upper-case hexadecimal digits, group first. */
export interface DicomJson {
  [tag: string]: DicomJsonElement;
}

/** A person's name by its component groups (PS3.5 section 6.2.1), each with its `^` between components. */
export interface PersonNameJson {
  Alphabetic?: string;
  Ideographic?: string;
  Phonetic?: string;
}
