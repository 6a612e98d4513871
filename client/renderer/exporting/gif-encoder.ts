// A GIF, picture by picture: greys as they are, colours by the 256 that a picture needs most.

import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import type { CineEncoder, FilmSize } from './cine-encoder.ts';
import { ExportError } from './export-error.ts';

const greys: readonly (readonly [number, number, number])[] = Array.from({ length: 256 }, (_, at) => [
  at,
  at,
  at,
]);

export function gifEncoder({ width, height, rate }: FilmSize): CineEncoder {
  const gif = GIFEncoder({ auto: false });
  /** What is done, out of the encoder's buffer: a browser may keep it on disk. */
  const parts: Blob[] = [];
  let isFirst = true;
  gif.writeHeader();
  const take = (): void => {
    parts.push(new Blob([gif.bytes()]));
    gif.reset();
  };
  return {
    async add(canvas) {
      const context = canvas.getContext('2d');
      if (!context) throw new ExportError('no-canvas');
      const { data } = context.getImageData(0, 0, width, height);
      const isGrey = hasOnlyGreys(data);
      const palette = isGrey ? greys : quantize(data, 256);
      const index = isGrey ? redOf(data) : applyPalette(data, palette);
      gif.writeFrame(index, width, height, { palette, first: isFirst, delay: 1000 / rate, repeat: 0 });
      isFirst = false;
      take();
      // Buttons and progress get their turn.
      await new Promise((resolve) => setTimeout(resolve));
    },
    async finish() {
      gif.finish();
      take();
      return new Blob(parts, { type: 'image/gif' });
    },
    async cancel() {
      parts.length = 0;
    },
  };
}

function hasOnlyGreys(data: Uint8ClampedArray): boolean {
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false;
  }
  return true;
}

function redOf(data: Uint8ClampedArray): Uint8Array {
  const red = new Uint8Array(data.length / 4);
  for (let at = 0; at < red.length; at++) red[at] = data[at * 4] as number;
  return red;
}
