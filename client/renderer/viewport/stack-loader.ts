// Our Cornerstone image loaders: one shows a wanted slice again and again as sharper levels arrive.
import type { Types } from '@cornerstonejs/core';

/** What each image looks like at its best so far, for the magnifying glass; the pixels belong to the viewports. */
const onScreen = new Map<string, WeakRef<Types.IImage>>();

/** Cornerstone's images loader: called with the slice to show, told of every better version of it. */
export class StackLoader implements Types.IImagesLoader {
  readonly #onTarget: (imageId: string) => void;
  #listener: Types.ImageLoadListener | null = null;

  /** @param onTarget called with the image that the viewport wants from now on */
  constructor(onTarget: (imageId: string) => void) {
    this.#onTarget = onTarget;
  }

  /** Called by Cornerstone. Resolves at once: pixels come by `deliver`, first coarse, then sharper. */
  async loadImages(imageIds: string[], listener: Types.ImageLoadListener): Promise<void> {
    this.#listener = listener;
    if (imageIds[0]) this.#onTarget(imageIds[0]);
  }

  /** Puts a (better) version of the wanted slice on the screen. Cornerstone drops it when the slice is no longer wanted. */
  deliver(image: Types.IImage): void {
    onScreen.set(image.imageId, new WeakRef(image));
    this.#listener?.successCallback(image.imageId, image);
  }

  /** Forgets images that are no longer shown. */
  static forget(imageIds: readonly string[]): void {
    for (const imageId of imageIds) onScreen.delete(imageId);
  }
}

/** Loads what is on the screen already, as it is. */
export class ScreenLoader implements Types.IImagesLoader {
  async loadImages(imageIds: string[], listener: Types.ImageLoadListener): Promise<void> {
    for (const imageId of imageIds) {
      const image = onScreen.get(imageId)?.deref();
      if (image) listener.successCallback(imageId, image);
    }
  }
}
