// The frequency tables of a level: each context keeps that of the level below, takes a ready-made one, or gets its own.
// FORMAT.md section 5.
import { TOKENS, TOTAL } from './frequencies.ts';
import { firstPrototypes, prototypes } from './prototypes.ts';

/** Contexts with a table of their own: 28 of tokens, then the all-zero flag. */
export const CONTEXTS = 29;
const ALL_ZERO = 28;
/** Frequencies of one set of tables. */
export const SET_LENGTH = CONTEXTS * TOKENS;
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
