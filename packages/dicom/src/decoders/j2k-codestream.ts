// The main header of a JPEG 2000 codestream (ITU-T T.800 annex A, T.814), with or without the JP2 boxes around it.
import { DecodeError } from './decoder.ts';

export interface J2kHeader {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  /** Bits of the first component. */
  readonly precision: number;
  readonly signed: boolean;
  /** All components are of the same size and kind and the image begins at 0, 0. */
  readonly regular: boolean;
  /** High throughput block coding (part 15). */
  readonly highThroughput: boolean;
  /** The multiple component transform (RCT or ICT). */
  readonly componentTransform: boolean;
  /** The 5/3 wavelet; coded with all its bits it is lossless. */
  readonly reversible: boolean;
  /** The JP2 boxes say that the components are not grey or RGB. */
  readonly boxes: boolean;
  /** Where the codestream begins. */
  readonly offset: number;
}

const SOC = 0xff4f;
const SIZ = 0xff51;
const COD = 0xff52;
const SOT = 0xff90;
const HIGH_THROUGHPUT = 0x4000;
const CODESTREAM_BOX = 0x6a703263;
const MOST_TILES = 65_535;

/** @throws DecodeError when there is no codestream or its header is impossible */
export function readJ2kHeader(bytes: Uint8Array): J2kHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const offset = view.getUint16(0) === SOC ? 0 : findCodestream(view);
    return readMainHeader(view, offset);
  } catch (cause) {
    if (cause instanceof DecodeError) throw cause;
    throw new DecodeError('the JPEG 2000 bitstream ends inside its header', { cause });
  }
}

/** The contents of the first codestream box (T.800 annex I.4). */
function findCodestream(view: DataView): number {
  let at = 0;
  while (at + 8 <= view.byteLength) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === CODESTREAM_BOX) return at + (length === 1 ? 16 : 8);
    if (length < 8) break;
    at += length;
  }
  throw new DecodeError('the bitstream does not begin as JPEG 2000');
}

function readMainHeader(view: DataView, offset: number): J2kHeader {
  if (view.getUint16(offset) !== SOC || view.getUint16(offset + 2) !== SIZ) {
    throw new DecodeError('the bitstream does not begin as JPEG 2000');
  }
  const siz = offset + 4;
  const at = (index: number): number => view.getUint32(siz + 4 + index * 4);
  const [right, bottom, left, top] = [at(0), at(1), at(2), at(3)];
  const [tileWidth, tileHeight] = [at(4), at(5)];
  const samples = view.getUint16(siz + 36);
  if (samples < 1 || samples > 16_384 || right <= left || bottom <= top || tileWidth < 1 || tileHeight < 1) {
    throw new DecodeError('the header of the JPEG 2000 bitstream is impossible');
  }
  if (Math.ceil(right / tileWidth) * Math.ceil(bottom / tileHeight) > MOST_TILES) {
    throw new DecodeError('the JPEG 2000 bitstream claims more tiles than there can be');
  }
  const component = (index: number): number => view.getUint32(siz + 37 + index * 3) & 0xffffff;
  const first = component(0);
  let regular = left === 0 && top === 0 && (first & 0xffff) === 0x0101;
  for (let index = 1; index < samples; index++) regular &&= component(index) === first;
  const coding = findCoding(view, siz);
  return {
    width: right - left,
    height: bottom - top,
    samples,
    precision: ((first >> 16) & 0x7f) + 1,
    signed: first >> 23 === 1,
    regular,
    highThroughput: (view.getUint16(siz + 2) & HIGH_THROUGHPUT) !== 0,
    componentTransform: view.getUint8(coding + 8) === 1,
    reversible: view.getUint8(coding + 13) === 1,
    boxes: offset > 0,
    offset,
  };
}

/** The coding style default: offset of its marker. */
function findCoding(view: DataView, siz: number): number {
  let at = siz + view.getUint16(siz);
  for (;;) {
    const marker = view.getUint16(at);
    if (marker === COD) return at;
    if (marker === SOT || marker >> 8 !== 0xff) {
      throw new DecodeError('the JPEG 2000 bitstream has no coding style');
    }
    at += 2 + view.getUint16(at + 2);
  }
}
