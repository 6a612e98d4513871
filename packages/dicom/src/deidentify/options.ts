// What a de-identification is to keep and to clean beyond the basic profile.

export interface DeidentifyOptions {
  /** Clean Pixel Data (PS3.15 E.3.1): burned-in text is blanked by rule, or the object refused. */
  readonly cleanPixelData: boolean;
  /** Retain UIDs (E.3.9). */
  readonly retainUids: boolean;
  /** Retain Longitudinal Temporal Information (E.3.6): as it is, or every patient's dates moved by a number of days. */
  readonly retainDates: 'none' | 'full' | 'modified';
  /** Retain Device Identity (E.3.8). */
  readonly retainDevice: boolean;
  /** Retain Institution Identity (E.3.11). */
  readonly retainInstitution: boolean;
  /** Retain Patient Characteristics (E.3.7). */
  readonly retainPatientCharacteristics: boolean;
  /** Clean Descriptors (E.3.5): of descriptions, the words that are known to be safe stay. */
  readonly cleanDescriptors: boolean;
  /** Retain Safe Private (E.3.10). */
  readonly retainSafePrivate: boolean;
}

/** The basic profile without any option. */
export const BASIC_PROFILE: DeidentifyOptions = {
  cleanPixelData: false,
  retainUids: false,
  retainDates: 'none',
  retainDevice: false,
  retainInstitution: false,
  retainPatientCharacteristics: false,
  cleanDescriptors: false,
  retainSafePrivate: false,
};

/** A code of what was done (PS3.16 CID 7050). */
export interface MethodCode {
  readonly value: string;
  readonly meaning: string;
}

const code = (value: string, meaning: string): MethodCode => ({ value, meaning });

/** What is to be said of an object that was de-identified with these options. */
export function methodCodes(options: DeidentifyOptions): MethodCode[] {
  const codes: (MethodCode | false)[] = [
    code('113100', 'Basic Application Confidentiality Profile'),
    options.cleanPixelData && code('113101', 'Clean Pixel Data Option'),
    options.cleanDescriptors && code('113105', 'Clean Descriptors Option'),
    options.retainDates === 'full' &&
      code('113106', 'Retain Longitudinal Temporal Information Full Dates Option'),
    options.retainDates === 'modified' &&
      code('113107', 'Retain Longitudinal Temporal Information Modified Dates Option'),
    options.retainPatientCharacteristics && code('113108', 'Retain Patient Characteristics Option'),
    options.retainDevice && code('113109', 'Retain Device Identity Option'),
    options.retainUids && code('113110', 'Retain UIDs Option'),
    options.retainSafePrivate && code('113111', 'Retain Safe Private Option'),
    options.retainInstitution && code('113112', 'Retain Institution Identity Option'),
  ];
  return codes.filter((one) => one !== false);
}
