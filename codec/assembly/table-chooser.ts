// Chooses the frequency tables of a level from the counts of its tokens, and writes the choice. FORMAT.md section 5.
import { nearestWeight, normalise, TOKENS, weightOf } from './frequencies';
import { beginBits, endBits, putBits } from './raw-bits';

const CONTEXTS: i32 = 29;
const ALL_ZERO: i32 = 28;
const PADDING: i32 = 29;
const PROTOTYPES: i32 = 48;
const TOTAL: u32 = 1024;
/** Contexts of a set in the histogram and in the models. */
const SET_ROWS: i32 = 32;
/** Both signs of a small magnitude share a weight up to this place. */
const SHARED_PLACES: i32 = 7;
const STEP_BITS: i32 = 2;
const FIRST_WEIGHT: i32 = 24;
/** A context with more tokens than this gets a table of its own if any: it serves the levels above better. */
const MANY: u32 = 8000;
/** Bits before the prototype's step, and before the weights. */
const PROTOTYPE_HEAD: i32 = 2;
const WEIGHTS_HEAD: i32 = 9;

/** What the caller gives once: see `setPrototypes`. */
let costs: usize = 0;
let prototypeCosts: usize = 0;
let prototypeFrequencies: usize = 0;
let firstPrototypes: usize = 0;

/** Counts of the context at hand, f32 by token, zeros after the last. */
const counts: usize = memory.data(64 * 4, 16);
let kinds: i32 = 0;
let changed: bool = false;
/** Places and frequencies of a table that is tried; the better of two so far. */
let indices: usize = memory.data(64, 16);
let tried: usize = memory.data(64 * 2, 16);
let bestIndices: usize = memory.data(64, 16);
let bestTried: usize = memory.data(64 * 2, 16);
const weights: usize = memory.data(64 * 2, 16);

/**
 * @param data f32 bits that a token of each frequency from 0 to 1024 takes, and 3 to fill up; f32 bits by token of each
 * of the 48 prototypes; their frequencies, u16; u8 the prototype that each of 28 contexts begins with
 */
export function setPrototypes(data: usize): void {
  costs = data;
  prototypeCosts = costs + (1028 << 2);
  prototypeFrequencies = prototypeCosts + <usize>((PROTOTYPES * TOKENS) << 2);
  firstPrototypes = prototypeFrequencies + <usize>((PROTOTYPES * TOKENS) << 1);
}

// @ts-ignore: decorator
@inline
function zigzag(step: i32): i32 {
  return (step << 1) ^ (step >> 31);
}

/** Bits of a step's Rice code. */
// @ts-ignore: decorator
@inline
function stepBits(step: i32): i32 {
  return (zigzag(step) >> STEP_BITS) + 1 + STEP_BITS;
}

function putStep(step: i32): void {
  const value = zigzag(step);
  const ones = <u64>(value >> STEP_BITS);
  putBits(((<u64>1 << ones) - 1) | (<u64>(value & 3) << (ones + 1)), ones + 1 + STEP_BITS);
}

/** log2 of a count. */
// @ts-ignore: decorator
@inline
function log2(count: u32): f32 {
  const shift: i32 = max<i32>(0, 22 - <i32>clz(count));
  return <f32>(shift + 10) - load<f32>(costs + <usize>((count >> shift) << 2));
}

