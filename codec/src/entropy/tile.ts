// The first bytes of a coded tile: how it is coded. FORMAT.md section 4.

/** How many rANS states a stream has; one where four would take more than they are worth. */
export type Lanes = 1 | 4;

/** How a tile's bytes are to be read; `length` is that of the head. */
export type TileHead =
  | { readonly kind: 'empty'; readonly length: 1 }
  | {
      readonly kind: 'coded';
      readonly length: number;
      readonly lanes: Lanes;
      readonly streamLength: number;
      readonly steps: Steps;
    }
  | { readonly kind: 'raw'; readonly length: number; readonly bits: number; readonly steps: Steps };

/**
 * The code of each block's quantisation step, sample by sample, band by band: 0 none, 1 to 15 a shift, 16 + k a step of
 * 2^k with middles. Null when no block has one.
 */
export type Steps = Uint8Array | null;

const EMPTY = 0;
const CODED = 1;
const RAW = 2;
const CODED_SINGLE = 3;
/** Added to the kind: a byte for each block with its step comes next. */
const STEPPED = 8;
const LAST_STEP = 31;
const NO_MIDDLE = 16;
const STATE_BYTES = 8;
const WORD_BYTES = 4;

/** The head of a tile, or null when it is malformed. @param blocks how many there are, of all bands */
export function readTileHead(bytes: Uint8Array, blocks: number): TileHead | null {
  const first = bytes[0];
  if (first === undefined) return null;
  if (first === EMPTY) return bytes.length === 1 ? { kind: 'empty', length: 1 } : null;
  const kind = first & ~STEPPED;
  const from = first === kind ? 1 : 1 + blocks;
  if (bytes.length < from) return null;
  const steps = first === kind ? null : bytes.slice(1, from);
  if (steps?.some((code) => code > LAST_STEP || code === NO_MIDDLE)) return null;
  if (kind === RAW) {
    const bits = bytes[from] ?? 0;
    return bits >= 1 && bits <= 16 ? { kind: 'raw', length: from + 1, bits, steps } : null;
  }
  if (kind !== CODED && kind !== CODED_SINGLE) return null;
  const lanes = kind === CODED ? 4 : 1;
  let words = 0;
  for (let at = 0; at < 4; at++) {
    const byte = bytes[from + at];
    if (byte === undefined) return null;
    words |= (byte & 127) << (7 * at);
    if (byte < 128) {
      const streamLength = lanes * STATE_BYTES + words * WORD_BYTES;
      const length = from + at + 1;
      if (length + streamLength > bytes.length) return null;
      return { kind: 'coded', length, lanes, streamLength, steps };
    }
  }
  return null;
}

const headOf = (kind: number, steps: Steps): number[] =>
  steps === null ? [kind] : [kind | STEPPED, ...steps];

/** The head of a coded tile. @param streamLength bytes of states and words */
export function codedHead(lanes: Lanes, streamLength: number, steps: Steps): Uint8Array {
  const head = headOf(lanes === 4 ? CODED : CODED_SINGLE, steps);
  for (let words = (streamLength - lanes * STATE_BYTES) / WORD_BYTES; ; words >>>= 7) {
    head.push(words > 127 ? (words & 127) | 128 : words);
    if (words <= 127) return Uint8Array.from(head);
  }
}

export const emptyTile: Uint8Array = Uint8Array.of(EMPTY);

/** The head of a tile of raw values of so many bits. */
export function rawHead(bits: number, steps: Steps): Uint8Array {
  return Uint8Array.from([...headOf(RAW, steps), bits]);
}

/** Whether a tile's bytes need the level's tables. */
export function isCoded(tile: Uint8Array): boolean {
  const kind = (tile[0] as number) & ~STEPPED;
  return kind === CODED || kind === CODED_SINGLE;
}
