// Turns one band of a tile into events (context and token) for the rANS encoder, and counts them.
import {
  ALL_ZERO, beginRows, contexts, even0, evenContexts, nextRow, odd0, oddContexts, setParents, TILE,
} from './contexts';
import { SINGLE } from './rans-encoder';
import { putBits } from './raw-bits';
import { evenLanes, oddLanes, powers, zigzag, zigzagMagnitudes } from './vectors';

const evenValues: usize = memory.data(TILE + 32, 16);
const oddValues: usize = memory.data(TILE + 32, 16);

/** Counters: one for each context and token, of two sets. */
const COUNTERS: usize = 4096;
const COUNTERS_BYTES: usize = COUNTERS << 2;

let next: usize = 0;
let counts: usize = 0;
let seen: v128 = i64x2.splat(0);

/** Starts to write events at `events` and to count them in `histogram` (u32 per context and token, twice 4096 of them). */
export function beginEvents(events: usize, histogram: usize): void {
  next = events;
  counts = histogram;
  memory.fill(histogram, 0, 2 * COUNTERS_BYTES);
  seen = i64x2.splat(0);
}

/** Where the events written so far end. */
export function eventsEnd(): usize {
  return next;
}

/** Brings the two halves of the histogram together in the first. */
export function sumCounts(): void {
  for (let at = counts; at < counts + COUNTERS_BYTES; at += 16) {
    v128.store(at, i32x4.add(v128.load(at), v128.load(at + COUNTERS_BYTES)));
  }
}

/** Bits that the largest zigzag value since the last call takes. */
export function magnitudeBits(): i32 {
  let all = v128.or(seen, v128.shuffle<i64>(seen, seen, 1, 0));
  all = v128.or(all, i64x2.shr_u(all, 32));
  all = v128.or(all, i64x2.shr_u(all, 16));
  seen = i64x2.splat(0);
  return 32 - clz(<u32>i16x8.extract_lane_u(all, 0));
}

// @ts-ignore: decorator
@inline
function count(event: u32, half: usize): void {
  const counter = counts + half + ((event & 0xfff) << 2);
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Tokens of eight zigzag values. */
// @ts-ignore: decorator
@inline
function tokensOf(values: v128, large: v128): v128 {
  // The upper bits of a float are four times its exponent and two bits of its mantissa: 508 more than the token.
  const low = i32x4.shr_u(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(values)), 21);
  const high = i32x4.shr_u(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(values)), 21);
  return v128.bitselect(i16x8.sub(i16x8.narrow_i32x4_s(low, high), i16x8.splat(508)), values, large);
}

/** Four numbers below 2^16 in one word, as many bits of each as the bytes of `bits` say. */
// @ts-ignore: decorator
@inline
function putFour(four: u64, bits: u64): void {
  let n = bits & 255;
  let all = four & 0xffff;
  let length = n;
  n = (bits >> 8) & 255;
  all |= ((four >> 16) & 0xffff) << length;
  length += n;
  n = (bits >> 16) & 255;
  all |= ((four >> 32) & 0xffff) << length;
  length += n;
  all |= (four >> 48) << length;
  putBits(all, length + ((bits >> 24) & 255));
}

/** @param set offset of the table set in events: 0, or 32 << 6 */
function emitRow(values: usize, lanes: i32, set: u32): void {
  const sets = i16x8.splat(<i16>set);
  let to = next;
  let all = seen;
  for (let x: usize = 0; x < <usize>lanes; x += 8) {
    const own = v128.load(values + (x << 1));
    if (load<u64>(contexts + x) == 0) {
      const silent = u32(!v128.any_true(own));
      const event = SINGLE | set | (ALL_ZERO << 6) | silent;
      store<u16>(to, <u16>event);
      to += 2;
      count(event, 0);
      if (silent) continue;
    }
    all = v128.or(all, own);
    const large = i16x8.gt_u(own, i16x8.splat(15));
    const some = v128.any_true(large);
    const tokens = some ? tokensOf(own, large) : own;
    const context = v128.or(i16x8.shl(v128.load_ext<u8>(contexts + x), 6), sets);
    const events = v128.or(context, tokens);
    v128.store(to, events);
    to += 16;
    count(i16x8.extract_lane_u(events, 0), 0);
    count(i16x8.extract_lane_u(events, 1), COUNTERS_BYTES);
    count(i16x8.extract_lane_u(events, 2), 0);
    count(i16x8.extract_lane_u(events, 3), COUNTERS_BYTES);
    count(i16x8.extract_lane_u(events, 4), 0);
    count(i16x8.extract_lane_u(events, 5), COUNTERS_BYTES);
    count(i16x8.extract_lane_u(events, 6), 0);
    count(i16x8.extract_lane_u(events, 7), COUNTERS_BYTES);
    if (!some) continue;
    const lengths = v128.and(i16x8.sub(i16x8.shr_u(tokens, 2), i16x8.splat(2)), large);
    const bytes = i8x16.narrow_i16x8_u(lengths, lengths);
    const rest = v128.and(own, i16x8.sub(powers(bytes), i16x8.splat(1)));
    const bits = <u64>i64x2.extract_lane(bytes, 0);
    putFour(<u64>i64x2.extract_lane(rest, 0), bits);
    putFour(<u64>i64x2.extract_lane(rest, 1), bits >> 32);
  }
  next = to;
  seen = all;
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
