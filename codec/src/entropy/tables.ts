// The frequency tables of a level: each context keeps that of the level below, takes a ready-made one, or gets its own.
// FORMAT.md section 5.
import { CodecError } from '../errors.ts';
import { BitReader, BitWriter } from './bits.ts';
import {
  LAST_WEIGHT,
  nearestWeight,
  normalise,
  PLACES,
  SHARED_PLACES,
  type Signs,
  spreadWeights,
  TOKENS,
  TOTAL,
} from './frequencies.ts';
import { firstPrototypes, prototypes } from './prototypes.ts';

/** Contexts with a table of their own: 28 of tokens, then the all-zero flag. */
export const CONTEXTS = 29;
const ALL_ZERO = 28;
/** Frequencies of one set of tables. */
export const SET_LENGTH = CONTEXTS * TOKENS;
/** Rice parameter of the steps between weights and between prototypes, and the largest quotients. */
const STEP_BITS = 2;
const WEIGHT_LIMIT = (2 * LAST_WEIGHT) >> STEP_BITS;
const PROTOTYPE_LIMIT = (2 * prototypes.length) >> STEP_BITS;
/** The weight that the first one is written as a step from. */
const FIRST_WEIGHT = 24;
/** Frequencies of the all-zero flag before the first level: rarely false. */
const FIRST_FLAG = [64, TOTAL - 64];
/** A context with more tokens than this gets a table of its own if any: it is worth it. */
const MANY = 8000;
/** Bits that a new table takes at least. */
const LEAST_CHANGE = 5;

/** Tables before any level. */
export function initialTables(sets: number): Uint16Array {
  const tables = new Uint16Array(sets * SET_LENGTH);
  for (let set = 0; set < sets; set++) {
    firstPrototypes.forEach((index, context) => {
      tables.set(prototypes[index] as Uint16Array, set * SET_LENGTH + context * TOKENS);
    });
    tables.set(FIRST_FLAG, set * SET_LENGTH + ALL_ZERO * TOKENS);
  }
  return tables;
}

const zigzag = (step: number): number => (step < 0 ? -2 * step - 1 : 2 * step);
const unzigzag = (value: number): number => (value & 1 ? -(value + 1) / 2 : value / 2);

/** A context's prototype is written as a step from this; `drift` is how far the last one was from where it begins. */
function expectedPrototype(context: number, drift: number): number {
  const expected = (firstPrototypes[context] as number) + drift;
  return Math.min(Math.max(expected, 0), prototypes.length - 1);
}

/** How a context gets its table; nothing when it keeps that of the level below. */
type Choice =
  | { readonly prototype: number }
  | { readonly weights: readonly number[]; readonly signs: Signs }
  | null;

/** Writes a choice, and returns the drift for the next context of the set. */
function writeChoice(bits: BitWriter, context: number, drift: number, choice: Choice): number {
  bits.put(choice === null ? 0 : 1, 1);
  if (choice === null) return drift;
  if ('prototype' in choice) {
    bits.put(0, 1);
    bits.putRice(zigzag(choice.prototype - expectedPrototype(context, drift)), STEP_BITS);
    return choice.prototype - (firstPrototypes[context] as number);
  }
  if (context !== ALL_ZERO) bits.put(choice.signs === 'shared' ? 1 : 3, 2);
  bits.put(choice.weights.length - 1, 6);
  let previous = FIRST_WEIGHT;
  for (const index of choice.weights) {
    bits.putRice(zigzag(index - previous), STEP_BITS);
    previous = index;
  }
  return drift;
}

function readWeights(bits: BitReader, places: number): number[] {
  const count = bits.take(6) + 1;
  if (count > places) throw new CodecError('bad-segment', 'a table of a level is too long');
  let index = FIRST_WEIGHT;
  const weights = Array.from({ length: count }, () => {
    index += unzigzag(bits.takeRice(STEP_BITS, WEIGHT_LIMIT));
    if (index < 0 || index > LAST_WEIGHT) {
      throw new CodecError('bad-segment', 'a table of a level holds a weight out of range');
    }
    return index;
  });
  if (weights.every((weight) => weight === 0))
    throw new CodecError('bad-segment', 'a table of a level is empty');
  return weights;
}

/** Reads what `writeChoice` wrote. */
function readChoice(bits: BitReader, context: number, drift: number): Choice {
  if (bits.take(1) === 0) return null;
  if (context === ALL_ZERO) return { weights: readWeights(bits, 2), signs: 'apart' };
  if (bits.take(1) === 1) {
    const signs = bits.take(1) === 0 ? 'shared' : 'apart';
    return { weights: readWeights(bits, signs === 'shared' ? PLACES : TOKENS), signs };
  }
  const step = unzigzag(bits.takeRice(STEP_BITS, PROTOTYPE_LIMIT));
  const prototype = expectedPrototype(context, drift) + step;
  if (prototypes[prototype] === undefined) {
    throw new CodecError('bad-segment', `a level uses the unknown table ${prototype}`);
  }
  return { prototype };
}

/** The frequencies that a choice stands for. */
function frequenciesOf(choice: NonNullable<Choice>): Uint16Array {
  if ('prototype' in choice) return prototypes[choice.prototype] as Uint16Array;
  return normalise(spreadWeights(choice.weights, choice.signs));
}

/**
 * Reads the tables at the start of a level's bytes.
 * @param previous the tables of the level below, which stay as they are
 * @returns the tables of this level and how many bytes they took
 * @throws CodecError 'bad-segment'
 */
