// The frequency tables at the start of a level: each context keeps its own, takes a prototype, or gets new weights.
// FORMAT.md section 5.
import { fillDecodeTables } from './decode-table';
import {
  EMPTY_TABLE, fault, FINE, LONG_TABLE, NO_TABLES, refuse, UNKNOWN_PROTOTYPE, UNKNOWN_TABLES, WEIGHT_RANGE,
} from './faults';
import { normalise, TOKENS, weightOf } from './frequencies';
import { closeTableBits, openTableBits, takeBits, takeStep } from './table-bits';

/** Contexts with a table of their own: 28 of tokens, then the all-zero flag. */
const CONTEXTS: i32 = 29;
const ALL_ZERO: i32 = 28;
const ROW_BYTES: usize = 2 * TOKENS;
const SET_BYTES: usize = <usize>CONTEXTS * ROW_BYTES;
const PROTOTYPES: i32 = 48;
const STEP_BITS: u32 = 2;
const LAST_WEIGHT: i32 = 43;
const FIRST_WEIGHT: i32 = 24;
const SHARED_PLACES: i32 = 7;

/** The frequencies of every context of both sets, u16 each, as the last level left them. */
const current: usize = memory.data(2 * 29 * 128, 16);
/** Those of the prototypes, and those that each context of a set begins with; from the script. */
const prototypes: usize = memory.data(48 * 128, 16);
const initial: usize = memory.data(29 * 128, 16);
/** By context the number of the prototype that it begins with, i32 each. */
const firsts: usize = memory.data(28 * 4, 16);
const weights: usize = memory.data(64 * 2, 16);

/** Where the current frequencies lie. */
export function frequencies(): usize {
  return current;
}

/** Where the frequencies of the 48 prototypes belong, u16 each. */
export function prototypeRoom(): usize {
  return prototypes;
}

/** Where the frequencies that a set of tables begins with belong, u16 each. */
export function initialRoom(): usize {
  return initial;
}

/** Where the numbers of the prototypes that contexts begin with belong, i32 each. */
export function firstPrototypeRoom(): usize {
  return firsts;
}

/** Tables before any level. */
export function beginTables(): void {
  memory.copy(current, initial, SET_BYTES);
  memory.copy(current + SET_BYTES, initial, SET_BYTES);
}

/** Makes the decode tables of the current frequencies; those that are there from before stay. */
export function placeTables(sets: i32): void {
  for (let set = 0; set < sets; set++) fillDecodeTables(set, current + <usize>set * SET_BYTES, CONTEXTS);
}

/** Reads weights, at `places` places at most. @param shared both signs of a small magnitude have one */
function readWeights(row: usize, places: i32, shared: bool): void {
  const count = <i32>takeBits(6) + 1;
  if (count > places) return refuse(LONG_TABLE);
  memory.fill(weights, 0, ROW_BYTES);
  let index = FIRST_WEIGHT;
  let any = 0;
  for (let place = 0; place < count; place++) {
    index += takeStep(STEP_BITS, (2 * LAST_WEIGHT) >> STEP_BITS);
    if (index < 0 || index > LAST_WEIGHT) return refuse(WEIGHT_RANGE);
    any |= index;
    const weight = weightOf(index);
    if (!shared || place == 0) {
      store<u16>(weights + (<usize>place << 1), <u16>weight);
    } else if (place > SHARED_PLACES) {
      store<u16>(weights + (<usize>(place + SHARED_PLACES) << 1), <u16>weight);
    } else {
      store<u32>(weights + (<usize>place << 2) - 2, weight | (weight << 16));
    }
  }
  if (fault() != FINE) return;
  if (any == 0) return refuse(EMPTY_TABLE);
  normalise(weights, TOKENS, row);
}

/** Reads how a context gets its table; returns the drift for the next context of the set. */
function readChoice(context: i32, row: usize, drift: i32): i32 {
  if (takeBits(1) == 0) return drift;
  if (context == ALL_ZERO) {
    readWeights(row, 2, false);
    return drift;
  }
  if (takeBits(1) == 1) {
    const shared = takeBits(1) == 0;
    readWeights(row, shared ? TOKENS - SHARED_PLACES : TOKENS, shared);
    return drift;
  }
  const first = load<i32>(firsts + (<usize>context << 2));
  const expected = min(max(first + drift, 0), PROTOTYPES - 1);
  const prototype = expected + takeStep(STEP_BITS, (2 * PROTOTYPES) >> STEP_BITS);
  if (prototype < 0 || prototype >= PROTOTYPES) {
    refuse(UNKNOWN_PROTOTYPE);
    return drift;
  }
  memory.copy(row, prototypes + <usize>prototype * ROW_BYTES, ROW_BYTES);
  return prototype - first;
}

/**
 * Reads the tables of a level over those of the level below, and makes them ready.
 * @param end of the level's bytes; the same number of bytes and more lie after it
 * @returns where the tables end; `fault` says whether they are sound
 */
export function readTables(at: usize, end: usize, sets: i32): usize {
  if (at >= end) {
    refuse(NO_TABLES);
    return at;
  }
  const kind = load<u8>(at++);
  if (kind > 1) refuse(UNKNOWN_TABLES);
  if (kind == 1) {
    openTableBits(at, end);
    for (let set = 0; set < sets; set++) {
      let drift = 0;
      let row = current + <usize>set * SET_BYTES;
      for (let context = 0; context < CONTEXTS; context++, row += ROW_BYTES) {
        drift = readChoice(context, row, drift);
        if (fault() != FINE) return at;
      }
    }
    at = closeTableBits();
  }
  if (fault() == FINE) placeTables(sets);
  return at;
}
