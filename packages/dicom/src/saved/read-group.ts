// The measurements of one Measurement Group (PS3.16 TID 1410, 1411, 1501), whoever wrote it.
import { type Code, readCode, sameCode } from './codes.ts';
import {
  type ContentItem,
  measuredValue,
  type NamedImage,
  namedImage,
  oneLine,
  wordsOf,
} from './content-tree.ts';
import { pixelsOf, type ReadGraphic, shapeOf } from './graphics.ts';
import type { Measurement } from './measurement.ts';
import { concepts, namedFigure } from './measurement-concepts.ts';
import { numbersOf, textOf } from './reading.ts';

const MAX_POINTS = 5000;
const MAX_FIGURES = 24;

export interface ReadGroup {
  readonly measurements: readonly Measurement[];
  /** What could not be read, in words. */
  readonly unread: readonly string[];
}

type Figure = Measurement['figures'][number];

/** A figure with the graphics that it was inferred from; none where it is of the whole group. */
interface FoundFigure {
  readonly figure: Figure;
  readonly places: readonly Place[];
}

/** Graphics in an image or in the patient. */
interface Place {
  readonly graphic: ReadGraphic;
  readonly image: NamedImage | null;
  /** '' for graphics of an image. */
  readonly frameOfReference: string;
}

/**
 * Reads a group.
 * @param uidOf a UID for the measurement of a number, where the document gives none
 */
export function readGroup(group: ContentItem, uidOf: (number: number) => string): ReadGroup {
  const unread: string[] = [];
  const label = wordsNamed(group, concepts.trackingIdentifier);
  const say = (what: string): void => void unread.push(oneLine(label ? `${label}: ${what}` : what));
  const image = imageOf(group.children);
  const regions = group.children.flatMap((item) => placeOf(item, image, say) ?? []);
  const figures = group.children.flatMap((item) => figureOf(item, image, say) ?? []);
  const columnMm = columnOf(group);
  const common = { text: textOfGroup(group), columnMm, note: wordsNamed(group, concepts.comment) };
  const tracking = trackingUid(group);

  const drawn = regions.length > 0 ? [{ places: regions, figures }] : byPlaces(figures);
  const measurements = drawn.flatMap(({ places, figures: own }, number): Measurement[] => {
    const said = own.map(({ figure }) => figure).slice(0, MAX_FIGURES);
    if (places.length === 0) {
      for (const { name, value, unit } of said) say(`${name} ${value} ${unit} has no place in an image`);
      return [];
    }
    const placed = whereOf(places, said);
    if (!placed) {
      say(`${shapeWords(places)} cannot be drawn here${said.length > 0 ? `: ${figureWords(said)}` : ''}`);
      return [];
    }
    if (placed.more) say('only the first of several frames is shown');
    const uid = number === 0 && tracking ? tracking : uidOf(number);
    const named = said.map((figure) => (placed.kind === 'freehand' ? asLength(figure) : figure));
    const { more: _, ...where } = placed;
    return [{ ...common, ...where, uid, figures: named }];
  });
  if (drawn.length === 0) say(nothingDrawn(group));
  return { measurements, unread };
}

const wordsNamed = (group: ContentItem, name: Code): string => {
  const item = group.children.find((child) => sameCode(child.name, name));
  return item ? wordsOf(item) : '';
};

function trackingUid({ children }: ContentItem): string | null {
  const item = children.find(({ name }) => sameCode(name, concepts.trackingUid));
  const uid = item ? textOf(item.json, 'UID') : '';
  return /^[0-9][0-9.]{0,63}$/.test(uid) ? uid : null;
}

function columnOf({ children }: ContentItem): number | null {
  const item = children.find(({ name }) => sameCode(name, concepts.columnSpacing));
  const value = item ? (measuredValue(item)?.value ?? 0) : 0;
  return value > 0 ? value : null;
}

/** What was found, with its site; and the texts beside it, which have names of all kinds. */
function textOfGroup({ children }: ContentItem): string {
  const said = children.flatMap((item) => {
    const { name, type } = item;
    if (sameCode(name, concepts.trackingIdentifier) || sameCode(name, concepts.comment)) return [];
    if (type === 'TEXT' || type === 'CODE') return wordsOf(item) || [];
    return [];
  });
  return oneLine([...new Set(said)].join(', '));
}

/** The image that a group or an item names itself. */
function imageOf(children: readonly ContentItem[]): NamedImage | null {
  const item = children.find(({ type }) => type === 'IMAGE');
  return item ? namedImage(item) : null;
}

