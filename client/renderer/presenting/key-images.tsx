// Key images on the page: the mark on an image, how many a series has, where they are in it, and that some are not saved.
import { Icon } from '../study/icons.tsx';
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import { presentingTexts } from '../words/presenting.ts';
import type { KeyImagesModel } from './key-images-model.ts';

/** A line of the corner text for an image that is marked, here or by others. */
export function KeyMark({ slice, keyImages }: { slice: Slice; keyImages: KeyImagesModel }) {
  const { own, others } = keyImages.marksOf(slice);
  const { keyImage, by } = presentingTexts.value;
  const titles = others.map(({ title, author }) => (author ? by(title, author) : title));
  return (
    <>
      {(own ? [keyImage, ...titles] : titles).map((title) => (
        <span key={title} class="key-mark">
          ★ {title}
        </span>
      ))}
    </>
  );
}

/** On a series' picture. */
export function KeyCount({ series, keyImages }: { series: StudySeries; keyImages: KeyImagesModel }) {
  const count = series.stack.slices.filter((slice) => keyImages.isKey(slice)).length;
  if (count === 0) return null;
  return (
    <span class="key-count" title={presentingTexts.value.keyCount(count)}>
      ★ {count}
    </span>
  );
}

/** More would be a bar. */
const mostTicks = 400;

/** Beside the strip of a series' images. */
export function KeyTicks({ viewer, keyImages }: { viewer: ViewerModel; keyImages: KeyImagesModel }) {
  const slices = viewer.series.value?.stack.slices ?? [];
  const marked = slices.flatMap((slice, at) => (keyImages.isKey(slice) ? [at] : []));
  if (marked.length === slices.length) return null;
  return (
    <>
      {marked.slice(0, mostTicks).map((at) => (
        <span key={at} class="key-tick" style={{ top: `${(at / (slices.length - 1)) * 100}%` }} />
      ))}
    </>
  );
}

/** Below the series: what keeps marks from being saved. */
export function KeyImagesNote({ keyImages }: { keyImages: KeyImagesModel }) {
  const state = keyImages.state.value;
  const problem = keyImages.problem.value;
  if (!problem) return null;
  const { notSaved, saveNow } = presentingTexts.value;
  return (
    <div class="key-note" role="alert">
      <Icon name="star" />
      <span>{state === 'saved' ? problem : notSaved(problem)}</span>
      {state === 'waiting' && (
        <button type="button" class="button" onClick={() => void keyImages.save()}>
          {saveNow}
        </button>
      )}
    </div>
  );
}
