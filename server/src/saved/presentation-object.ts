// A presentation state as a Grayscale Softcopy Presentation State object (PS3.3 A.33.1, modules of C.11 and C.10).
import type { DicomJson } from '@strata/dicom/json/types';
import { attributesOf, type KeywordAttributes } from '@strata/dicom/saved/attributes';
import { dateAndTime, derivedObject } from '@strata/dicom/saved/derived-object';
import { evidenceItems, sopReference } from '@strata/dicom/saved/evidence';
import { items, numberOf, textOf } from '@strata/dicom/saved/reading';
import type { Shutter } from '@strata/protocol/manifest';
import type { KeyImage } from '@strata/protocol/saved-key-images';
import type {
  PresentationState,
  StateArea,
  StateDrawing,
  StateText,
  StateWindow,
} from '@strata/protocol/saved-presentations';
import type { ReferencedInstance, SaveOrder } from './saved-kind.ts';

export const GREY_STATE = '1.2.840.10008.5.1.4.1.1.11.1';

type Referenced = ReadonlyMap<string, ReferencedInstance>;

/** The object. What pixels become first is copied from the image that it is made for, digit by digit. */
export function presentationObject(order: SaveOrder<PresentationState>): DicomJson {
  const { content, author, head, referenced, source, predecessors } = order;
  const { date, time } = dateAndTime(head.at);
  const own: KeywordAttributes = {
    Laterality: null,
    PresentationCreationDate: date,
    PresentationCreationTime: time,
    ContentLabel: content.label,
    ContentDescription: content.description || null,
    ContentCreatorName: author,
    ReferencedSeriesSequence: seriesOf(content.images, referenced),
    PredecessorDocumentsSequence: predecessors.length > 0 ? evidenceItems(predecessors) : undefined,
    ...shutterOf(content.shutter),
    SoftcopyVOILUTSequence: optional(content.windows.map((window) => windowItem(window, referenced))),
    DisplayedAreaSelectionSequence: content.areas.map((area) => areaItem(area, referenced, source)),
    ...drawingsOf(content, referenced),
    ImageRotation: content.rotation,
    ImageHorizontalFlip: content.flipped ? 'Y' : 'N',
    PresentationLUTShape: content.inverse ? 'INVERSE' : 'IDENTITY',
  };
  return { ...derivedObject(source, head, own), ...modalityOf(source) };
}

const optional = <Item>(list: Item[]): Item[] | undefined => (list.length > 0 ? list : undefined);

/** Images by series (PS3.3 C.11.11). */
function seriesOf(images: readonly KeyImage[], referenced: Referenced): KeywordAttributes[] {
  const series = new Map<string, KeywordAttributes[]>();
  for (const image of images) {
    const reference = referenced.get(image.sopInstanceUid);
    if (!reference) continue;
    const known = series.get(reference.seriesUid) ?? [];
    known.push(imageReference(reference, image.frames));
    series.set(reference.seriesUid, known);
  }
  return [...series].map(([SeriesInstanceUID, ReferencedImageSequence]) => ({
    SeriesInstanceUID,
    ReferencedImageSequence,
  }));
}

function imageReference(reference: ReferencedInstance, frames: readonly number[]): KeywordAttributes {
  const named = reference.frames > 1 && frames.length > 0;
  return { ...sopReference(reference), ...(named && { ReferencedFrameNumber: [...frames] }) };
}

/** For all images of the object nothing is named. */
function forImages(images: readonly KeyImage[], referenced: Referenced): KeywordAttributes {
  const named = images.flatMap(({ sopInstanceUid, frames }) => {
    const reference = referenced.get(sopInstanceUid);
    return reference ? [imageReference(reference, frames)] : [];
  });
  return { ReferencedImageSequence: optional(named) };
}

/** Attributes of the image's modality transformation, and the groups in which multi-frame objects have them. */
const modality = ['RescaleIntercept', 'RescaleSlope', 'RescaleType', 'ModalityLUTSequence'] as const;
const groups = ['SharedFunctionalGroupsSequence', 'PerFrameFunctionalGroupsSequence'] as const;

function modalityOf(source: DicomJson): DicomJson {
  const grouped = groups.flatMap((name) =>
    items(source, name)
      .slice(0, 1)
      .flatMap((group) => items(group, 'PixelValueTransformationSequence')),
  );
  const place = [source, ...grouped].find(
    (one) => numberOf(one, 'RescaleSlope') !== null || items(one, 'ModalityLUTSequence').length > 0,
  );
  if (!place) return {};
  const kept = modality.flatMap((name) => {
    const [key = ''] = Object.keys(attributesOf({ [name]: null }));
    const element = place[key];
    return element ? [[key, element] as const] : [];
  });
  const typed = textOf(place, 'RescaleType') || items(place, 'ModalityLUTSequence').length > 0;
  return { ...(!typed && attributesOf({ RescaleType: 'US' })), ...Object.fromEntries(kept) };
}

