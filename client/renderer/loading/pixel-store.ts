// Pixels ready for the viewport: sharp ones as long as there is room, a coarse version of every slice always.
import type { DisplayPixels } from '../decoding/display-pixels.ts';
import { enlarge } from '../decoding/enlarge.ts';
import { type Patch, patched, type SharpPart, takeOver, withPart } from './patches.ts';

/** A slice's pixels at the frame's full size, and the level that they were made from. */
export interface RenderedSlice {
  readonly level: number;
  readonly pixels: DisplayPixels;
  /** Where they are sharper than that. */
  readonly parts?: readonly SharpPart[];
}

/** A level's own pixels, not enlarged yet. */
export interface CoarseSlice extends RenderedSlice {
  /** Pixels of the frame per pixel of the level, a power of two; and the frame's size. */
  readonly step: number;
  readonly width: number;
  readonly height: number;
}

/** Which level a coarse version has, of how many. */
export interface CoarsePlace {
  readonly level: number;
  readonly levels: number;
}

const noParts: readonly SharpPart[] = [];

interface Held {
  sharp: RenderedSlice | null;
  coarse: CoarseSlice | null;
}

export class PixelStore {
  readonly #held = new Map<string, Held>();
  #mostBytes: number;
  #bytes = 0;

  /** @param mostBytes that `trim` leaves, as far as what must be kept allows */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Another limit, for the next `trim`. */
  setMost(bytes: number): void {
    this.#mostBytes = bytes;
  }

  /** Bytes of all pixels held. */
  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes > this.#mostBytes;
  }

  /** The level that a slice can be shown at now; -1 for none. @param key names the frame and how it is rendered */
  level(key: string): number {
    const held = this.#held.get(key);
    return held?.sharp?.level ?? held?.coarse?.level ?? -1;
  }

  /** Where a slice is sharper than its level. */
  parts(key: string): readonly SharpPart[] {
    return this.#held.get(key)?.sharp?.parts ?? noParts;
  }

  /** The best pixels of a slice; coarse ones are enlarged now. */
  get(key: string): RenderedSlice | null {
    const held = this.#held.get(key);
    if (!held) return null;
    return held.sharp ?? (held.coarse && enlarged(held.coarse));
  }

  /** The best pixels of a slice as they are, and whether they are of the level's own size. */
  getAsIs(key: string): (RenderedSlice & { readonly isOwn: boolean }) | null {
    const { sharp = null, coarse = null } = this.#held.get(key) ?? {};
    if (sharp) return { ...sharp, isOwn: false };
    return coarse && { level: coarse.level, pixels: coarse.pixels, isOwn: coarse.step > 1 };
  }

  /** Keeps pixels at full size, unless there are better ones; parts that are sharper still are laid over them. */
  putSharp(key: string, rendered: RenderedSlice): void {
    const held = this.#of(key);
    if (held.sharp && held.sharp.level > rendered.level) return;
    const parts = held.sharp && !rendered.parts ? takeOver(held.sharp, rendered) : rendered.parts;
    this.#bytes += bytesOf(rendered) - bytesOf(held.sharp);
    held.sharp = parts && parts.length > 0 ? { ...rendered, parts } : rendered;
  }

  /**
   * Lays sharper pixels of a part over those of a slice.
   * @returns false when they do not fit it; of a slice without pixels, or with better ones, nothing changes
   */
  patch(key: string, patch: Patch): boolean {
    const base = this.get(key);
    if (!base || base.level >= patch.level) return true;
    const pixels = patched(base.pixels, patch);
    if (!pixels) return false;
    const parts = withPart(base.parts ?? noParts, patch);
    this.putSharp(key, { level: base.level, pixels, parts });
    return true;
  }

  /** Keeps a level's own pixels, unless there are better ones. */
  putCoarse(key: string, coarse: CoarseSlice): void {
    const held = this.#of(key);
    if (held.coarse && held.coarse.level >= coarse.level) return;
    this.#bytes += bytesOf(coarse) - bytesOf(held.coarse);
    held.coarse = coarse;
  }

  /**
   * Brings the pixels back into the memory for them: sharp ones give way, the least wanted first, and leave a coarse
   * version behind.
   * @param order keys of the slices, the most wanted first; sharp pixels of others go before all of these
   * @param visible how many of them are on a screen now: these stay as they are
   * @param coarseOf the place of a slice's coarse version; null when the slice is not known any more
   */
  trim(order: readonly string[], visible: number, coarseOf: (key: string) => CoarsePlace | null): void {
    if (!this.isFull) return;
    const wanted = new Set(order);
    const others = [...this.#held.keys()].filter((key) => !wanted.has(key));
    for (const key of [...others, ...order.slice(visible).toReversed()]) {
      if (!this.isFull) return;
      const held = this.#held.get(key);
      if (!held?.sharp) continue;
      const place = held.coarse ? null : coarseOf(key);
      if (place) this.putCoarse(key, thinned(held.sharp, place));
      this.#bytes -= bytesOf(held.sharp);
      held.sharp = null;
    }
  }

  /** Forgets all slices but these. */
  retain(keys: ReadonlySet<string>): void {
    for (const [key, held] of this.#held) {
      if (keys.has(key)) continue;
      this.#bytes -= bytesOf(held.sharp) + bytesOf(held.coarse);
      this.#held.delete(key);
    }
  }

  #of(key: string): Held {
    const known = this.#held.get(key);
    if (known) return known;
    const held = { sharp: null, coarse: null };
    this.#held.set(key, held);
    return held;
  }
}

function bytesOf(rendered: RenderedSlice | null): number {
  return rendered?.pixels.values.byteLength ?? 0;
}

function enlarged({ level, pixels, step, width, height }: CoarseSlice): RenderedSlice {
  return { level, pixels: { ...pixels, ...enlarge(pixels, step, width, height) } };
}

/** Every step-th pixel: where the samples of the level lie. */
function thinned({ level: from, pixels }: RenderedSlice, { level, levels }: CoarsePlace): CoarseSlice {
  const own = Math.min(level, from);
  const step = 2 ** (levels - own);
  const { components } = pixels;
  const width = Math.ceil(pixels.width / step);
  const height = Math.ceil(pixels.height / step);
  const Kind = pixels.values.constructor as new (length: number) => DisplayPixels['values'];
  const values = new Kind(width * height * components);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * step * pixels.width + x * step) * components;
      for (let c = 0; c < components; c++)
        values[(y * width + x) * components + c] = pixels.values[from + c] as number;
    }
  }
  const small = { ...pixels, values, width, height };
  return { level: own, pixels: small, step, width: pixels.width, height: pixels.height };
}
