// Where an image that is drawn on is among the series of the page.
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { imageIdOf } from '../viewport/image-id.ts';
import type { ImagePlaceInStudy } from './measurement.ts';

/** The name of an image among all that are drawn on; see imageIdOf. */
export const nameOf = ({ instanceUid, frameNumber }: Slice): string => imageIdOf(instanceUid, frameNumber);

export class ImagePlaces {
  readonly #series: () => readonly StudySeries[];
  readonly #places = new WeakMap<StudySeries, ReadonlyMap<string, ImagePlaceInStudy>>();

  /** @param series all that the page lists */
  constructor(series: () => readonly StudySeries[]) {
    this.#series = series;
  }

  /** @returns null where no series of the page has the image */
  of(imageId: string): ImagePlaceInStudy | null {
    for (const series of this.#series()) {
      const places = this.#places.get(series) ?? placesIn(series);
      this.#places.set(series, places);
      const place = places.get(imageId);
      if (place) return place;
    }
    return null;
  }
}

function placesIn(series: StudySeries): ReadonlyMap<string, ImagePlaceInStudy> {
  return new Map(series.stack.slices.map((slice, index) => [nameOf(slice), { series, slice, index }]));
}
