// Numbers that look random and are the same in every run.

/** Gives numbers from 0 (included) to 1 (excluded), always the same ones for a seed (mulberry32). */
export function randomsOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the list, the first ones much more often than the last: rank below `r` has the share `(r / length) ** (1 / skew)`. */
export function skewed<T>(list: readonly T[], random: number, skew = 2.2): T {
  return list[Math.floor(list.length * random ** skew)] as T;
}

export function pick<T>(list: readonly T[], random: number): T {
  return list[Math.floor(list.length * random)] as T;
}
