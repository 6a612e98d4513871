// The transfer syntaxes that Strata negotiates (PS3.5 section 10, PS3.6 table A-1).

const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const EXPLICIT_BIG = '1.2.840.10008.1.2.2';

/** Of identifiers and other small data sets, the best first. */
export const IDENTIFIER_SYNTAXES: readonly string[] = [EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG];

/** Whatever can be kept: native, deflated, compressed images, video. JPIP only refers to its pixels and is not among them. */
export const STORAGE_SYNTAXES: readonly string[] = [
  EXPLICIT_LITTLE,
  IMPLICIT_LITTLE,
  EXPLICIT_BIG,
  '1.2.840.10008.1.2.1.99', // deflated
  '1.2.840.10008.1.2.1.98', // encapsulated uncompressed
  '1.2.840.10008.1.2.5', // RLE
  '1.2.840.10008.1.2.8.1', // deflated image frames
  '1.2.840.10008.1.2.4.50', // JPEG
  '1.2.840.10008.1.2.4.51',
  '1.2.840.10008.1.2.4.57',
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.4.80', // JPEG-LS
  '1.2.840.10008.1.2.4.81',
  '1.2.840.10008.1.2.4.90', // JPEG 2000
  '1.2.840.10008.1.2.4.91',
  '1.2.840.10008.1.2.4.92',
  '1.2.840.10008.1.2.4.93',
  '1.2.840.10008.1.2.4.201', // HTJ2K
  '1.2.840.10008.1.2.4.202',
  '1.2.840.10008.1.2.4.203',
  '1.2.840.10008.1.2.4.110', // JPEG XL
  '1.2.840.10008.1.2.4.111',
  '1.2.840.10008.1.2.4.112',
  '1.2.840.10008.1.2.4.100', // MPEG-2, MPEG-4, HEVC, each whole and in fragments
  '1.2.840.10008.1.2.4.100.1',
  '1.2.840.10008.1.2.4.101',
  '1.2.840.10008.1.2.4.101.1',
  '1.2.840.10008.1.2.4.102',
  '1.2.840.10008.1.2.4.102.1',
  '1.2.840.10008.1.2.4.103',
  '1.2.840.10008.1.2.4.103.1',
  '1.2.840.10008.1.2.4.104',
  '1.2.840.10008.1.2.4.104.1',
  '1.2.840.10008.1.2.4.105',
  '1.2.840.10008.1.2.4.105.1',
  '1.2.840.10008.1.2.4.106',
  '1.2.840.10008.1.2.4.106.1',
  '1.2.840.10008.1.2.4.107',
  '1.2.840.10008.1.2.4.108',
];

/** What every peer can read, the best first: what an image is converted to for one that takes nothing else. */
export const COMMON_SYNTAXES: readonly string[] = [EXPLICIT_LITTLE, IMPLICIT_LITTLE];