/** Takes the counts of a context. @returns how many there are */
function takeCounts(row: usize): u32 {
  let sum = i64x2.splat(0);
  let used = 0;
  for (let token = 0; token < TOKENS; token += 4) {
    const four = v128.load(row + (<usize>token << 2));
    sum = i32x4.add(sum, four);
    if (v128.any_true(four)) used = token + 4;
    v128.store(counts + (<usize>token << 2), f32x4.convert_i32x4_u(four));
  }
  while (used > 0 && load<u32>(row + (<usize>(used - 1) << 2)) == 0) used--;
  kinds = used;
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

/** Bits that no table can go below. */
function leastBits(row: usize, total: u32): f32 {
  let bits = <f32>total * log2(total);
  for (let at = row; at < row + (<usize>kinds << 2); at += 4) {
    const count = load<u32>(at);
    if (count > 1) bits -= <f32>count * log2(count);
  }
  return bits;
}

/** Bits that the tokens take by a table of frequencies. */
function bitsOf(frequencies: usize): f32 {
  let bits: f32 = 0;
  for (let token: usize = 0; token < <usize>kinds; token++) {
    const cost = load<f32>(costs + (<usize>load<u16>(frequencies + (token << 1)) << 2));
    bits += load<f32>(counts + (token << 2)) * cost;
  }
  return bits;
}

/** Bits that they take by a prototype. */
// @ts-ignore: decorator
@inline
function prototypeBits(prototype: i32): f32 {
  const own = prototypeCosts + (<usize>(prototype * TOKENS) << 2);
  let bits = f32x4.splat(0);
  for (let at: usize = 0; at < <usize>kinds << 2; at += 16) {
    bits = f32x4.add(bits, f32x4.mul(v128.load(counts + at), v128.load(own + at)));
  }
  return f32x4.extract_lane(bits, 0) + f32x4.extract_lane(bits, 1) + f32x4.extract_lane(bits, 2) + f32x4.extract_lane(bits, 3);
}

/** Tokens from `place` on have a place each, this much before them. */
// @ts-ignore: decorator
@inline
function sharedPlaces(tokens: i32): i32 {
  return tokens <= 2 * SHARED_PLACES + 1 ? (tokens >> 1) + 1 : tokens - SHARED_PLACES;
}

// @ts-ignore: decorator
@inline
function countAt(token: i32): f32 {
  return load<f32>(counts + (<usize>token << 2));
}

/** Makes a table of its own for the context, in `indices` and `tried`. @returns bits that it takes, its tokens included */
function ownBits(shared: bool, places: i32, total: u32): f32 {
  const scale = <f32>TOTAL / <f32>total;
  let bits = WEIGHTS_HEAD;
  let previous = FIRST_WEIGHT;
  let tokens = 0;
  for (let place = 0; place < places; place++) {
    const pair = shared && place > 0 && place <= SHARED_PLACES;
    let count = countAt(tokens);
    if (pair) count = (count + countAt(tokens + 1)) * 0.5;
    const index = count == 0 ? 0 : nearestWeight(count * scale);
    store<u8>(indices + place, <u8>index);
    bits += stepBits(index - previous);
    previous = index;
    const weight = <u16>weightOf(index);
    store<u16>(weights + (<usize>tokens << 1), weight);
    if (pair) store<u16>(weights + (<usize>tokens << 1), weight, 2);
    tokens += pair ? 2 : 1;
  }
  normalise(weights, tokens, tried);
  return bitsOf(tried) + <f32>bits;
}

function keepTried(): void {
  let other = indices;
  indices = bestIndices;
  bestIndices = other;
  other = tried;
  tried = bestTried;
  bestTried = other;
}

// @ts-ignore: decorator
@inline
function expectedPrototype(context: i32, drift: i32): i32 {
  return min(max(<i32>load<u8>(firstPrototypes + context) + drift, 0), PROTOTYPES - 1);
}

/** Frequencies and their sums where the rANS encoder looks for them: u32 per token, frequency | sum << 16. */
function fillModel(frequencies: usize, model: usize): void {
  let sum: u32 = 0;
  for (let token: usize = 0; token < <usize>TOKENS; token++) {
    const frequency = <u32>load<u16>(frequencies + (token << 1));
    store<u32>(model + (token << 2), frequency | (sum << 16));
    sum += frequency;
  }
}

/** Fills the models (32 contexts of 64 tokens a set) from the tables (29 a set). */
export function fillModels(tables: usize, sets: i32, models: usize): void {
  for (; sets > 0; sets--) {
    for (let context = 0; context < CONTEXTS; context++) {
      fillModel(tables, models + (<usize>(context * TOKENS) << 2));
      tables += <usize>TOKENS << 1;
    }
    store<u32>(models + (<usize>(PADDING * TOKENS) << 2), TOTAL);
    models += <usize>(SET_ROWS * TOKENS) << 2;
  }
}

/** Chooses the table of a context, writes the choice, puts the table in place. @returns the drift for the next */
function chooseTable(context: i32, row: usize, frequencies: usize, model: usize, drift: i32): i32 {
  const total = takeCounts(row);
  let best: f32 = 0;
  let least: f32 = 0;
  if (total > 0) {
    best = bitsOf(frequencies) + 1;
    least = leastBits(row, total);
  }
  let prototype = -1;
  if (context != ALL_ZERO && total < MANY) {
    const expected = expectedPrototype(context, drift);
    for (let away = 0; away < PROTOTYPES; away++) {
      const fixed = <f32>(PROTOTYPE_HEAD + stepBits(away));
      if (least + fixed >= best) break;
      for (let sign = -1; sign <= 1; sign += 2) {
        const number = expected + sign * away;
        if (number < 0 || number >= PROTOTYPES || (sign > 0 && away == 0)) continue;
        const bits = prototypeBits(number) + <f32>(PROTOTYPE_HEAD + stepBits(sign * away));
        if (bits >= best) continue;
        best = bits;
        prototype = number;
      }
    }
  }
  let places = 0;
  let shared = false;
  if (context != ALL_ZERO) {
    const count = sharedPlaces(kinds);
    if (least + <f32>(WEIGHTS_HEAD + (1 + STEP_BITS) * count) < best) {
      const bits = ownBits(true, count, total);
      if (bits < best) {
        best = bits;
        places = count;
        shared = true;
        keepTried();
      }
    }
  }
  if (least + <f32>(WEIGHTS_HEAD + (1 + STEP_BITS) * kinds) < best) {
    const bits = ownBits(false, kinds, total);
    if (bits < best) {
      places = kinds;
      shared = false;
      keepTried();
    }
  }
  if (places > 0) {
    changed = true;
    if (context == ALL_ZERO) putBits(1, 1);
    else putBits(shared ? 3 : 7, 3);
    putBits(<u64>(places - 1), 6);
    let previous = FIRST_WEIGHT;
    for (let place = 0; place < places; place++) {
      const index = <i32>load<u8>(bestIndices + place);
      putStep(index - previous);
      previous = index;
    }
    memory.copy(frequencies, bestTried, <usize>TOKENS << 1);
    fillModel(frequencies, model);
    return drift;
  }
  if (prototype < 0) {
    putBits(0, 1);
    return drift;
  }
  changed = true;
  putBits(1, 2);
  putStep(prototype - expectedPrototype(context, drift));
  memory.copy(frequencies, prototypeFrequencies + (<usize>(prototype * TOKENS) << 1), <usize>TOKENS << 1);
  fillModel(frequencies, model);
  return prototype - <i32>load<u8>(firstPrototypes + context);
}

/**
 * Chooses the tables of a level: each stays, becomes a prototype, or is made for the level, whichever takes the fewest
 * bits, its own counted.
 * @param histogram u32 counts by set, context (32) and token (64)
 * @param tables u16 frequencies by set, context (29) and token: those of the level below, replaced by the chosen ones
 * @param below where those of the level below are kept
 * @param models see `fillModels`; only what changes is written
 * @param to where the first bytes of the level are written
 * @returns how many those are
 */
export function chooseTables(
  histogram: usize, sets: i32, tables: usize, below: usize, models: usize, to: usize,
): usize {
  memory.copy(below, tables, <usize>(sets * CONTEXTS * TOKENS) << 1);
  changed = false;
  beginBits(to + 1);
  for (let set = 0; set < sets; set++) {
    let drift = 0;
    for (let context = 0; context < CONTEXTS; context++) {
      const row = <usize>(((set * SET_ROWS + context) * TOKENS) << 2);
      const table = tables + (<usize>((set * CONTEXTS + context) * TOKENS) << 1);
      drift = chooseTable(context, histogram + row, table, models + row, drift);
    }
  }
  const end = endBits();
  store<u8>(to, <u8>changed);
  return changed ? end - to : 1;
}
