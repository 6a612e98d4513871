// How stored samples become what a viewport shows: grey values by rescale or tables, colours by colour space or palette.
import type { FrameFormat, LookupTable, Presentation } from '@strata/protocol/manifest';
import { type Table, tableOf } from './lookup-table.ts';

export type DisplayRecipe =
  | {
      readonly kind: 'grey';
      readonly slope: number;
      readonly intercept: number;
      /** First and last stored value that stand for no image; left out of statistics. */
      readonly padding: readonly [number, number] | null;
      /** In place of slope and intercept. */
      readonly modality: Table | null;
      /** Makes values from 0 to `voiTop` of the modality values, in place of a window. */
      readonly voi: Table | null;
    }
  | { readonly kind: 'colour'; readonly space: ColourSpace }
  | { readonly kind: 'palette'; readonly first: number; readonly colours: Uint8Array };

/** RGB, or luminance and chrominance over the full or the video range (PS3.3 C.7.6.3.1.2). */
export type ColourSpace = 'rgb' | 'ybr-full' | 'ybr-partial';

/**
 * The recipe for the frames of an instance. Never throws: a palette that cannot be read leaves grey.
 * @param voi the VOI LUT to be applied; null for windows
 */
export function displayRecipe(
  format: FrameFormat,
  presentation: Presentation,
  voi: LookupTable | null = null,
): DisplayRecipe {
  if (format.samples === 3) return { kind: 'colour', space: colourSpace(presentation.photometric) };
  const colours = presentation.palette ? paletteColours(presentation.palette.rgb) : null;
  if (presentation.palette && colours) {
    return { kind: 'palette', first: presentation.palette.first, colours };
  }
  const { slope, intercept } = presentation.rescale ?? { slope: 1, intercept: 0 };
  const usable = Number.isFinite(slope) && slope !== 0 && Number.isFinite(intercept);
  return {
    kind: 'grey',
    slope: usable ? slope : 1,
    intercept: usable ? intercept : 0,
    padding: presentation.pixelPadding,
    modality: presentation.modalityLut ? tableOf(presentation.modalityLut) : null,
    voi: voi && tableOf(voi),
  };
}

function colourSpace(photometric: string): ColourSpace {
  if (photometric.startsWith('YBR_FULL')) return 'ybr-full';
  return photometric.startsWith('YBR_PARTIAL') ? 'ybr-partial' : 'rgb';
}

function paletteColours(base64: string): Uint8Array | null {
  try {
    const text = atob(base64);
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    return bytes.length >= 3 ? bytes.subarray(0, bytes.length - (bytes.length % 3)) : null;
  } catch {
    return null;
  }
}
