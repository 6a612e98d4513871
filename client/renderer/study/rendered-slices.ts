// Pixels ready for the viewport, so that scrolling to a slice seen before or prepared ahead waits for nothing.
import { LRUCache } from 'lru-cache';
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import type { DisplayWish, Shown } from '../decoding/messages.ts';

/** A slice's pixels and the level that they were made from. */
export interface RenderedSlice {
  readonly level: number;
  readonly pixels: DisplayPixels;
}

/** Renders a frame at its highest decoded level. */
export type RenderFrame = (frame: string, wish: DisplayWish, priority: number) => Promise<Shown>;

const mostBytes = 256 * 2 ** 20;

export class RenderedSlices {
  readonly #render: RenderFrame;
  readonly #rendered: LRUCache<string, RenderedSlice>;
  readonly #pending = new Set<string>();

  constructor(render: RenderFrame) {
    this.#render = render;
    this.#rendered = new LRUCache<string, RenderedSlice>({
      maxSize: mostBytes,
      sizeCalculation: ({ pixels }) => Math.min(mostBytes, Math.max(1, pixels.values.byteLength)),
    });
  }

  /** The best pixels at hand. @param key names the frame and how it is rendered */
  get(key: string): RenderedSlice | undefined {
    return this.#rendered.get(key);
  }

  /**
   * Makes pixels of a frame; one request for a frame and key at a time, the later one is dropped.
   * @returns the pixels, or null when such a request was under way already
   * @throws DecodeError
   */
  async render(
    key: string,
    frame: string,
    wish: DisplayWish,
    priority: number,
  ): Promise<RenderedSlice | null> {
    const request = `${frame} ${key}`;
    if (this.#pending.has(request)) return null;
    this.#pending.add(request);
    try {
      const { level, pixels } = await this.#render(frame, wish, priority);
      const rendered = { level, pixels };
      const before = this.#rendered.get(key);
      if (!before || before.level <= level) this.#rendered.set(key, rendered);
      return rendered;
    } finally {
      this.#pending.delete(request);
    }
  }
}
