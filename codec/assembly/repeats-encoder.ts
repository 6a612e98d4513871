// Finds what comes again in a band, by chains of places with the same three values, and writes it. The mirror of repeats.ts.
import { bitsPosition, putBits } from './raw-bits';
import { values } from './repeats';

const HASHES: usize = 4096;
/** Places that are tried for a copy. */
const PATIENCE: i32 = 24;
/** A copy from a new distance must be this much longer than one from the last. */
const DISTANCE_COST: i32 = 2;
const LEAST: i32 = 3;
/** Of longer copies only so many places are remembered. */
const MOST_REMEMBERED: i32 = 64;
/** Every so many values it is asked whether this leads anywhere; at first there is little to copy. */
const PACE: i32 = 1024;
const PROMISE: f64 = 1.2;
const START: f64 = 300;

/** By hash the latest place and by place the one before of the same hash, plus 1, u32. */
let latest: usize = 0;
let before: usize = 0;

// @ts-ignore: decorator
@inline
function hashAt(at: i32): usize {
  const place = values + (<usize>at << 1);
  const three = load<u32>(place) ^ (<u32>load<u16>(place, 4) * 0x85ebca6b);
  return <usize>((three * 0x9e3779b1) >>> 20) << 2;
}

/** How many values from `at` on are those from `from` on. */
function matchLength(from: i32, at: i32, count: i32): i32 {
  const one = values + (<usize>from << 1);
  const other = values + (<usize>at << 1);
  const most = <usize>(count - at) << 1;
  let length: usize = 0;
  while (length < most) {
    const difference = load<u64>(one + length) ^ load<u64>(other + length);
    if (difference != 0) return <i32>min(most, length + <usize>((ctz(difference) >> 4) << 1)) >> 1;
    length += 8;
  }
  return count - at;
}

function remember(at: i32, count: i32): void {
  if (at + LEAST > count) return;
  const hash = hashAt(at);
  store<u32>(before + (<usize>at << 2), load<u32>(latest + hash));
  store<u32>(latest + hash, at + 1);
}

/** A number from 1 to 65535: as many ones as it has bits after its first, a zero, then these bits. */
function putLength(number: i32): void {
  const more = <u64>(31 - clz(number));
  putBits((<u64>1 << more) - 1, more + 1);
  putBits(<u64>number & ((<u64>1 << more) - 1), more);
}

function takeValues(band: usize, stride: usize, width: i32, height: i32): void {
  let to = values;
  for (let y = 0; y < height; y++, band += stride) {
    for (let x: usize = 0; x < <usize>width << 1; x += 2, to += 2) {
      const coefficient = <i32>load<i16>(band + x);
      store<u16>(to, <u16>((coefficient << 1) ^ (coefficient >> 15)));
    }
  }
}

/**
 * Appends a band of at most 65,536 coefficients to the bits being written, and gives up when they become too many.
 * @param bits of each zigzag value, 1 to 16
 * @param work 4 bytes for each of 4096 + width x height
 * @param worth how many bytes a coefficient may take
 * @returns 1, or 0 when it gave up
 */
export function writeRepeats(
  band: usize, stride: usize, width: i32, height: i32, bits: u32, work: usize, worth: f64,
): i32 {
  const count = width * height;
  latest = work;
  before = work + (HASHES << 2);
  memory.fill(latest, 0, HASHES << 2);
  takeValues(band, stride, width, height);
  let distance = 0;
  let asked = PACE;
  const begin = bitsPosition();
  for (let at = 0; at < count;) {
    if (at >= asked) {
      if (<f64>(bitsPosition() - begin) > <f64>at * worth * PROMISE + START) return 0;
      asked += PACE;
    }
    let length = distance > 0 && distance <= at ? matchLength(at - distance, at, count) : 0;
    let best = distance;
    if (at + LEAST <= count) {
      let place = <i32>load<u32>(latest + hashAt(at));
      for (let tries = PATIENCE; place > 0 && tries > 0; tries--) {
        const found = matchLength(place - 1, at, count);
        const cost = best == distance ? DISTANCE_COST : 0;
        if (found >= LEAST && found > length + cost) {
          length = found;
          best = at - place + 1;
        }
        place = <i32>load<u32>(before + (<usize>(place - 1) << 2));
      }
    }
    if (length < 2) {
      putBits(<u64>load<u16>(values + (<usize>at << 1)) << 1, bits + 1);
      remember(at++, count);
      continue;
    }
    length = min(length, 65536);
    putBits(1, 1);
    putLength(length - 1);
    if (best == distance) {
      putBits(0, 1);
    } else {
      const more = <u64>(31 - clz(best));
      putBits(1 | (more << 1), 5);
      putBits(<u64>best & ((<u64>1 << more) - 1), more);
      distance = best;
    }
    const end = at + length;
    for (const last = min(end, at + MOST_REMEMBERED); at < last; at++) remember(at, count);
    at = end;
  }
  return 1;
}
