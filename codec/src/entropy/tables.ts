// The frequency tables of a level: each context keeps the one of the level below or gets a new one. FORMAT.md section 5.
import { CodecError } from '../errors.ts';
import { BitReader, BitWriter } from './bits.ts';
import { LAST_WEIGHT, nearestWeight, normalise, TOKENS, TOTAL, weightOf } from './frequencies.ts';

/** Contexts with a table of their own: 28 of tokens, then the all-zero flag. */
export const CONTEXTS = 29;
const ALL_ZERO = 28;
/** Frequencies of one set of tables. */
export const SET_LENGTH = CONTEXTS * TOKENS;
/** Rice parameter of the steps between weights, and the largest quotient a step can have. */
const STEP_BITS = 2;
const STEP_LIMIT = (2 * LAST_WEIGHT) >> STEP_BITS;
const FIRST_WEIGHT = 24;

/** Tokens that share weight j: both signs of a small magnitude together, larger tokens alone. */
function tokensOf(context: number, j: number): readonly number[] {
  if (context === ALL_ZERO || j === 0) return [j];
  return j <= 7 ? [2 * j - 1, 2 * j] : [j + 7];
}
const lastIndexOf = (context: number): number => (context === ALL_ZERO ? 1 : TOKENS - 8);

const plans = [0, ALL_ZERO].map((context) =>
  Array.from({ length: lastIndexOf(context) + 1 }, (_, j) => tokensOf(context, j)),
);
const planOf = (context: number): readonly (readonly number[])[] =>
  plans[context === ALL_ZERO ? 1 : 0] as readonly (readonly number[])[];

/** Tables before any level: every context expects token 0 and nothing else. */
export function initialTables(sets: number): Uint16Array {
  const tables = new Uint16Array(sets * SET_LENGTH);
  for (let at = 0; at < tables.length; at += TOKENS) tables[at] = TOTAL;
  return tables;
}

const zigzag = (step: number): number => (step < 0 ? -2 * step - 1 : 2 * step);
const unzigzag = (value: number): number => (value & 1 ? -(value + 1) / 2 : value / 2);

function writeTable(bits: BitWriter, indices: readonly number[]): void {
  bits.put(indices.length - 1, 6);
  let previous = FIRST_WEIGHT;
  for (const index of indices) {
    bits.putRice(zigzag(index - previous), STEP_BITS);
    previous = index;
  }
}

function readTable(bits: BitReader, context: number, frequencies: Uint16Array): void {
  const last = bits.take(6);
  const plan = planOf(context);
  if (last >= plan.length) throw new CodecError('bad-segment', `table ${context} of a level is too long`);
  const weights = new Array<number>(TOKENS).fill(0);
  let index = FIRST_WEIGHT;
  let sum = 0;
  for (let j = 0; j <= last; j++) {
    index += unzigzag(bits.takeRice(STEP_BITS, STEP_LIMIT));
    if (index < 0 || index > LAST_WEIGHT) {
      throw new CodecError('bad-segment', `table ${context} of a level holds a weight out of range`);
    }
    for (const token of plan[j] as readonly number[]) {
      weights[token] = weightOf(index);
      sum += weightOf(index);
    }
  }
  if (sum === 0) throw new CodecError('bad-segment', `table ${context} of a level is empty`);
  normalise(weights, frequencies);
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
  for (let at = 0; at < tables.length; at += TOKENS) {
    if (bits.take(1) === 1) readTable(bits, (at / TOKENS) % CONTEXTS, tables.subarray(at, at + TOKENS));
  }
  return { tables, length: 1 + bits.finish() };
}

/** Bits that a token of each frequency takes. */
const costs = Float64Array.from({ length: TOTAL + 1 }, (_, frequency) => Math.log2(TOTAL / frequency));

function costOf(counts: Uint32Array, frequencies: Uint16Array): number {
  let bits = 0;
  for (let token = 0; token < TOKENS; token++) {
    const count = counts[token] as number;
    if (count > 0) bits += count * (costs[frequencies[token] as number] as number);
  }
  return bits;
}

/** The weights for a context's counts, as indices, and the frequencies that they give. */
function tableFor(context: number, counts: Uint32Array): { indices: number[]; frequencies: Uint16Array } {
  let total = 0;
  for (const count of counts) total += count;
  const plan = planOf(context);
  const indices: number[] = [];
  const weights = new Array<number>(TOKENS).fill(0);
  plan.forEach((shared, j) => {
    const count = shared.reduce((sum, token) => sum + (counts[token] as number), 0) / shared.length;
    if (count === 0) return;
    while (indices.length < j) indices.push(0);
    indices.push(nearestWeight((count * TOTAL) / total));
    for (const token of shared) weights[token] = weightOf(indices[j] as number);
  });
  const frequencies = new Uint16Array(TOKENS);
  normalise(weights, frequencies);
  return { indices, frequencies };
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
  for (let at = 0; at < tables.length; at += TOKENS) {
    const set = Math.floor(at / SET_LENGTH);
    const context = (at / TOKENS) % CONTEXTS;
    const row = (set * 32 + context) * TOKENS;
    const counts = histogram.subarray(row, row + TOKENS);
    const kept = costOf(counts, tables.subarray(at, at + TOKENS));
    if (kept > 0) {
      const made = tableFor(context, counts);
      const written = new BitWriter();
      writeTable(written, made.indices);
      if (costOf(counts, made.frequencies) + written.length < kept) {
        bits.put(1, 1);
        writeTable(bits, made.indices);
        tables.set(made.frequencies, at);
        changed = true;
        continue;
      }
    }
    bits.put(0, 1);
  }
  if (!changed) return { tables: previous, bytes: Uint8Array.of(0) };
  return { tables, bytes: Uint8Array.from([1, ...bits.finish()]) };
}
