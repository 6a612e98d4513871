// The markers of a JPEG bitstream before its first scan (ITU-T T.81 annex B; JPEG-LS: T.87 annex C).
import { DecodeError } from './decoder.ts';

export interface JpegHeader {
  /** The number of the start of frame marker: 0 baseline, 1 extended, 2 progressive, or one of those below. */
  readonly process: number;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly componentIds: readonly number[];
  readonly jfif: boolean;
  /** The colour transform of the Adobe marker: 0 none, 1 YCbCr; null when there is no such marker. */
  readonly adobeTransform: number | null;
  /** Of the first scan: the predictor of lossless JPEG, the allowed difference of JPEG-LS. */
  readonly scanStart: number;
  /** Of the first scan, its low 4 bits: the point transform. */
  readonly scanLow: number;
}

/** Processes that decoders are chosen by. */
export const JPEG_LOSSLESS = 3;
export const JPEG_LS = 0x37;

const SOI = 0xd8;
const SOS = 0xda;
const EOI = 0xd9;
const JPEG_LS_FRAME = 0xf7;

/** Starts of frame are C0 to CF but for tables and arithmetic coding conditions (DHT, JPG, DAC). */
function isFrame(marker: number): boolean {
  const start = marker >= 0xc0 && marker <= 0xcf;
  return (start && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) || marker === JPEG_LS_FRAME;
}

/** @throws DecodeError when the bitstream is no JPEG or ends before its first scan */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw new DecodeError('the bitstream does not begin as JPEG');
  const u16 = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  let frame: Omit<JpegHeader, 'jfif' | 'adobeTransform' | 'scanStart' | 'scanLow'> | null = null;
  let jfif = false;
  let adobeTransform: number | null = null;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff)
      throw new DecodeError(`a JPEG marker was expected at byte ${at} of the bitstream`);
    const marker = bytes[at + 1] as number;
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = u16(at + 2);
    const body = at + 4;
    if (length < 2 || at + 2 + length > bytes.length) break;
    if (isFrame(marker)) {
      const samples = bytes[body + 5] ?? 0;
      frame = {
        process: marker - 0xc0,
        precision: bytes[body] ?? 0,
        height: u16(body + 1),
        width: u16(body + 3),
        samples,
        componentIds: Array.from({ length: samples }, (_, index) => bytes[body + 6 + index * 3] ?? 0),
      };
    } else if (marker === 0xe0 && tagIs(bytes, body, 'JFIF')) jfif = true;
    else if (marker === 0xee && length >= 14 && tagIs(bytes, body, 'Adobe')) {
      adobeTransform = bytes[body + 11] ?? null;
    } else if (marker === SOS) {
      if (!frame) throw new DecodeError('a scan without a frame header in the JPEG bitstream');
      const end = body + 1 + (bytes[body] ?? 0) * 2;
      return {
        ...{ ...frame, jfif, adobeTransform },
        ...{ scanStart: bytes[end] ?? 0, scanLow: (bytes[end + 2] ?? 0) & 15 },
      };
    }
    at += 2 + length;
  }
  throw new DecodeError('the JPEG bitstream ends before its first scan');
}

function tagIs(bytes: Uint8Array, at: number, tag: string): boolean {
  return [...tag].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));
}

/** Writers fill fragments up with zeros or with whatever lay in their memory; more than that is not padding. */
const MOST_PADDING = 1024;

/**
 * A bitstream up to its end marker, which entropy coded data of JPEG and JPEG 2000 cannot hold: one that is cut short
 * would decode to pixels that nobody took.
 * @throws DecodeError when there is no end marker near the end
 */
export function withoutPadding(bytes: Uint8Array): Uint8Array {
  for (let end = bytes.length; end >= 2 && bytes.length - end <= MOST_PADDING; end--) {
    if (bytes[end - 2] === 0xff && bytes[end - 1] === EOI) return bytes.subarray(0, end);
  }
  throw new DecodeError('the bitstream has no end marker: it is cut short');
}
