// The value representations of numbers and of bytes: how wide their values are and how they are read and written.

export interface NumberVr {
  /** Bytes of one value. */
  readonly size: number;
  readonly read: (view: DataView, at: number, little: boolean) => number | bigint;
  readonly write: (view: DataView, at: number, value: number | bigint, little: boolean) => void;
  /** Smallest and greatest of a whole number; null for floating point. */
  readonly range: readonly [bigint, bigint] | null;
}

const whole = (bits: number, signed: boolean): readonly [bigint, bigint] =>
  signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n];

/** Numbers in binary (PS3.5 section 6.2). */
export const numberVrs: Readonly<Record<string, NumberVr | undefined>> = {
  US: {
    size: 2,
    read: (view, at, little) => view.getUint16(at, little),
    write: (view, at, value, little) => view.setUint16(at, Number(value), little),
    range: whole(16, false),
  },
  SS: {
    size: 2,
    read: (view, at, little) => view.getInt16(at, little),
    write: (view, at, value, little) => view.setInt16(at, Number(value), little),
    range: whole(16, true),
  },
  UL: {
    size: 4,
    read: (view, at, little) => view.getUint32(at, little),
    write: (view, at, value, little) => view.setUint32(at, Number(value), little),
    range: whole(32, false),
  },
  SL: {
    size: 4,
    read: (view, at, little) => view.getInt32(at, little),
    write: (view, at, value, little) => view.setInt32(at, Number(value), little),
    range: whole(32, true),
  },
  UV: {
    size: 8,
    read: (view, at, little) => view.getBigUint64(at, little),
    write: (view, at, value, little) => view.setBigUint64(at, BigInt(value), little),
    range: whole(64, false),
  },
  SV: {
    size: 8,
    read: (view, at, little) => view.getBigInt64(at, little),
    write: (view, at, value, little) => view.setBigInt64(at, BigInt(value), little),
    range: whole(64, true),
  },
  FL: {
    size: 4,
    read: (view, at, little) => view.getFloat32(at, little),
    write: (view, at, value, little) => view.setFloat32(at, Number(value), little),
    range: null,
  },
  FD: {
    size: 8,
    read: (view, at, little) => view.getFloat64(at, little),
    write: (view, at, value, little) => view.setFloat64(at, Number(value), little),
    range: null,
  },
};

/** Streams of words, by the bytes of a word; big endian ones are turned, since the JSON model is little endian. */
export const wordSizes: Readonly<Record<string, number | undefined>> = {
  OB: 1,
  UN: 1,
  OW: 2,
  OF: 4,
  OL: 4,
  OD: 8,
  OV: 8,
};

/** A copy with the bytes of each word in the other order; what is left over at the end stays. */
export function swapWords(bytes: Uint8Array, size: number): Uint8Array {
  const swapped = bytes.slice();
  for (let at = 0; size > 1 && at + size <= swapped.length; at += size)
    swapped.subarray(at, at + size).reverse();
  return swapped;
}

/** How infinities and NaN stand in JSON, which has no numbers for them (PS3.18 section F.2.3). */
export const notFinite: Readonly<Record<string, number | undefined>> = {
  NaN: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};
