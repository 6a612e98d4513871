// Pixels of a series' frames at a level of one's own choosing, one after the other, beside what the viewports show.

import type { ImageLoader } from '../loading/image-loader.ts';
import type { LoadingView } from '../loading/loading-view.ts';
import type { RenderedSlice } from '../loading/pixel-store.ts';
import type { StudySeries } from '../study/study-model.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import { ExportError } from './export-error.ts';

export class FramePixels {
  readonly #view: LoadingView;
  readonly #scale: number | 'full';
  #wake: () => void = () => {};

  /**
   * @param viewer whose series it is, and by whose VOI LUT
   * @param scale pixels wanted for one of the image; 'full' for all that there are
   */
  constructor(
    images: Pick<ImageLoader, 'view'>,
    viewer: Pick<ViewerModel, 'renderingOf'>,
    { stack }: StudySeries,
    first: number,
    scale: number | 'full',
  ) {
    this.#view = images.view({ onChange: () => this.#wake() });
    const { slices } = stack;
    this.#scale = scale;
    const renderingOf = (at: number) => viewer.renderingOf(slices[at] as (typeof slices)[number]);
    this.#view.open({ slices, renderingOf, ...this.#look(first) });
  }

  /**
   * The pixels of a frame at the level that is wanted, or above.
   * @throws ExportError when the frame cannot be had, the signal's reason when that ends it
   */
  async get(index: number, signal: AbortSignal): Promise<RenderedSlice['pixels']> {
    this.#view.look(this.#look(index));
    for (;;) {
      signal.throwIfAborted();
      const failure = this.#view.states[index]?.failure;
      if (failure) throw new ExportError('not-loaded', failure.message);
      const rendered = this.#view.pixels(index);
      if (rendered && rendered.level >= this.#view.needed(index)) return rendered.pixels;
      await this.#changed(signal);
    }
  }

  close(): void {
    this.#view.close();
  }

  #look(target: number) {
    const isFull = this.#scale === 'full';
    return { target, scale: isFull ? 1 : this.#scale, isMeasured: isFull } as const;
  }

  /** Something changed, or it is to end. */
  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        this.#wake = () => {};
        resolve();
      };
      this.#wake = done;
      signal.addEventListener('abort', done);
    });
  }
}
