// What the page fetches ahead of the study that is opened next.
import { effect } from '@preact/signals';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { displayRecipe } from '../decoding/display-recipe.ts';
import { decodeAhead } from '../decoding/start-pool.ts';
import { shaded } from '../exporting/shade.ts';
import { changedStudy, strataClient, timesOnline } from '../shell/connection.ts';
import { StudyAhead } from './study-ahead.ts';

let ahead: StudyAhead | null = null;

/** The first picture of a study is shaded by the page itself: see `early-picture.ts`. */
function rehearseShading(pixels: DisplayPixels): void {
  const [low, high] = pixels.robust;
  const window = { centre: (low + high) / 2, width: Math.max(1, high - low) };
  shaded(pixels, { greys: { window, kind: 'LINEAR', inverted: false }, colours: 'as they are' });
}

/** Of this page, started when first asked for. */
export function studyAhead(): StudyAhead {
  if (ahead) return ahead;
  const made = new StudyAhead({
    source: strataClient(),
    window: globalThis,
    onSlice: ({ key, format, presentation }, levels) => {
      const recipe = displayRecipe(format, presentation);
      // A study that cannot be decoded says so when it is opened.
      void decodeAhead(key, levels, { recipe, size: 'own' }, rehearseShading).catch(() => {});
    },
  });
  ahead = made;
  effect(() => {
    if (changedStudy.value) made.forget(changedStudy.value.uid);
  });
  // Nobody was told of changes while no server was within reach.
  effect(() => {
    if (timesOnline.value > 0) made.forget();
  });
  return made;
}
