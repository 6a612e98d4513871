// Where text is burned into the pixels, by the device that wrote them: rules of a site, and the regions of ultrasound images.
import type { DataSet } from '../data-set.ts';
import { readItems } from '../items.ts';
import { Tag } from '../tags.ts';
import { code, number, text, type Values, valuesOf } from '../values.ts';
import { DeidentifyError } from './errors.ts';

/** Pixels of a frame, from the upper left corner; what is beyond the frame does not count. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** For objects that match all that is given: what to blank. Text is compared without regard to case, `*` stands for any. */
export interface PixelRule {
  readonly name: string;
  readonly modality?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly model?: string | undefined;
  readonly rows?: number | undefined;
  readonly columns?: number | undefined;
  /** Blanked; none says that the device burns nothing in. */
  readonly blank: readonly Rectangle[];
}

/** What to do with the pixels of an object. */
export type PixelPlan =
  | { readonly how: 'untouched' }
  /** Everything inside the rectangles is blanked. */
  | { readonly how: 'blank'; readonly rule: string; readonly rectangles: readonly Rectangle[] }
  /** Everything outside of the rectangles is blanked. */
  | { readonly how: 'keep'; readonly rule: string; readonly rectangles: readonly Rectangle[] };

const MANUFACTURER = 0x00080070;
const MODEL = 0x00081090;
const CONVERSION_TYPE = 0x00080064;
const BURNED_IN_ANNOTATION = 0x00280301;
const REGIONS = 0x00186011;
const REGION = { x0: 0x00186018, y0: 0x0018601a, x1: 0x0018601c, y1: 0x0018601e };
/** Modalities whose devices write text into the image. */
const writers = new Set(['US', 'IVUS', 'XA', 'RF', 'ES', 'GM', 'XC', 'OT']);
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
/** Scanned film, video and documents (PS3.3 C.8.6.1.1.1). */
const captured = new Set(['DV', 'DF', 'SD', 'WSD', 'SI', 'DRW', 'SYN', 'DI']);

/**
 * What the Clean Pixel Data option has to do with an object that has pixels.
 * @throws DeidentifyError 'burned-in-text' when text is likely and no rule says where
 */
export function planPixels(set: DataSet, rules: readonly PixelRule[]): PixelPlan {
  const values = valuesOf(set);
  const rule = rules.find((one) => matches(one, values));
  if (rule) {
    return rule.blank.length === 0
      ? { how: 'untouched' }
      : { how: 'blank', rule: rule.name, rectangles: rule.blank };
  }
  const regions = ultrasoundRegions(set);
  if (regions.length > 0 && !coversAll(regions, values)) {
    return { how: 'keep', rule: 'ultrasound regions (0018,6011)', rectangles: regions };
  }
  const why = likelyText(values);
  if (why === null) return { how: 'untouched' };
  throw new DeidentifyError(
    'burned-in-text',
    `Text is likely burned into the pixels (${why}), and no rule says where: it cannot go out as clean. ` +
      'Write a pixel rule for this device, or leave the Clean Pixel Data option out.',
  );
}

function matches(rule: PixelRule, values: Values): boolean {
  return (
    fits(rule.modality, code(values, Tag.Modality)) &&
    fits(rule.manufacturer, text(values, MANUFACTURER)) &&
    fits(rule.model, text(values, MODEL)) &&
    (rule.rows === undefined || rule.rows === number(values, Tag.Rows)) &&
    (rule.columns === undefined || rule.columns === number(values, Tag.Columns))
  );
}

function fits(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined) return true;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'iu').test(value);
}

/** Why text is likely, or null. What the object itself says counts most. */
function likelyText(values: Values): string | null {
  const said = code(values, BURNED_IN_ANNOTATION);
  if (said === 'YES') return 'Burned In Annotation says YES';
  if (said === 'NO') return null;
  const modality = code(values, Tag.Modality);
  if (writers.has(modality)) return `modality ${modality}`;
  if (code(values, Tag.SOPClassUID).startsWith(secondaryCapture)) return 'a secondary capture';
  const conversion = code(values, CONVERSION_TYPE);
  return captured.has(conversion) ? `conversion type ${conversion}` : null;
}

/** Those that are whole; a region that cannot be read makes all of them worthless. */
function ultrasoundRegions(set: DataSet): Rectangle[] {
  const sequence = set.elements.get(REGIONS);
  if (!sequence) return [];
  const regions: Rectangle[] = [];
  for (const item of readItems(set, sequence)) {
    const values = valuesOf(item);
    const [x0, y0, x1, y1] = [REGION.x0, REGION.y0, REGION.x1, REGION.y1].map((tag) => number(values, tag));
    if (x0 == null || y0 == null || x1 == null || y1 == null || x1 < x0 || y1 < y0) return [];
    regions.push({ x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 });
  }
  return regions;
}

/** Regions that leave nothing out say nothing about where text is. */
function coversAll(regions: readonly Rectangle[], values: Values): boolean {
  const width = number(values, Tag.Columns) ?? 0;
  const height = number(values, Tag.Rows) ?? 0;
  return regions.some(
    (region) => region.x <= 0 && region.y <= 0 && region.width >= width && region.height >= height,
  );
}
