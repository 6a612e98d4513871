// What a presentation state draws and writes on images (PS3.3 C.10.5).
import type { DicomJson } from '@strata/dicom/json/types';
import { items, numberOf, numbersOf, textOf } from '@strata/dicom/saved/reading';
import type { KeyImage } from '@strata/protocol/saved-key-images';
import {
  MAX_DRAWINGS,
  MAX_POINTS,
  MAX_TEXTS,
  type StateDrawing,
  type StateText,
} from '@strata/protocol/saved-presentations';
import { imagesOf, type Note } from './named-images.ts';

const kinds = ['POINT', 'POLYLINE', 'INTERPOLATED', 'CIRCLE', 'ELLIPSE'] as const;
/** Numbers of all points together. */
const MOST_NUMBERS = 200_000;
const MOST_TEXT = 1024;

export function readDrawings(object: DicomJson, note: Note) {
  const drawings: StateDrawing[] = [];
  const texts: StateText[] = [];
  let numbers = 0;
  for (const annotation of items(object, 'GraphicAnnotationSequence')) {
    const of = { images: imagesOf(annotation), layer: textOf(annotation, 'GraphicLayer').slice(0, 64) };
    const { arrows, instead } = readCompounds(annotation, of, note);
    const plain = items(annotation, 'GraphicObjectSequence')
      .filter((item) => !instead.has(numberOf(item, 'CompoundGraphicInstanceID') ?? -1))
      .flatMap((item) => readDrawing(item, of, note) ?? []);
    for (const drawing of [...plain, ...arrows]) {
      numbers += drawing.points.length;
      if (drawings.length < MAX_DRAWINGS && numbers <= MOST_NUMBERS) drawings.push(drawing);
      else note('it has more drawings than are drawn');
    }
    for (const item of items(annotation, 'TextObjectSequence')) {
      const text = readText(item, of);
      if (text && texts.length < MAX_TEXTS) texts.push(text);
      else if (!text) note('a text without a place is not written');
      else note('it has more texts than are written');
    }
  }
  return { drawings, texts };
}

interface Of {
  readonly images: readonly KeyImage[];
  readonly layer: string;
}

const unitsOf = (said: string) => (said === 'PIXEL' || said === 'DISPLAY' ? said : null);

/**
 * Compound graphics (PS3.3 C.10.5.1.3): arrows are drawn, of others the plain drawings that stand beside them.
 * @returns the arrows, and whose plain drawings are not needed
 */
function readCompounds(annotation: DicomJson, of: Of, note: Note) {
  const arrows: StateDrawing[] = [];
  const instead = new Set<number>();
  const plain = ['GraphicObjectSequence', 'TextObjectSequence'].flatMap((name) =>
    items(annotation, name).map((item) => numberOf(item, 'CompoundGraphicInstanceID')),
  );
  for (const item of items(annotation, 'CompoundGraphicSequence')) {
    const id = numberOf(item, 'CompoundGraphicInstanceID');
    const units = unitsOf(textOf(item, 'CompoundGraphicUnits'));
    const points = numbersOf(item, 'GraphicData').filter((value) => Math.abs(value) < 2 ** 24);
    const isTurned = (numberOf(item, 'RotationAngle') ?? 0) !== 0;
    const isArrow = textOf(item, 'CompoundGraphicType') === 'ARROW' && points.length === 4 && !isTurned;
    if (isArrow && units) {
      arrows.push({ ...of, kind: 'ARROW', units, points, filled: false });
      if (id !== null) instead.add(id);
    } else if (!plain.includes(id)) note('its compound graphics are not drawn');
  }
  return { arrows, instead };
}

function readDrawing(item: DicomJson, of: Of, note: Note): StateDrawing | null {
  const said = textOf(item, 'GraphicType');
  const kind = kinds.find((one) => one === said);
  const units = unitsOf(textOf(item, 'GraphicAnnotationUnits'));
  const points = numbersOf(item, 'GraphicData').filter((value) => Math.abs(value) < 2 ** 24);
  const fewest = { POINT: 2, POLYLINE: 4, INTERPOLATED: 4, CIRCLE: 4, ELLIPSE: 8 };
  const dimensions = numberOf(item, 'GraphicDimensions') ?? 2;
  if (!kind || !units || dimensions !== 2 || points.length < fewest[kind] || points.length % 2 !== 0) {
    note(`a drawing (${said.slice(0, 16) || 'without a type'}) is not drawn`);
    return null;
  }
  if (points.length > MAX_POINTS) {
    note(`a drawing of more than ${MAX_POINTS / 2} points is not drawn`);
    return null;
  }
  return { ...of, kind, units, points, filled: textOf(item, 'GraphicFilled') === 'Y' };
}

function readText(item: DicomJson, of: Of): StateText | null {
  const text = textOf(item, 'UnformattedTextValue').slice(0, MOST_TEXT);
  const boxUnits = unitsOf(textOf(item, 'BoundingBoxAnnotationUnits'));
  const corners = ['BoundingBoxTopLeftHandCorner', 'BoundingBoxBottomRightHandCorner'].flatMap((name) =>
    numbersOf(item, name).slice(0, 2),
  );
  const [left, top, right, bottom] = corners;
  const anchorUnits = unitsOf(textOf(item, 'AnchorPointAnnotationUnits'));
  const [x, y] = numbersOf(item, 'AnchorPoint');
  if (boxUnits && left !== undefined && top !== undefined && right !== undefined && bottom !== undefined) {
    const anchor: StateText['anchor'] =
      anchorUnits === boxUnits && x !== undefined && y !== undefined ? [x, y] : null;
    return { ...of, text, units: boxUnits, box: [left, top, right, bottom], anchor };
  }
  if (!anchorUnits || x === undefined || y === undefined) return null;
  return { ...of, text, units: anchorUnits, box: null, anchor: [x, y] };
}
