// Frequencies of the tokens of one context: whole numbers that add up to 1024, from weights that are cheap to write.

/** Sum of the frequencies of a context. */
export const TOTAL = 1024;
export const TOKENS = 64;
/** Largest index of a weight. */
export const LAST_WEIGHT = 43;

/** Weights by index: 0 to 7 as they are, then four steps an octave: 8, 10, 12, 14, 16, 20, ... */
export function weightOf(index: number): number {
  return index < 4 ? index : (4 | (index & 3)) << ((index >>> 2) - 1);
}

/** Places from 1 up to here are two tokens each, both signs of a small magnitude; from here on every token has its own. */
export const SHARED_PLACES = 7;
/** How many places there are. */
export const PLACES = TOKENS - SHARED_PLACES;

/** Whether both signs of a small magnitude have one weight, or every token has its own. */
export type Signs = 'shared' | 'apart';

/** The weights of all tokens from the weight indices at the first places; further ones are 0. */
export function spreadWeights(indices: readonly number[], signs: Signs): Uint16Array {
  const tokenWeights = new Uint16Array(TOKENS);
  for (let j = 0; j < indices.length; j++) {
    const weight = weightOf(indices[j] as number);
    if (j === 0 || signs === 'apart') tokenWeights[j] = weight;
    else if (j > SHARED_PLACES) tokenWeights[j + SHARED_PLACES] = weight;
    else tokenWeights[2 * j - 1] = tokenWeights[2 * j] = weight;
  }
  return tokenWeights;
}

/**
 * Scales weights to frequencies: floor(weight x 1024 / sum), at least 1 for any weight above 0, then the largest (the
 * first of equals) gains or gives, one at a time, what is missing from or beyond 1024.
 * @param tokenWeights TOKENS weights, at least one above 0
 */
export function normalise(tokenWeights: Uint16Array): Uint16Array {
  const frequencies = new Uint16Array(TOKENS);
  let sum = 0;
  for (let token = 0; token < TOKENS; token++) sum += tokenWeights[token] as number;
  let total = 0;
  for (let token = 0; token < TOKENS; token++) {
    const weight = tokenWeights[token] as number;
    const frequency = weight === 0 ? 0 : Math.max(1, Math.floor((weight * TOTAL) / sum));
    frequencies[token] = frequency;
    total += frequency;
  }
  while (total !== TOTAL) {
    let largest = 0;
    for (let token = 1; token < TOKENS; token++) {
      if ((frequencies[token] as number) > (frequencies[largest] as number)) largest = token;
    }
    const change = total < TOTAL ? TOTAL - total : -1;
    frequencies[largest] = (frequencies[largest] as number) + change;
    total += change;
  }
  return frequencies;
}
