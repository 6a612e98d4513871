// The frequency tables of a level: each context keeps that of the level below, takes a ready-made one, or gets its own.
// FORMAT.md section 5.
import { CodecError } from '../errors.ts';
import { BitReader } from './bits.ts';
import { LAST_WEIGHT, normalise, PLACES, type Signs, spreadWeights, TOKENS, TOTAL } from './frequencies.ts';
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

/** Reads how a context gets its table. */
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
