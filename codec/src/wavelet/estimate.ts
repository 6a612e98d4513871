// Guesses from a part of a frame how many bits a transform would leave to code.
import type { FrameFormat } from '../format.ts';
import type { Filter } from '../header.ts';
import type { Kernels } from '../kernels.ts';
import { BLOCK_SIDE, levelGeometry, type Size } from './geometry.ts';
import { allocatePlane, type Plane, strideOf } from './planes.ts';
import { clearBeside } from './pyramid.ts';

/** Frames of up to so many samples are looked at as a whole. */
const SMALL = 2 ** 16;
/** Of larger ones every eighth row is: so many rows together, where that many begin. */
const STRIP_ROWS = 16;
const STRIP_STEP = 128;
/** The first and last rows of a strip's bands know nothing of what lies beyond, and would say so. */
const UNSURE_ROWS = 2;

/** Room for the finest level of a strip of a frame. */
export interface Sketch {
  readonly format: FrameFormat;
  readonly samples: { readonly at: number; readonly wide: boolean };
  readonly work: number;
  readonly strips: readonly number[];
  readonly rows: number;
  readonly pictures: readonly Plane[];
  readonly bands: readonly Plane[];
}

/** Chooses the strips of a frame with at least one level, and allocates what they take. */
export function prepareSketch(kernels: Kernels, format: FrameFormat, source: Sketch['samples']): Sketch {
  const { width, height, samples } = format;
  const whole = width * height * samples <= SMALL || height < STRIP_STEP;
  const rows = whole ? height : STRIP_ROWS;
  const strips = whole
    ? [0]
    : Array.from({ length: Math.floor(height / STRIP_STEP) }, (_, at) => at * STRIP_STEP);
  const low = levelGeometry({ ...format, height: rows }, 1, 0);
  const stride = strideOf(low.width);
  return {
    format,
    samples: source,
    work: kernels.allocate(strideOf(width) + 128) + 64,
    strips: whole ? strips : strips.map((y) => y + (STRIP_STEP - STRIP_ROWS) / 2),
    rows,
    pictures: Array.from({ length: samples }, () => allocatePlane(kernels, { width, height: rows })),
    bands: Array.from({ length: 4 }, () => allocatePlane(kernels, low, stride)),
  };
}

/** Bits that are not coded where the coefficients were quantised before. */
function savedBySteps({ run }: Kernels, { at, stride }: Plane, { width, height }: Size): number {
  let saved = 0;
  for (let x = 0; x < width; x += BLOCK_SIDE) {
    const block = at + x * 2;
    const columns = Math.min(BLOCK_SIDE, width - x);
    const code = run.findStep(block, stride, columns, height);
    if (code > 0) saved += (code % 16) * run.nonZeros(block, stride, columns, height);
  }
  return saved;
}

/** An estimate of the bits that the finest bands of the frame take. */
export function estimate(
  kernels: Kernels,
  sketch: Sketch,
  offset: number,
  filter: Filter,
  colour: 0 | 1,
): number {
  const { format, samples: source, pictures, rows } = sketch;
  const { width, samples } = format;
  const { bands } = levelGeometry({ ...format, height: rows }, 1, 1);
  const [first, second] = pictures as [Plane, Plane?];
  const [low, ...details] = sketch.bands as [Plane, Plane, Plane, Plane];
  const rowBytes = width * samples * (source.wide ? 2 : 1);
  const unsure = rows === format.height ? 0 : UNSURE_ROWS;
  let bits = 0;
  for (const y of sketch.strips) {
    for (const plane of pictures) clearBeside(kernels, plane, { width, height: rows });
    kernels.run.samplesToPlanes(
      ...[source.at + y * rowBytes, Number(source.wide), Number(format.signed), samples, width, rows],
      ...[first.at, first.stride, (second?.at ?? first.at) - first.at, offset, colour],
    );
    for (const picture of pictures) {
      const [hl, lh, hh] = details as [Plane, Plane, Plane];
      kernels.run.forward(
        ...[picture.at, picture.stride, width, rows],
        ...[low.at, hl.at, lh.at, hh.at, low.stride, sketch.work, filter],
      );
      bands.forEach((band, index) => {
        const { at, stride } = details[index] as Plane;
        clearBeside(kernels, { at, stride }, band);
        const sure = { at: at + unsure * stride, stride };
        const size = { width: band.width, height: band.height - 2 * unsure };
        bits += kernels.run.estimateBits(sure.at, stride, size.width, size.height) / 8;
        bits -= savedBySteps(kernels, sure, size);
      });
    }
  }
  return (bits * format.height) / ((rows - 4 * unsure) * sketch.strips.length);
}
