// Builds DICOM files for tests, truthful and lying ones.
import { Tag } from '../tags.ts';
import { type Encoding, EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID } from '../transfer-syntax.ts';

export type Value = string | Uint8Array | number[];
const LONG = /^(OB|OD|OF|OL|OV|OW|SQ|SV|UC|UN|UR|UT|UV)$/;

/** One element; numbers are written as 16-bit words, text is padded to an even length. */
export function element(
  tag: number,
  vr: string,
  value: Value,
  encoding: Encoding = EXPLICIT_LITTLE,
  claimedLength?: number,
): Uint8Array {
  const bytes = bytesOf(value, encoding);
  const little = encoding.endian === 'little';
  const long = encoding.vr === 'explicit' && LONG.test(vr);
  const head = new DataView(new ArrayBuffer(long ? 12 : 8));
  head.setUint16(0, tag >>> 16, little);
  head.setUint16(2, tag & 0xffff, little);
  const length = claimedLength ?? bytes.length;
  if (encoding.vr === 'explicit') {
    head.setUint8(4, vr.charCodeAt(0));
    head.setUint8(5, vr.charCodeAt(1));
    if (long) head.setUint32(8, length, little);
    else head.setUint16(6, length, little);
  } else head.setUint32(4, length, little);
  return concat(new Uint8Array(head.buffer), bytes);
}

function bytesOf(value: Value, encoding: Encoding): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return latin(value.length % 2 === 0 ? value : `${value} `);
  const view = new DataView(new ArrayBuffer(value.length * 2));
  for (const [index, word] of value.entries()) view.setUint16(index * 2, word, encoding.endian === 'little');
  return new Uint8Array(view.buffer);
}

/** The bytes of a text of characters up to U+00FF. */
export function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A sequence and its items: of undefined length, or of the length that they have. */
export function sequence(
  tag: number,
  items: Uint8Array[],
  lengths: 'defined' | 'undefined',
  encoding: Encoding = EXPLICIT_LITTLE,
): Uint8Array {
  const mark = (delimiter: number, length: number): Uint8Array =>
    element(delimiter, '', new Uint8Array(0), { ...encoding, vr: 'implicit' }, length);
  if (lengths === 'defined') {
    const body = items.map((item) => concat(mark(Tag.Item, item.length), item));
    return element(tag, 'SQ', concat(...body), encoding);
  }
  const body = items.map((item) =>
    concat(mark(Tag.Item, 0xffffffff), item, mark(Tag.ItemDelimitationItem, 0)),
  );
  const whole = concat(...body, mark(Tag.SequenceDelimitationItem, 0));
  return concat(element(tag, 'SQ', new Uint8Array(0), encoding, 0xffffffff), whole);
}

/** The preamble, the prefix and the file meta information. */
export function fileMeta(transferSyntaxUid: string): Uint8Array {
  const uid = element(Tag.TransferSyntaxUID, 'UI', transferSyntaxUid);
  return concat(new Uint8Array(128), latin('DICM'), uid);
}

/** The elements that every object needs. */
export function identity(encoding: Encoding = EXPLICIT_LITTLE, uid = '1.2.3'): Uint8Array {
  return concat(
    element(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.7\0', encoding),
    element(Tag.SOPInstanceUID, 'UI', uid, encoding),
    element(Tag.Modality, 'CS', 'OT', encoding),
    element(Tag.PatientName, 'PN', 'Test^Patient', encoding),
    element(Tag.StudyInstanceUID, 'UI', '1.2.4', encoding),
    element(Tag.SeriesInstanceUID, 'UI', '1.2.5', encoding),
  );
}

export interface ImageOptions {
  rows?: number;
  columns?: number;
  frames?: string;
  samples?: number;
  bitsAllocated?: number;
  bitsStored?: number;
  highBit?: number;
  representation?: number;
  planar?: number;
  photometric?: string;
  encoding?: Encoding;
  pixelVr?: string;
  /** Elements between identity and image, in the encoding. */
  before?: Uint8Array;
  /** Elements after the pixels. */
  after?: Uint8Array;
}

/** The data set of an image with these pixels. */
export function imageDataSet(pixels: Value, options: ImageOptions = {}): Uint8Array {
  const encoding = options.encoding ?? EXPLICIT_LITTLE;
  const bitsAllocated = options.bitsAllocated ?? 16;
  const bitsStored = options.bitsStored ?? bitsAllocated;
  const word = (tag: number, value: number): Uint8Array => element(tag, 'US', [value], encoding);
  const none = new Uint8Array(0);
  return concat(
    identity(encoding),
    options.before ?? none,
    word(Tag.SamplesPerPixel, options.samples ?? 1),
    element(Tag.PhotometricInterpretation, 'CS', options.photometric ?? 'MONOCHROME2', encoding),
    options.planar === undefined ? none : word(Tag.PlanarConfiguration, options.planar),
    options.frames === undefined ? none : element(Tag.NumberOfFrames, 'IS', options.frames, encoding),
    word(Tag.Rows, options.rows ?? 2),
    word(Tag.Columns, options.columns ?? 2),
    word(Tag.BitsAllocated, bitsAllocated),
    word(Tag.BitsStored, bitsStored),
    word(Tag.HighBit, options.highBit ?? bitsStored - 1),
    word(Tag.PixelRepresentation, options.representation ?? 0),
    element(Tag.PixelData, options.pixelVr ?? 'OW', pixels, encoding),
    options.after ?? none,
  );
}

/** A file of an image with these pixels. */
export function imageFile(
  pixels: Value,
  options: ImageOptions = {},
  transferSyntaxUid: string = EXPLICIT_LITTLE_UID,
): Uint8Array {
  return concat(fileMeta(transferSyntaxUid), imageDataSet(pixels, options));
}
