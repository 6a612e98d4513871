// SUV of an image that says itself how its stored values become them: its real world value mappings (PS3.3 C.7.6.16.2.11).
import { type DataSet, firstItem } from './data-set.ts';
import { itemsOf } from './items.ts';
import { Tag } from './tags.ts';
import { number, text, type Values } from './values.ts';

export type SuvKind = 'bw' | 'lbm' | 'bsa';

/** Frames beyond these are not looked at, and there is then no factor. */
const MOST_FRAMES = 20_000;
const MOST_MAPPINGS = 16;
/** By how much the factors of frames may differ: their slopes are rounded. */
const AGREEMENT = 1e-4;

/** Units of PS3.16 CID 85, as this edition writes them and as earlier ones did. */
const units: readonly (readonly [SuvKind, RegExp])[] = [
  ['bw', /^(\{SUVbw\}g\/ml|g\/ml\{SUVbw\})$/],
  ['lbm', /^(\{SUVlbm(\(\w+\))?\}g\/ml|g\/ml\{SUVlbm(\(\w+\))?\})$/],
  ['bsa', /^(\{SUVbsa\}cm2\/ml|cm2\/ml\{SUVbsa\})$/],
];

/**
 * By what modality values are multiplied to be SUV of each kind, the same in all frames; null where the image does not map
 * them, does it by a table or with an offset, or not all frames alike.
 */
export function mappedSuv(values: Values): Record<SuvKind, number | null> {
  const shared = firstItem(values.set, Tag.SharedFunctionalGroupsSequence);
  const sequence = values.set.elements.get(Tag.PerFrameFunctionalGroupsSequence);
  const found: Record<SuvKind, number[]> = { bw: [], lbm: [], bsa: [] };
  let frames = 0;
  const note = (frame: DataSet | null): void => {
    frames++;
    const factors = factorsOf([frame, shared, values.set], values);
    for (const [kind] of units) {
      const factor = factors[kind];
      if (factor !== undefined) found[kind].push(factor);
    }
  };
  if (!sequence) note(null);
  else {
    for (const item of itemsOf(values.set, sequence)) {
      if (frames > MOST_FRAMES) break;
      note(item);
    }
  }
  const common = (factors: readonly number[]): number | null => {
    const [first] = factors;
    const agree = factors.every((one) => Math.abs(one / (first ?? 1) - 1) <= AGREEMENT);
    return first !== undefined && factors.length === frames && frames <= MOST_FRAMES && agree ? first : null;
  };
  return { bw: common(found.bw), lbm: common(found.lbm), bsa: common(found.bsa) };
}

/** Of a frame. @param places where its groups may be, its own first */
function factorsOf(
  places: readonly (DataSet | null)[],
  { decode }: Values,
): Partial<Record<SuvKind, number>> {
  const slope = modalitySlope(places, decode);
  const place = places.find((one) => one?.elements.has(Tag.RealWorldValueMappingSequence));
  const sequence = place?.elements.get(Tag.RealWorldValueMappingSequence);
  if (slope === null || !place || !sequence) return {};
  const factors: Partial<Record<SuvKind, number>> = {};
  let mappings = 0;
  for (const set of itemsOf(place, sequence)) {
    if (++mappings > MOST_MAPPINGS) break;
    const kind = kindOf(set, decode);
    const mapping = { set, decode };
    const to = number(mapping, Tag.RealWorldValueSlope);
    if (!kind || !to || to <= 0 || number(mapping, Tag.RealWorldValueIntercept) !== 0) continue;
    factors[kind] ??= to / slope;
  }
  return factors;
}

/** What stored values are multiplied by to be modality values; null where something is added. */
function modalitySlope(places: readonly (DataSet | null)[], decode: Values['decode']): number | null {
  for (const place of places) {
    const set = place && firstItem(place, Tag.PixelValueTransformationSequence);
    if (!set?.elements.has(Tag.RescaleSlope)) continue;
    const slope = number({ set, decode }, Tag.RescaleSlope);
    return slope && slope > 0 && number({ set, decode }, Tag.RescaleIntercept) === 0 ? slope : null;
  }
  return 1;
}

function kindOf(mapping: DataSet, decode: Values['decode']): SuvKind | undefined {
  const set = firstItem(mapping, Tag.MeasurementUnitsCodeSequence);
  const unit = set ? text({ set, decode }, Tag.CodeValue) : '';
  return units.find(([, pattern]) => pattern.test(unit))?.[0];
}
