// How fine the next picture may be: by how long the last one took, so that no machine is kept waiting.

/** CSS pixels per pixel of a picture, from coarse to fine. */
export const grains = [8, 4, 2, 1] as const;
export type Grain = (typeof grains)[number];

/** Milliseconds that a picture may take while the volume is moved, and once it rests. */
const mostMs = { moving: 70, resting: 4000 };

export class Pace {
  /** Milliseconds for a ray, as last seen; a guess for a slow machine at first. */
  #perRay = 0.01;

  /** So many pixels of a picture took so long. */
  took(milliseconds: number, rays: number): void {
    if (rays < 500) return;
    this.#perRay = this.#perRay * 0.5 + (milliseconds / rays) * 0.5;
  }

  /** Whether a picture takes far longer than was reckoned, so that a coarser one is better. */
  isOver(pace: 'moving' | 'resting', milliseconds: number): boolean {
    return milliseconds > mostMs[pace] * 2;
  }

  /** The finest grain for a place of so many CSS pixels; the coarsest where even that takes too long. */
  grainFor(pace: 'moving' | 'resting', pixels: number): Grain {
    const fitting = grains.filter((grain) => (pixels / grain ** 2) * this.#perRay <= mostMs[pace]);
    return fitting.at(-1) ?? grains[0];
  }
}
