// The values of the images that were measured last, each at the best level that there was.
import type { ViewerModel } from '../study/viewer-model.ts';
import type { LevelValues } from './measurement.ts';

/** Images whose values are kept for measuring. */
const mostImages = 6;

export class ImageValues {
  readonly #values = new Map<string, LevelValues>();

  /** Null where there are none yet. */
  of(imageId: string): LevelValues | null {
    return this.#values.get(imageId) ?? null;
  }

  /**
   * Gets the values of an image that a viewport shows.
   * @param index of the image in the viewport's series
   * @param level that it is shown at
   * @returns whether there are better ones than before
   */
  async get(imageId: string, viewer: ViewerModel, { index, level }: ShownLevel): Promise<boolean> {
    if (this.#levelOf(imageId) >= level) return false;
    const found = await viewer.modalityPixels(index);
    if (!found || found.level <= this.#levelOf(imageId)) return false;
    const { values, components } = found.pixels;
    this.#keep(imageId, { level: found.level, values, components });
    return true;
  }

  #levelOf(imageId: string): number {
    return this.#values.get(imageId)?.level ?? -1;
  }

  #keep(imageId: string, values: LevelValues): void {
    this.#values.delete(imageId);
    this.#values.set(imageId, values);
    const oldest = this.#values.keys().next().value;
    if (this.#values.size > mostImages && oldest !== undefined) this.#values.delete(oldest);
  }
}

interface ShownLevel {
  readonly index: number;
  readonly level: number;
}
