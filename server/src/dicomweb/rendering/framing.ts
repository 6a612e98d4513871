// Which part of a frame is shown, and in how many pixels (PS3.18 section 8.3.5.1.3).
import type { Region, ShownAs, Viewport } from './render-request.ts';

export interface Framing {
  /** In pixels of the level; inside of it. */
  readonly cut: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly mirrored: { readonly sideways: boolean; readonly upsideDown: boolean };
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @param full size of the frame, in which regions are given @param level size of the pixels at hand */
export function framing(full: Size, level: Size, shownAs: ShownAs, viewport: Viewport | null): Framing {
  const region = viewport?.region ?? { x: 0, y: 0, width: full.width, height: full.height };
  const cut = cutOf(region, full, level);
  const stretch = heightOfPixel(shownAs);
  const shape = {
    width: (cut.width * full.width) / level.width,
    height: (cut.height * full.height * stretch) / level.height,
  };
  const scale = viewport ? Math.min(viewport.width / shape.width, viewport.height / shape.height) : 1;
  return {
    cut,
    mirrored: { sideways: region.width < 0, upsideDown: region.height < 0 },
    width: Math.max(1, Math.round(shape.width * scale)),
    height: Math.max(1, Math.round(shape.height * scale)),
  };
}

/** How much higher than wide a pixel is: two where rows lie twice as far apart as columns. */
function heightOfPixel({ pixelSpacing, pixelAspectRatio }: ShownAs): number {
  const [rows, columns] = pixelSpacing ?? pixelAspectRatio ?? [1, 1];
  const stretch = rows / columns;
  return Number.isFinite(stretch) && stretch >= 0.1 && stretch <= 10 ? stretch : 1;
}

function cutOf(region: Region, full: Size, level: Size): Framing['cut'] {
  const [left, width] = side(region.x, region.width, full.width, level.width);
  const [top, height] = side(region.y, region.height, full.height, level.height);
  return { left, top, width, height };
}

/** Start and length in pixels of the level, at least one pixel. */
function side(start: number, length: number, full: number, level: number): [number, number] {
  const scale = level / full;
  const from = Math.max(0, Math.min(level - 1, Math.floor(start * scale)));
  const to = Math.max(from + 1, Math.min(level, Math.ceil((start + Math.abs(length)) * scale)));
  return [from, to - from];
}
