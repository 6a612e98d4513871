// Waits, inside a bound, for something that is away and may come back.
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

export interface Patience {
  /** Whether an error says that the other side is away, and may come back. */
  readonly isAway: (error: unknown) => boolean;
  /** How long it is tried again. */
  readonly patienceMs: number;
}

/** Runs the task until it succeeds or fails for good. @throws what the task threw last */
export async function patiently<Result>(
  { isAway, patienceMs }: Patience,
  task: () => Promise<Result>,
): Promise<Result> {
  const until = performance.now() + patienceMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await task();
    } catch (error) {
      if (!isAway(error) || performance.now() + pause > until) throw error;
      await sleep(pause);
    }
  }
}
