// How old the file of a blob is at least: its date comes from a clock that may be set forward.

/**
 * A file that is dated before this is older than `ageMs`, whatever happened to the clock while this process ran: a clock
 * that was set makes files younger here, never older. Ms since 1970.
 */
export function datedBefore(ageMs: number): number {
  const counted = performance.timeOrigin + performance.now();
  return Math.min(Date.now(), counted) - ageMs;
}
