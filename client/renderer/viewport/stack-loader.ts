// Our Cornerstone image loader: asks for a slice, and shows it again and again as sharper levels arrive.
import type { Types } from '@cornerstonejs/core';
import { sliceOfImageId } from './image-metadata.ts';

/** Cornerstone's images loader: called with the slice to show, told of every better version of it. */
export class StackLoader implements Types.IImagesLoader {
  readonly #onTarget: (index: number) => void;
  #listener: Types.ImageLoadListener | null = null;

  /** @param onTarget called with the index of the slice that the viewport wants from now on */
  constructor(onTarget: (index: number) => void) {
    this.#onTarget = onTarget;
  }

  /** Called by Cornerstone. Resolves at once: pixels come by `deliver`, first coarse, then sharper. */
  async loadImages(imageIds: string[], listener: Types.ImageLoadListener): Promise<void> {
    this.#listener = listener;
    const slice = sliceOfImageId(imageIds[0] ?? '');
    if (slice) this.#onTarget(slice.index);
  }

  /** Puts a (better) version of the wanted slice on the screen. Cornerstone drops it when the slice is no longer wanted. */
  deliver(image: Types.IImage): void {
    this.#listener?.successCallback(image.imageId, image);
  }
}
