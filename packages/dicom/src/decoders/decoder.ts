// What every decoder takes and gives, and what it throws.

/** What the data set says of each frame; sizes in pixels. */
export interface ExpectedFrame {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly photometric: string;
}

/** One decoded frame: row by row, the samples of a pixel together. */
export interface DecodedFrame {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  /** Bits of a sample in the bitstream, 1 to 32; a negative sample is two's complement in as many or in the whole word. */
  readonly precision: number;
  /** Bytes when the precision is at most 8, words to 16, double words above. */
  readonly words: Words;
  /** The decoder undid a colour transform: the samples are red, green and blue, whatever the data set says. */
  readonly colour: 'as stated' | 'rgb';
  /** Whether this bitstream gives back what was coded; a decoder that cannot tell says 'lossy'. */
  readonly coding: 'lossless' | 'lossy';
}

export type Words = Uint8Array | Uint16Array | Uint32Array;

/** Decodes the bitstreams of one transfer syntax. */
export interface FrameDecoder {
  /**
   * @param bitstream one frame's, in one piece
   * @throws DecodeError, and nothing else, for whatever is wrong with the bitstream
   */
  decode(bitstream: Uint8Array, expected: ExpectedFrame): DecodedFrame;
}

/** A frame cannot be decoded: what is wrong with its bitstream, for people. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code = 'undecodable';
}

/** The most samples of one decoded frame: what the codec takes too. */
const MOST_SAMPLES = 2 ** 28;

/** What a bitstream's own header says, checked before a decoder allocates for it. @throws DecodeError */
export function checkHeader(
  header: { readonly width: number; readonly height: number; readonly samples: number },
  expected: ExpectedFrame,
): void {
  const { width, height, samples } = expected;
  if (header.width !== width || header.height !== height || header.samples !== samples) {
    const of = (what: typeof header): string => `${what.width} x ${what.height} x ${what.samples}`;
    throw new DecodeError(
      `the bitstream is of ${of(header)} samples, the data set says ${of({ width, height, samples })}`,
    );
  }
  if (width * height * samples > MOST_SAMPLES) {
    throw new DecodeError(`a frame of ${width} x ${height} is above the limit of ${MOST_SAMPLES} samples`);
  }
}

/** Bytes as words of the size that a precision takes; copied unless they are bytes. @throws DecodeError when too few */
export function wordsOf(bytes: Uint8Array, precision: number, count: number): Words {
  const size = precision <= 8 ? 1 : precision <= 16 ? 2 : 4;
  if (bytes.length < count * size) {
    throw new DecodeError(`the decoder gave ${bytes.length} bytes where the frame has ${count * size}`);
  }
  if (size === 1) return bytes.subarray(0, count);
  const copy = bytes.slice(0, count * size);
  return size === 2 ? new Uint16Array(copy.buffer) : new Uint32Array(copy.buffer);
}