/** PS3.3 C.11.12 and C.7.6.11; colours are for other kinds of states. */
function shutterOf(shutter: Shutter | null): KeywordAttributes {
  const { rectangle, circle, polygon, grey } = shutter ?? {};
  if (!rectangle && !circle && !polygon) return {};
  const [left, right, upper, lower] = (rectangle ?? []).map(Math.round);
  const [column, row, radius] = (circle ?? []).map(Math.round);
  const shapes = [rectangle && 'RECTANGULAR', circle && 'CIRCULAR', polygon && 'POLYGONAL'];
  return {
    ShutterShape: shapes.filter((shape) => shape !== undefined),
    ...(rectangle && {
      ShutterLeftVerticalEdge: left,
      ShutterRightVerticalEdge: right,
      ShutterUpperHorizontalEdge: upper,
      ShutterLowerHorizontalEdge: lower,
    }),
    ...(circle && { CenterOfCircularShutter: [row ?? 1, column ?? 1], RadiusOfCircularShutter: radius }),
    // Rows come first in the file.
    ...(polygon && {
      VerticesOfThePolygonalShutter: polygon.map((_, at) => Math.round(polygon[at ^ 1] ?? 1)),
    }),
    ShutterPresentationValue: grey ?? 0,
  };
}

function windowItem({ images, window, voiFunction, lut }: StateWindow, referenced: Referenced) {
  return {
    ...forImages(images, referenced),
    ...(window && {
      WindowCenter: window.centre,
      WindowWidth: window.width,
      ...(voiFunction && { VOILUTFunction: voiFunction }),
    }),
    ...(lut && {
      VOILUTSequence: [
        {
          LUTDescriptor: [lut.count === 65_536 ? 0 : lut.count, lut.first, lut.bits],
          LUTExplanation: lut.explanation.slice(0, 64) || undefined,
          LUTData: new Uint8Array(Buffer.from(lut.entries, 'base64')),
        },
      ],
    }),
  };
}

function areaItem(area: StateArea, referenced: Referenced, source: DicomJson): KeywordAttributes {
  return {
    ...forImages(area.images, referenced),
    DisplayedAreaTopLeftHandCorner: area.topLeft.map(Math.round),
    DisplayedAreaBottomRightHandCorner: area.bottomRight.map(Math.round),
    PresentationSizeMode: area.mode,
    ...pixelShape(source),
    ...(area.mode === 'MAGNIFY' && { PresentationPixelMagnificationRatio: area.magnification ?? 1 }),
  };
}

/** How long pixels are, or else how they are shaped, as the image says it. */
function pixelShape(source: DicomJson): KeywordAttributes {
  const pair = (json: DicomJson, name: 'PixelSpacing' | 'ImagerPixelSpacing' | 'PixelAspectRatio') => {
    const [element] = [json[Object.keys(attributesOf({ [name]: null }))[0] ?? '']];
    const values = (element?.Value ?? []).map(Number);
    return values.length === 2 && values.every((value) => value > 0) ? values : null;
  };
  const grouped = groups.flatMap((name) =>
    items(source, name)
      .slice(0, 1)
      .flatMap((group) => items(group, 'PixelMeasuresSequence')),
  );
  const spacing = [source, ...grouped].map((one) => pair(one, 'PixelSpacing')).find((found) => found);
  const chosen = spacing ?? pair(source, 'ImagerPixelSpacing');
  if (chosen) return { PresentationPixelSpacing: chosen };
  const aspect = pair(source, 'PixelAspectRatio');
  return { PresentationPixelAspectRatio: aspect?.every(Number.isInteger) ? aspect : [1, 1] };
}

/** Drawings and texts, those for the same images and layer together (PS3.3 C.10.5, C.10.7). */
function drawingsOf(content: PresentationState, referenced: Referenced): KeywordAttributes {
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
  return {
    GraphicAnnotationSequence: [...together.values()].map(({ of, drawings, texts }) => ({
      ...forImages(of.images, referenced),
      GraphicLayer: layerName(of.layer),
      TextObjectSequence: optional(texts.map(textItem)),
      GraphicObjectSequence: optional(drawings.map(drawingItem)),
    })),
    GraphicLayerSequence: [...named].map(([name, { order, grey }]) => ({
      GraphicLayer: name,
      GraphicLayerOrder: order,
      ...(grey !== null && { GraphicLayerRecommendedDisplayGrayscaleValue: grey }),
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
