// What the small viewer gets of a frame: pixels of a level that fills a screen, and how they are to be shown.
import { type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { readPart10 } from '@strata/dicom/part10';
import type { Presentation } from '@strata/dicom/presentation';
import type { InstanceRecord } from '@strata/metadata/records';
import { palettePixels, rgbPixels } from '../dicomweb/rendering/colour.ts';
import { greyPixels } from '../dicomweb/rendering/grey.ts';
import type { ShownAs } from '../dicomweb/rendering/render-request.ts';
import { readShading } from '../dicomweb/rendering/shading.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { type EdgeLetters, edgeLetters } from './edge-letters.ts';

/** The longer side that a frame has at least, where it has so many pixels. */
const SIDE = 1024;

/** How a frame is shown; its pixels are in a script of their own. */
export interface ViewerFrame {
  readonly number: number | null;
  /** 1 for the first of its object. */
  readonly frame: number;
  /** Of the pixels that are here, and of the image. */
  readonly size: readonly [width: number, height: number];
  readonly fullSize: readonly [width: number, height: number];
  /** RGB of 8 bits; or grey of 8 or 16 bits, 16-bit ones little endian. */
  readonly samples: 'rgb' | 'uint8' | 'int8' | 'uint16' | 'int16';
  readonly slope: number;
  readonly intercept: number;
  readonly centre: number;
  readonly width: number;
  readonly curve: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';
  readonly inverted: boolean;
  /** Height of a pixel by its width. */
  readonly aspect: number;
  /** Sides of the patient at the edges; null when the object does not say. */
  readonly edges: EdgeLetters | null;
  /** Why it is not all that was taken, in words; '' when it is. */
  readonly lacks: string;
}

export interface ViewerPixels {
  readonly about: ViewerFrame;
  readonly bytes: Uint8Array;
}

/**
 * @param file the object, as Part 10
 * @param index of the frame, from 0
 * @throws StoreError, WorkerError, RefusedError
 */
export async function viewerFrame(
  gateway: Pick<Gateway, 'pixels'>,
  record: InstanceRecord,
  file: Uint8Array,
  index: number,
): Promise<ViewerPixels> {
  const presentation = record.instance.presentation as unknown as Presentation;
  // The average of two indices of a palette is no colour.
  const side = presentation.palette ? Number.POSITIVE_INFINITY : SIDE;
  const { pixels, width, height, format } = await gateway.pixels(record, index, side);
  const shared = {
    number: record.instance.number,
    frame: index + 1,
    size: [width, height],
    fullSize: [format.width, format.height],
    aspect: aspectOf(presentation),
    edges: edgeLetters(
      presentation.perFrame?.[index]?.imageOrientation ?? presentation.imageOrientation,
      presentation.patientOrientation ?? null,
    ),
    lacks: lackOf(presentation, width < format.width),
  } as const;
  const colours = coloursOf(pixels, format, presentation);
  if (colours) return { about: { ...shared, ...shownAsIs, samples: 'rgb' }, bytes: colours };
  const own = { ...presentation, ...presentation.perFrame?.[index] };
  const inverted = isInverted(presentation);
  const hasTables =
    presentation.modalityLut || (own.windows.length === 0 && presentation.voiLuts?.length > 0);
  if (hasTables) {
    const shading = readShading(readPart10(file).dataSet, index, own as unknown as ShownAs, null);
    const bytes = greyPixels(pixels, format, { shading, padding: presentation.pixelPadding, inverted });
    return { about: { ...shared, ...shownAsIs, samples: 'uint8' }, bytes };
  }
  return {
    about: {
      ...shared,
      samples: sampleType(pixels, format),
      ...greysOf(pixels, own),
      inverted,
    },
    bytes: pixelBytes(pixels),
  };
}

const shownAsIs = {
  slope: 1,
  intercept: 0,
  centre: 127.5,
  width: 255,
  curve: 'LINEAR_EXACT',
  inverted: false,
} as const;

function coloursOf(
  pixels: Pixels,
  format: FrameFormat,
  { photometric, palette }: Presentation,
): Uint8Array | null {
  if (format.samples === 3) return rgbPixels(pixels, format, photometric);
  return palette ? palettePixels(pixels, palette) : null;
}

function sampleType(pixels: Pixels, { signed }: FrameFormat): ViewerFrame['samples'] {
  if (pixels.BYTES_PER_ELEMENT === 1) return signed ? 'int8' : 'uint8';
  return signed ? 'int16' : 'uint16';
}

type Greys = Pick<Presentation, 'windows' | 'voiFunction' | 'rescale' | 'pixelPadding'>;

function greysOf(pixels: Pixels, { windows, voiFunction, rescale, pixelPadding }: Greys) {
  const { slope, intercept } = rescale ?? { slope: 1, intercept: 0 };
  const [first] = windows;
  const curve = voiFunction === 'SIGMOID' || voiFunction === 'LINEAR_EXACT' ? voiFunction : 'LINEAR';
  if (first) return { slope, intercept, centre: first.centre, width: first.width, curve } as const;
  const [low, high] = rangeOf(pixels, pixelPadding);
  const ends = [low * slope + intercept, high * slope + intercept];
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return {
    slope,
    intercept,
    centre: (from + to) / 2,
    width: Math.max(1, to - from),
    curve: 'LINEAR_EXACT',
  } as const;
}

/** Smallest and greatest stored value that stands for an image. */
function rangeOf(pixels: Pixels, padding: readonly [number, number] | null): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const stored of pixels) {
    if (padding && stored >= padding[0] && stored <= padding[1]) continue;
    if (stored < low) low = stored;
    if (stored > high) high = stored;
  }
  return low > high ? [0, 0] : [low, high];
}

/** The shape goes before the photometric interpretation (PS3.3 C.11.6). */
function isInverted({ presentationLutShape, photometric }: Presentation): boolean {
  return presentationLutShape ? presentationLutShape === 'INVERSE' : photometric === 'MONOCHROME1';
}

function aspectOf({ pixelSpacing, pixelAspectRatio }: Presentation): number {
  const [vertical, horizontal] = pixelSpacing ?? pixelAspectRatio ?? [1, 1];
  const aspect = vertical / horizontal;
  return Number.isFinite(aspect) && aspect > 0.01 && aspect < 100 ? aspect : 1;
}

function lackOf({ lossy, rendition, burnedInLossy }: Presentation, isReduced: boolean): string {
  const lacks = [
    isReduced ? 'reduced in size' : '',
    lossy || burnedInLossy === '01' ? 'compressed with loss' : '',
    rendition ? `shown in 16 bits, of ${rendition.of}` : '',
  ];
  return lacks.filter(Boolean).join(', ');
}