function figureOf(
  item: ContentItem,
  image: NamedImage | null,
  say: (what: string) => void,
): FoundFigure | null {
  if (item.type !== 'NUM' || sameCode(item.name, concepts.columnSpacing)) return null;
  const measured = measuredValue(item);
  if (!measured || !item.name) {
    say(`${item.name?.meaning || 'a figure'} has no value`);
    return null;
  }
  const modifier = item.children.find(({ name }) => sameCode(name, concepts.derivation));
  const derivation = modifier ? readCode(modifier.json, 'ConceptCodeSequence') : null;
  const { name, unit, quantity } = namedFigure({ concept: item.name, derivation, unit: measured.unit });
  const own = imageOf(item.children) ?? image;
  const places = item.children.flatMap((child) => placeOf(child, own, say) ?? []);
  return {
    figure: {
      name: oneLine(name),
      value: measured.value,
      unit: oneLine(unit),
      ...(quantity && { quantity }),
    },
    places,
  };
}

function placeOf(item: ContentItem, image: NamedImage | null, say: (what: string) => void): Place | null {
  if (item.type !== 'SCOORD' && item.type !== 'SCOORD3D') return null;
  const size = item.type === 'SCOORD' ? 2 : 3;
  const data = numbersOf(item.json, 'GraphicData');
  const points = Array.from({ length: Math.floor(data.length / size) }, (_, at) =>
    data.slice(at * size, (at + 1) * size),
  );
  const isSound = data.length % size === 0 && points.length > 0 && points.length <= MAX_POINTS;
  if (!isSound || data.some((value) => Math.abs(value) > 1e6)) {
    say(`a region of ${data.length} numbers makes no sense`);
    return null;
  }
  const type = textOf(item.json, 'GraphicType').trim().toUpperCase();
  const frameOfReference = size === 3 ? textOf(item.json, 'ReferencedFrameOfReferenceUID') : '';
  return { graphic: { type, points }, image: imageOf(item.children) ?? image, frameOfReference };
}

/** Figures that were measured at the same place; and those of two axes, each of which has its own. */
function byPlaces(
  figures: readonly FoundFigure[],
): { places: readonly Place[]; figures: readonly FoundFigure[] }[] {
  const axes = figures.filter(({ figure }) => figure.name === 'Long' || figure.name === 'Short');
  const groups = new Map<string, { places: readonly Place[]; figures: FoundFigure[] }>();
  if (axes.length === 2 && axes.every(({ places }) => places.length === 1)) {
    const places = distinct(axes.flatMap((axis) => axis.places));
    groups.set('axes', { places, figures: [...axes] });
  }
  for (const found of figures) {
    if (groups.get('axes')?.figures.includes(found)) continue;
    const key = JSON.stringify(found.places);
    const known = groups.get(key);
    if (known) known.figures.push(found);
    else groups.set(key, { places: found.places, figures: [found] });
  }
  return [...groups.values()];
}

const distinct = (places: readonly Place[]): Place[] => [
  ...new Map(places.map((place) => [JSON.stringify(place), place])).values(),
];

/** Where a shape lies; null for what cannot be drawn, or lies nowhere. */
function whereOf(places: readonly Place[], figures: readonly Figure[]) {
  const [first] = places;
  const shape = shapeOf(
    places.map(({ graphic }) => graphic),
    new Set(figures.map(({ name }) => name)),
  );
  if (!first || !shape) return null;
  const { image, frameOfReference } = first;
  const together = places.every(
    (place) =>
      place.frameOfReference === frameOfReference &&
      place.image?.sopInstanceUid === image?.sopInstanceUid &&
      place.image?.frame === image?.frame,
  );
  if (!together) return null;
  const { kind, closed, points } = shape;
  const where = {
    sopInstanceUid: image?.sopInstanceUid ?? '',
    frame: image?.frame ?? 1,
    more: image?.more ?? false,
  };
  if (first.graphic.points[0]?.length === 2) {
    return image ? { ...where, kind, closed, points: pixelsOf(points) } : null;
  }
  if (!/^[0-9A-Za-z._-]{1,64}$/.test(frameOfReference)) return null;
  const inSpace = points.map(([x = 0, y = 0, z = 0]) => [x, y, z] as const);
  return { ...where, kind, closed, points: [], space: { frameOfReference, points: inSpace } };
}

const asLength = (figure: Figure): Figure =>
  figure.name === 'Path length' ? { ...figure, name: 'Length' } : figure;

const figureWords = (figures: readonly Figure[]): string =>
  figures.map(({ name, value, unit }) => `${name} ${value} ${unit}`.trim()).join(', ');

function shapeWords(places: readonly Place[]): string {
  if (places.some(({ image, frameOfReference }) => !image && !frameOfReference))
    return 'a region of no image';
  return `a shape (${[...new Set(places.map(({ graphic }) => graphic.type.toLowerCase()))].join(', ')})`;
}

/** Why a group shows nothing. */
function nothingDrawn({ children }: ContentItem): string {
  const segment = children.some(({ name }) => /segment/i.test(name?.meaning ?? ''));
  const said = children
    .filter(({ type, relationship }) => relationship === 'CONTAINS' && (type === 'TEXT' || type === 'CODE'))
    .map(wordsOf);
  const words = said.filter(Boolean).join(', ');
  return `${segment ? 'its region is a segmentation, which is not shown' : 'it names no place in an image'}${words && `: ${words}`}`;
}
