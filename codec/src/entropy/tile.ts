// The first bytes of a coded tile: how it is coded. FORMAT.md section 4.

/** How many rANS states a stream has; one where four would take more than they are worth. */
export type Lanes = 1 | 4;

/** How a tile's bytes are to be read; `length` is that of the head. */
export type TileHead =
  | { readonly kind: 'empty'; readonly length: 1 }
  | { readonly kind: 'coded'; readonly length: number; readonly lanes: Lanes; readonly streamLength: number }
  | { readonly kind: 'raw'; readonly length: 2; readonly bits: number };

const EMPTY = 0;
const CODED = 1;
const RAW = 2;
const CODED_SINGLE = 3;
const STATE_BYTES = 8;
const WORD_BYTES = 4;

/** The head of a tile, or null when it is malformed. */
export function readTileHead(bytes: Uint8Array): TileHead | null {
  const kind = bytes[0];
  if (kind === EMPTY) return bytes.length === 1 ? { kind: 'empty', length: 1 } : null;
  if (kind === RAW) {
    const bits = bytes[1] ?? 0;
    return bits >= 1 && bits <= 16 ? { kind: 'raw', length: 2, bits } : null;
  }
  if (kind !== CODED && kind !== CODED_SINGLE) return null;
  const lanes = kind === CODED ? 4 : 1;
  let words = 0;
  for (let at = 1; at <= 4; at++) {
    const byte = bytes[at];
    if (byte === undefined) return null;
    words |= (byte & 127) << (7 * (at - 1));
    if (byte < 128) {
      const streamLength = lanes * STATE_BYTES + words * WORD_BYTES;
      const length = at + 1;
      return length + streamLength <= bytes.length ? { kind: 'coded', length, lanes, streamLength } : null;
    }
  }
  return null;
}

/** The head of a coded tile. @param streamLength bytes of states and words */
export function codedHead(lanes: Lanes, streamLength: number): Uint8Array {
  const head = [lanes === 4 ? CODED : CODED_SINGLE];
  for (let words = (streamLength - lanes * STATE_BYTES) / WORD_BYTES; ; words >>>= 7) {
    head.push(words > 127 ? (words & 127) | 128 : words);
    if (words <= 127) return Uint8Array.from(head);
  }
}

export const emptyTile: Uint8Array = Uint8Array.of(EMPTY);

/** The head of a tile of raw values of so many bits. */
export function rawHead(bits: number): Uint8Array {
  return Uint8Array.of(RAW, bits);
}

/** Whether a tile's bytes need the level's tables. */
export function isCoded(tile: Uint8Array): boolean {
  return tile[0] === CODED || tile[0] === CODED_SINGLE;
}
