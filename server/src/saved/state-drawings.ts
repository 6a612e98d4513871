// Drawings and texts of a presentation state and the layers that they are in (PS3.3 C.10.5, C.10.7).
import type { KeywordAttributes } from '@strata/dicom/saved/attributes';
import type { PresentationState, StateDrawing, StateText } from '@strata/protocol/saved-presentations';
import { arrowGraphics } from './state-arrows.ts';
import { forImages, labOfGrey, optional, type Referenced } from './state-references.ts';

interface Order {
  readonly referenced: Referenced;
  /** Columns or rows of the image, whichever there are more of. */
  readonly size: number;
  /** Whether the state is one of colour images. */
  readonly isColour: boolean;
}

/** A head of an arrow is as long as this part of the image. */
const headOfImage = 1 / 40;

/** Drawings and texts, those for the same images and layer together (PS3.3 C.10.5, C.10.7). */
export function annotationsOf(
  content: PresentationState,
  { referenced, size, isColour }: Order,
): KeywordAttributes {
  const together = new Map<
    string,
    { of: StateDrawing | StateText; drawings: StateDrawing[]; texts: StateText[] }
  >();
  const placeOf = (one: StateDrawing | StateText) => {
    const key = JSON.stringify([one.layer, one.images]);
    const found = together.get(key) ?? { of: one, drawings: [], texts: [] };
    together.set(key, found);
    return found;
  };
  for (const drawing of content.drawings) placeOf(drawing).drawings.push(drawing);
  for (const text of content.texts) placeOf(text).texts.push(text);
  if (together.size === 0) return {};
  const named = new Map(content.layers.map((layer) => [layerName(layer.name), layer]));
  for (const { of } of together.values()) {
    const name = layerName(of.layer);
    if (!named.has(name)) named.set(name, { name, order: named.size + 1, grey: 65_535, colour: null });
  }
  let arrows = 0;
  return {
    GraphicAnnotationSequence: [...together.values()].map(({ of, drawings, texts }) => {
      const pointing = drawings
        .filter(({ kind }) => kind === 'ARROW')
        .map((arrow) =>
          arrowGraphics(arrow, ++arrows, arrow.units === 'PIXEL' ? size * headOfImage : headOfImage),
        );
      const plain = drawings.filter(({ kind }) => kind !== 'ARROW').map(drawingItem);
      return {
        ...forImages(of.images, referenced),
        GraphicLayer: layerName(of.layer),
        TextObjectSequence: optional(texts.map(textItem)),
        GraphicObjectSequence: optional([...plain, ...pointing.flatMap(({ lines }) => lines)]),
        CompoundGraphicSequence: optional(pointing.map(({ compound }) => compound)),
      };
    }),
    GraphicLayerSequence: [...named].map(([name, { order, grey, colour }]) => ({
      GraphicLayer: name,
      GraphicLayerOrder: order,
      ...(grey !== null && { GraphicLayerRecommendedDisplayGrayscaleValue: grey }),
      GraphicLayerRecommendedDisplayCIELabValue:
        colour ?? (isColour && grey !== null ? labOfGrey(grey) : undefined),
    })),
  };
}

/** A code string. */
function layerName(name: string): string {
  return (
    name
      .toUpperCase()
      .replace(/[^A-Z0-9 _]/g, '_')
      .trim()
      .slice(0, 16) || 'LAYER'
  );
}

function drawingItem({ kind, units, points, filled }: StateDrawing): KeywordAttributes {
  const [x, y] = points;
  const closes = points.at(-2) === x && points.at(-1) === y && points.length > 4;
  const canFill = kind === 'CIRCLE' || kind === 'ELLIPSE' || closes;
  return {
    GraphicAnnotationUnits: units,
    GraphicDimensions: 2,
    NumberOfGraphicPoints: Math.floor(points.length / 2),
    GraphicData: [...points],
    GraphicType: kind,
    ...(canFill && { GraphicFilled: filled ? 'Y' : 'N' }),
  };
}

function textItem({ text, units, box, anchor }: StateText): KeywordAttributes {
  const lines = text.replaceAll(/\r?\n/g, '\r\n').slice(0, 1024);
  return {
    UnformattedTextValue: lines,
    ...(box && {
      BoundingBoxAnnotationUnits: units,
      BoundingBoxTopLeftHandCorner: box.slice(0, 2),
      BoundingBoxBottomRightHandCorner: box.slice(2),
      BoundingBoxTextHorizontalJustification: 'LEFT',
    }),
    ...(anchor && {
      AnchorPointAnnotationUnits: units,
      AnchorPoint: [...anchor],
      AnchorPointVisibility: 'N',
    }),
  };
}
