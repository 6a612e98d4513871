// How long to wait before an errand is tried again, and when to leave it to a person.
import type { Errand, Settlement } from '@strata/metadata/errands/errand';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A peer that says no is asked again a few times: it may have been full, or is being set up. */
const MOST_REFUSALS = 5;
/** As long as a destination may be away over a long weekend. */
const GIVE_UP_AFTER_MS = 4 * 24 * 3_600_000;

/** Milliseconds before the next try, after so many failures (1 or more) in a row: doubling, jittered, at most 15 minutes. */
export function pauseAfter(failures: number, random: () => number = Math.random): number {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(20, failures - 1));
  return pause * (0.5 + random() / 2);
}

/** What becomes of an errand that the other side refused. */
export function afterRefusal(errand: Errand, error: string): Settlement {
  const { id, attempts } = errand;
  if (attempts >= MOST_REFUSALS || tooOld(errand)) return { id, outcome: 'failed', error };
  return { id, outcome: 'again', error, afterMs: pauseAfter(attempts) };
}

/** What becomes of an errand whose turn did not come, because the other side could not be reached. */
export function afterAbsence(errand: Errand, error: string, pauseMs: number): Settlement {
  const { id } = errand;
  if (tooOld(errand)) return { id, outcome: 'failed', error };
  return { id, outcome: 'again', error, afterMs: pauseMs, uncounted: true };
}

function tooOld({ createdAt }: Errand): boolean {
  return Date.now() - Date.parse(createdAt) > GIVE_UP_AFTER_MS;
}
