// The first bytes of a coded tile: how it is coded. FORMAT.md section 4.

/** How many rANS states a stream has; one where four would take more than they are worth. */
export type Lanes = 1 | 4;

/**
 * The code of each block's quantisation step, sample by sample, band by band: 0 none, 1 to 15 a shift, 16 + k a step of
 * 2^k with middles, 32 + k the same with a first step of half that. Null when no block has one.
 */
export type Steps = Uint8Array | null;

const EMPTY = 0;
const CODED = 1;
const RAW = 2;
const CODED_SINGLE = 3;
const REPEATS = 4;
/** Added to the kind: a byte for each block with its step comes next. */
const STEPPED = 8;
const STATE_BYTES = 8;
const WORD_BYTES = 4;

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

/** The head of a tile of values, of so many bits, and copies. */
export function repeatsHead(bits: number, steps: Steps): Uint8Array {
  return Uint8Array.from([...headOf(REPEATS, steps), bits]);
}

/** Whether a tile's bytes need the level's tables. */
export function isCoded(tile: Uint8Array): boolean {
  const kind = (tile[0] as number) & ~STEPPED;
  return kind === CODED || kind === CODED_SINGLE;
}
