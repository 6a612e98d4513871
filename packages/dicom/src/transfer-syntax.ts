// How each transfer syntax encodes the data set and its pixels (PS3.5 section 10, PS3.6 table A-1).

/** How the elements of a data set are written. */
export interface Encoding {
  readonly vr: 'explicit' | 'implicit';
  readonly endian: 'little' | 'big';
}

/** How the frames of an encapsulated transfer syntax are coded. */
export type Family = 'plain' | 'deflated' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'jpeg-xl' | 'video';

export interface TransferSyntax {
  readonly uid: string;
  /** The standard's name, or 'unknown transfer syntax'. */
  readonly name: string;
  readonly encoding: Encoding;
  /** Native pixels lie in the data set as they are; a deflated data set is inflated first; encapsulated ones are in fragments. */
  readonly pixels: 'native' | 'deflated' | 'encapsulated' | 'unknown';
  /** Of an encapsulated one; null else, and where nothing decodes it. */
  readonly family: Family | null;
  /** Whether its pixels are those that were compressed; 'open' where the transfer syntax allows both. */
  readonly loss: 'never' | 'open' | 'always';
}

export const IMPLICIT_LITTLE: Encoding = { vr: 'implicit', endian: 'little' };
export const EXPLICIT_LITTLE: Encoding = { vr: 'explicit', endian: 'little' };
export const EXPLICIT_BIG: Encoding = { vr: 'explicit', endian: 'big' };

export const IMPLICIT_LITTLE_UID = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_UID = '1.2.840.10008.1.2.1';
export const EXPLICIT_BIG_UID = '1.2.840.10008.1.2.2';

const uncompressed = { family: null, loss: 'never' } as const;

const readable: TransferSyntax[] = [
  {
    uid: IMPLICIT_LITTLE_UID,
    name: 'Implicit VR Little Endian',
    encoding: IMPLICIT_LITTLE,
    pixels: 'native',
    ...uncompressed,
  },
  {
    uid: EXPLICIT_LITTLE_UID,
    name: 'Explicit VR Little Endian',
    encoding: EXPLICIT_LITTLE,
    pixels: 'native',
    ...uncompressed,
  },
  {
    uid: EXPLICIT_BIG_UID,
    name: 'Explicit VR Big Endian',
    encoding: EXPLICIT_BIG,
    pixels: 'native',
    ...uncompressed,
  },
  {
    uid: '1.2.840.10008.1.2.1.99',
    name: 'Deflated Explicit VR Little Endian',
    encoding: EXPLICIT_LITTLE,
    pixels: 'deflated',
    ...uncompressed,
  },
];

const encapsulated: [string, string, Family | null, TransferSyntax['loss']][] = [
  ['1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'plain', 'never'],
  ['1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)', 'jpeg', 'always'],
  ['1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 & 4)', 'jpeg', 'always'],
  ['1.2.840.10008.1.2.4.57', 'JPEG Lossless (Process 14)', 'jpeg', 'never'],
  ['1.2.840.10008.1.2.4.70', 'JPEG Lossless (Process 14, Selection Value 1)', 'jpeg', 'never'],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless', 'jpeg-ls', 'never'],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS Lossy (Near-Lossless)', 'jpeg-ls', 'open'],
  ['1.2.840.10008.1.2.4.90', 'JPEG 2000 (Lossless Only)', 'jpeg-2000', 'never'],
  ['1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg-2000', 'open'],
  ['1.2.840.10008.1.2.4.92', 'JPEG 2000 Part 2 Multi-component (Lossless Only)', 'jpeg-2000', 'never'],
  ['1.2.840.10008.1.2.4.93', 'JPEG 2000 Part 2 Multi-component', 'jpeg-2000', 'open'],
  ['1.2.840.10008.1.2.4.94', 'JPIP Referenced', null, 'open'],
  ['1.2.840.10008.1.2.4.95', 'JPIP Referenced Deflate', null, 'open'],
  ['1.2.840.10008.1.2.4.100', 'MPEG2 Main Profile / Main Level', 'video', 'always'],
  ['1.2.840.10008.1.2.4.101', 'MPEG2 Main Profile / High Level', 'video', 'always'],
  ['1.2.840.10008.1.2.4.102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1', 'video', 'always'],
  ['1.2.840.10008.1.2.4.103', 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', 'video', 'always'],
  ['1.2.840.10008.1.2.4.104', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', 'video', 'always'],
  ['1.2.840.10008.1.2.4.105', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', 'video', 'always'],
  ['1.2.840.10008.1.2.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', 'video', 'always'],
  ['1.2.840.10008.1.2.4.107', 'HEVC/H.265 Main Profile / Level 5.1', 'video', 'always'],
  ['1.2.840.10008.1.2.4.108', 'HEVC/H.265 Main 10 Profile / Level 5.1', 'video', 'always'],
  ['1.2.840.10008.1.2.4.110', 'JPEG XL Lossless', 'jpeg-xl', 'never'],
  ['1.2.840.10008.1.2.4.111', 'JPEG XL JPEG Recompression', 'jpeg-xl', 'always'],
  ['1.2.840.10008.1.2.4.112', 'JPEG XL', 'jpeg-xl', 'open'],
  ['1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 (Lossless Only)', 'jpeg-2000', 'never'],
  [
    '1.2.840.10008.1.2.4.202',
    'High-Throughput JPEG 2000 with RPCL Options (Lossless Only)',
    'jpeg-2000',
    'never',
  ],
  ['1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000', 'jpeg-2000', 'open'],
  ['1.2.840.10008.1.2.5', 'RLE Lossless', 'rle', 'never'],
  ['1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression', 'deflated', 'never'],
];

const known = new Map<string, TransferSyntax>([
  ...readable.map((syntax) => [syntax.uid, syntax] as const),
  ...encapsulated.map(
    ([uid, name, family, loss]) =>
      [uid, { uid, name, encoding: EXPLICIT_LITTLE, pixels: 'encapsulated', family, loss }] as const,
  ),
]);

/** What a UID of a transfer syntax means. An unknown one is taken to be explicit little endian, as all newer ones are. */
export function transferSyntax(uid: string): TransferSyntax {
  const syntax = known.get(uid);
  if (syntax) return syntax;
  return {
    ...{ uid, name: 'unknown transfer syntax', encoding: EXPLICIT_LITTLE },
    ...{ pixels: 'unknown', family: null, loss: 'open' },
  };
}

/** 'JPEG 2000 (Lossless Only), 1.2.840.10008.1.2.4.90', for messages. */
export function syntaxLabel(syntax: TransferSyntax): string {
  return `${syntax.name}, ${syntax.uid}`;
}
