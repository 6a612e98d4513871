// From planes of lanes in the kernels' memory to the pixels of a frame, some rows at a time.
import { CodecError } from './errors.ts';
import { allocatePixels, type FrameFormat, type Pixels, pixelBytes, sampleRange } from './format.ts';
import type { Transform } from './header.ts';
import type { Kernels } from './kernels.ts';
import type { Palette } from './palette.ts';
import type { Size } from './wavelet/geometry.ts';
import type { Plane } from './wavelet/planes.ts';

/** Strips differ in height by a few rows: there is room for the highest from the start. */
const SPARE_ROWS = 16;

type Frame = Transform & { readonly format: FrameFormat };

/** Pixels to be filled. @throws CodecError 'unsupported' when there is no memory for them */
export function emptyPixels({ format }: Frame, { width, height }: Size): Pixels {
  try {
    return allocatePixels(format, width, height);
  } catch (cause) {
    const count = width * height * format.samples;
    throw new CodecError('unsupported', `no memory for ${count} samples of pixels`, { cause });
  }
}

/** Undoes offset and colour transform and limits samples to the range of the format. */
export class PixelWriter {
  readonly #kernels: Kernels;
  readonly #frame: Frame;
  readonly #bytes: Uint8Array;
  readonly #wide: number;
  #room = { at: 0, bytes: 0 };
  #palette = 0;

  /** @param pixels where everything goes; their length in samples is a multiple of what is written */
  constructor(kernels: Kernels, frame: Frame, pixels: Pixels) {
    this.#kernels = kernels;
    this.#frame = frame;
    this.#bytes = pixelBytes(pixels);
    this.#wide = pixels.BYTES_PER_ELEMENT;
  }

  /**
   * Writes rows from one pixel on. Takes room in the kernels' memory, which may not be begun anew between two calls.
   * @param planes by sample, at equal distances; what is in their rows is used up
   * @param first the pixel that the first row begins with
   */
  write(planes: readonly Plane[], width: number, rows: number, first: number): void {
    const { format, offset, colour, palette } = this.#frame;
    const { run } = this.#kernels;
    const { min, max } = sampleRange(format);
    const count = width * rows;
    const length = count * format.samples * this.#wide;
    for (const { at, stride } of planes) {
      if (stride !== width * 2) run.compactRows(at, stride, width * 2, rows, at);
    }
    const [one, two] = planes as [Plane, Plane?];
    if (palette !== null) {
      const room = format.samples === 1 ? one.at : this.#roomFor(length, rows);
      if (this.#palette === 0) this.#palette = placePalette(this.#kernels, format, palette);
      const last = palette.length / format.samples - 1;
      run.numbersToSamples(
        ...[one.at, count, format.samples, Number(this.#wide === 2), offset, last, this.#palette, room],
      );
      this.#bytes.set(this.#kernels.bytes(room, length), first * format.samples * this.#wide);
      return;
    }
    // Grey samples take the place of their plane: each is read before what it becomes is written.
    const samples = two ? this.#roomFor(length, rows) : one.at;
    run.planesToSamples(
      ...[one.at, two ? two.at - one.at : 0, count, format.samples, samples],
      ...[Number(this.#wide === 2), Number(format.signed), offset, colour, min, max],
    );
    this.#bytes.set(this.#kernels.bytes(samples, length), first * format.samples * this.#wide);
  }

  #roomFor(length: number, rows: number): number {
    if (length > this.#room.bytes) {
      const bytes = length + (length / rows) * SPARE_ROWS;
      this.#room = { at: this.#kernels.allocate(bytes), bytes };
    }
    return this.#room.at;
  }
}

/** Brings the entries of a palette into the kernels' memory, colours as one number each. */
export function placePalette(kernels: Kernels, { samples }: FrameFormat, palette: Palette): number {
  const entries = samples === 1 ? palette : packedColours(palette);
  const at = kernels.allocate(entries.byteLength);
  const bytes = new Uint8Array(entries.buffer, entries.byteOffset, entries.byteLength);
  kernels.bytes(at, bytes.length).set(bytes);
  return at;
}

/** Colours as one number each, the first sample lowest. */
function packedColours(palette: Palette): Uint32Array {
  const packed = new Uint32Array(palette.length / 3);
  for (let entry = 0; entry < packed.length; entry++) {
    const [first, second, third] = palette.subarray(entry * 3, entry * 3 + 3) as unknown as [
      number,
      number,
      number,
    ];
    packed[entry] = first | (second << 8) | (third << 16);
  }
  return packed;
}
