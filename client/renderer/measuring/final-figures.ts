// Waits for figures that come from an image which has not arrived in full.
import { effect, type ReadonlySignal } from '@preact/signals';
import type { Measurement } from './measurement.ts';

/** How long they are waited for, in ms. */
const PATIENCE = 4000;

/** Returns when the figures of all wanted measurements are final, or were not for some time. */
export async function figuresAreFinal(
  list: ReadonlySignal<readonly Measurement[]>,
  isWanted: (measurement: Measurement) => boolean,
): Promise<void> {
  let end: (() => void) | undefined;
  const final = new Promise<void>((resolve) => {
    end = effect(() => {
      if (list.value.every((one) => !one.provisional || !isWanted(one))) resolve();
    });
  });
  await Promise.race([final, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  end?.();
}
