// Turns one band of a tile into events (context and token) for the rANS encoder, and counts them.
import { beginRows, contexts, even0, evenContexts, nextRow, odd0, oddContexts, setParents, TILE } from './contexts';
import { ALL_ZERO } from './rans-decoder';
import { SINGLE } from './rans-encoder';
import { putBits } from './raw-bits';
import { tokenOf, tokens } from './tokens';
import { evenLanes, oddLanes, zigzag, zigzagMagnitudes } from './vectors';

const evenValues: usize = memory.data(TILE + 32, 16);
const oddValues: usize = memory.data(TILE + 32, 16);

let next: usize = 0;
let counts: usize = 0;
let seen: u32 = 0;

/** Starts to write events at `events` and to count them in `histogram` (u32 per context and token, 4096 of them). */
export function beginEvents(events: usize, histogram: usize): void {
  next = events;
  counts = histogram;
  seen = 0;
}

/** Where the events written so far end. */
export function eventsEnd(): usize {
  return next;
}

/** Bits that the largest zigzag value since the last call takes. */
export function magnitudeBits(): i32 {
  const bits = 32 - clz(seen);
  seen = 0;
  return bits;
}

// @ts-ignore: decorator
@inline
function emit(event: u32): void {
  store<u16>(next, <u16>event);
  next += 2;
  const count = counts + ((event & 0xfff) << 2);
  store<u32>(count, load<u32>(count) + 1);
}

/** @param set offset of the table set in events: 0, or 32 << 6 */
function emitRow(values: usize, count: i32, set: u32): void {
  const symbols = tokens;
  for (let x: usize = 0; x < <usize>count; x += 8) {
    if (load<u64>(contexts + x) == 0) {
      const silent = u32(!v128.any_true(v128.load(values + (x << 1))));
      emit(SINGLE | set | (ALL_ZERO << 6) | silent);
      if (silent) continue;
    }
    for (let i: usize = x; i < x + 8; i++) {
      const value = <u32>load<u16>(values + (i << 1));
      const token = tokenOf(value);
      emit(set | (<u32>load<u8>(contexts + i) << 6) | token);
      if (token >= 16) {
        seen |= value;
        const symbol = load<u32>(symbols + (token << 2));
        putBits(value - (symbol >> 8), symbol & 255);
      } else {
        seen |= value;
      }
    }
  }
}

/** Zigzag values of every second coefficient, zeros after the last. */
// @ts-ignore: decorator
@inline
function gather(band: usize, values: usize, count: i32, odd: bool): i32 {
  const all = (count + 7) & ~7;
  for (let x: usize = 0; x < <usize>all << 1; x += 16) {
    v128.store(values + x, zigzag(odd ? oddLanes(band + (x << 1)) : evenLanes(band + (x << 1))));
  }
  for (let x = count; x < all; x++) store<u16>(values + (<usize>x << 1), 0);
  return all;
}

/** The mirror of `decodeBand`. The bands must have zeros after each row up to a multiple of 16 lanes. */
export function encodeBand(
  band: usize, stride: usize, width: i32, height: i32, kind: i32,
  parent: usize, parentStride: usize, parentRows: i32, first: usize, second: usize, set: u32,
): void {
  const evens = (width + 1) >> 1;
  const odds = width >> 1;
  const parented = parent != 0;
  beginRows();
  for (let y = 0; y < height; y++) {
    const evenCount = gather(band, evenValues, evens, false);
    const oddCount = gather(band, oddValues, odds, true);
    if (parented && !(y & 1)) {
      setParents(parent + <usize>(y >> 1) * parentStride, y >> 1 < parentRows ? evenCount : 0, evenCount);
    }
    evenContexts(evens, kind, parented, first, second);
    emitRow(evenValues, evenCount, set);
    for (let x: usize = 0; x < <usize>evenCount << 1; x += 16) {
      v128.store(even0 + x, zigzagMagnitudes(v128.load(evenValues + x)));
    }
    oddContexts(odds, kind, parented, first, second);
    emitRow(oddValues, oddCount, set);
    for (let x: usize = 0; x < <usize>oddCount << 1; x += 16) {
      v128.store(odd0 + x, zigzagMagnitudes(v128.load(oddValues + x)));
    }
    nextRow();
    band += stride;
    first += stride;
    second += stride;
  }
}
