// Damages codestreams, and makes their checksums right again so that the damage reaches the decoder.
import { crc32c } from '../crc32c.ts';
import { readHeader } from '../header.ts';

const FIXED_BYTES = 48;
const ENTRY_BYTES = 8;

type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** One random change of some bytes; may change their number. */
export function damaged(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  const at = below(random, bytes.length);
  const copy = bytes.slice();
  switch (below(random, 7)) {
    case 0:
      copy[at] = (copy[at] as number) ^ (1 << below(random, 8));
      return copy;
    case 1:
      copy[at] = below(random, 256);
      return copy;
    case 2:
      copy.fill(random() < 0.5 ? 0 : 255, at, at + 1 + below(random, 16));
      return copy;
    case 3:
      return copy.subarray(0, at);
    case 4: {
      const other = others[below(random, others.length)] as Uint8Array;
      const from = below(random, other.length);
      copy.set(other.subarray(from, from + Math.min(1 + below(random, 64), copy.length - at)), at);
      return copy;
    }
    case 5: {
      const length = below(random, 40);
      const longer = new Uint8Array(copy.length + length);
      longer.set(copy.subarray(0, at));
      longer.set(copy.subarray(at), at + length);
      return longer;
    }
    default:
      for (let times = 1 + below(random, 20); times > 0; times--) {
        copy[below(random, copy.length)] = below(random, 256);
      }
      return copy;
  }
}

/** A codestream taken apart without looking at whether it makes sense. */
export interface Pieces {
  /** Everything up to the checksum of the header. */
  readonly header: Uint8Array;
  readonly bodies: readonly Uint8Array[];
  /** Lengths of the tiles by level; none for a level of one tile. */
  readonly tiles: readonly (readonly number[])[];
}

/** Takes a sound codestream apart. */
export function piecesOf(codestream: Uint8Array): Pieces {
  const header = readHeader(codestream);
  return {
    header: codestream.slice(0, header.headerLength - 4),
    bodies: header.segments.map(({ offset, length }, level) =>
      codestream.slice(level === 0 ? header.headerLength : offset, offset + length),
    ),
    tiles: header.tiles.map((tiles) => tiles.map((tile) => tile.length)),
  };
}

/** Puts pieces together again with lengths and checksums that fit them; tiles keep their length but for the last. */
export function assemble({ header, bodies, tiles }: Pieces): Uint8Array {
  const fixed = header.slice();
  const view = new DataView(fixed.buffer);
  let at = FIXED_BYTES;
  const put = (bytes: Uint8Array): void => {
    if (at + ENTRY_BYTES > fixed.length) return;
    view.setUint32(at, bytes.length, true);
    view.setUint32(at + 4, crc32c(bytes), true);
    at += ENTRY_BYTES;
  };
  bodies.forEach(put);
  tiles.forEach((lengths, level) => {
    const body = bodies[level] as Uint8Array;
    let from = body.length - lengths.reduce((sum, length) => sum + length, 0);
    for (const length of lengths) {
      put(body.subarray(Math.max(from, 0), Math.max(from + length, 0)));
      from += length;
    }
  });
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(0, crc32c(fixed), true);
  const parts = [fixed, checksum, ...bodies];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    bytes.set(part, to);
    to += part.length;
  }
  return bytes;
}
