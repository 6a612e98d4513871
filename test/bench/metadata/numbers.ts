// Numbers that look random and are the same in every run.

/** One of the list, the first ones much more often than the last: rank below `r` has the share `(r / length) ** (1 / skew)`. */
export function skewed<T>(list: readonly T[], random: number, skew = 2.2): T {
  return list[Math.floor(list.length * random ** skew)] as T;
}

export function pick<T>(list: readonly T[], random: number): T {
  return list[Math.floor(list.length * random)] as T;
}