export function readTables(
  bytes: Uint8Array,
  previous: Uint16Array,
): { tables: Uint16Array; length: number } {
  const kind = bytes[0];
  if (kind === undefined) throw new CodecError('bad-segment', 'a level has no bytes');
  if (kind === 0) return { tables: previous, length: 1 };
  if (kind !== 1) throw new CodecError('bad-segment', `tables of the unknown kind ${kind}`);
  const bits = new BitReader(bytes.subarray(1));
  const tables = previous.slice();
  for (let set = 0; set < tables.length; set += SET_LENGTH) {
    let drift = 0;
    for (let context = 0; context < CONTEXTS; context++) {
      const choice = readChoice(bits, context, drift);
      if (choice === null) continue;
      if ('prototype' in choice) drift = choice.prototype - (firstPrototypes[context] as number);
      tables.set(frequenciesOf(choice), set + context * TOKENS);
    }
  }
  return { tables, length: 1 + bits.finish() };
}

/** Bits that a token of each frequency takes. */
const costs = Float64Array.from({ length: TOTAL + 1 }, (_, frequency) => Math.log2(TOTAL / frequency));

/** How often the tokens of a context occur: those that do, and how many there are. */
interface Counts {
  readonly tokens: Uint8Array;
  readonly counts: Uint32Array;
  readonly kinds: number;
  readonly total: number;
}

const tokensThatOccur = new Uint8Array(TOKENS);
const theirCounts = new Uint32Array(TOKENS);

/** Good until the next call. */
function countsOf(row: Uint32Array): Counts {
  let kinds = 0;
  let total = 0;
  for (let token = 0; token < TOKENS; token++) {
    const count = row[token] as number;
    if (count === 0) continue;
    tokensThatOccur[kinds] = token;
    theirCounts[kinds] = count;
    kinds++;
    total += count;
  }
  return { tokens: tokensThatOccur, counts: theirCounts, kinds, total };
}

/** Bits that the tokens take; no less than `limit` means that it is at least that. */
function costOf({ tokens, counts, kinds }: Counts, frequencies: Uint16Array, limit: number): number {
  let bits = 0;
  for (let at = 0; at < kinds && bits < limit; at++) {
    bits += (counts[at] as number) * (costs[frequencies[tokens[at] as number] as number] as number);
  }
  return bits;
}

/** Bits that no table can go below. */
function leastCost({ counts, kinds, total }: Counts): number {
  let bits = total * Math.log2(total);
  for (let at = 0; at < kinds; at++) bits -= (counts[at] as number) * Math.log2(counts[at] as number);
  return bits;
}

/** The weights, as indices, that come nearest to a context's counts. */
function weightsFor(row: Uint32Array, total: number, signs: Signs): number[] {
  const places = signs === 'shared' ? PLACES : TOKENS;
  const weights: number[] = [];
  for (let j = 0; j < places; j++) {
    let count: number;
    if (j === 0 || signs === 'apart') count = row[j] as number;
    else if (j <= SHARED_PLACES) count = ((row[2 * j - 1] as number) + (row[2 * j] as number)) / 2;
    else count = row[j + SHARED_PLACES] as number;
    if (count === 0) continue;
    while (weights.length < j) weights.push(0);
    weights.push(nearestWeight((count * TOTAL) / total));
  }
  return weights;
}

/** The cheapest way to a table for the counts of one context, its own bits counted. */
function bestChoice(context: number, row: Uint32Array, kept: Uint16Array, drift: number): Choice {
  const counts = countsOf(row);
  if (counts.total === 0) return null;
  let best: Choice = null;
  let bestCost = costOf(counts, kept, Number.POSITIVE_INFINITY) + 1;
  const least = leastCost(counts) + LEAST_CHANGE;
  if (bestCost < least) return null;
  const consider = (choice: NonNullable<Choice>): void => {
    let cost = costOf(counts, frequenciesOf(choice), bestCost);
    if (cost >= bestCost) return;
    const bits = new BitWriter();
    writeChoice(bits, context, drift, choice);
    cost += bits.length;
    if (cost >= bestCost) return;
    best = choice;
    bestCost = cost;
  };
  if (context !== ALL_ZERO && counts.total < MANY) {
    for (let prototype = 0; prototype < prototypes.length; prototype++) consider({ prototype });
  }
  const own = (signs: Signs): void => {
    if (bestCost > least) consider({ weights: weightsFor(row, counts.total, signs), signs });
  };
  if (context !== ALL_ZERO) own('shared');
  own('apart');
  return best;
}

/**
 * Chooses the tables of a level: new ones where they save more than they take.
 * @param histogram counts by context and token; 32 contexts of 64 tokens for each set
 */
export function chooseTables(
  histogram: Uint32Array,
  previous: Uint16Array,
): { tables: Uint16Array; bytes: Uint8Array } {
  const bits = new BitWriter();
  const tables = previous.slice();
  let changed = false;
  for (let set = 0; set * SET_LENGTH < tables.length; set++) {
    let drift = 0;
    for (let context = 0; context < CONTEXTS; context++) {
      const row = (set * 32 + context) * TOKENS;
      const at = set * SET_LENGTH + context * TOKENS;
      const kept = tables.subarray(at, at + TOKENS);
      const choice = bestChoice(context, histogram.subarray(row, row + TOKENS), kept, drift);
      drift = writeChoice(bits, context, drift, choice);
      if (choice === null) continue;
      tables.set(frequenciesOf(choice), at);
      changed = true;
    }
  }
  if (!changed) return { tables: previous, bytes: Uint8Array.of(0) };
  return { tables, bytes: Uint8Array.from([1, ...bits.finish()]) };
}
