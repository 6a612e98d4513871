// A presentation state as an object: of grey images a Grayscale, of colour images a Color Softcopy Presentation State
// (PS3.3 A.33.1, A.33.2, modules of C.10 and C.11).
import type { DicomJson } from '@strata/dicom/json/types';
import { attributesOf, type KeywordAttributes } from '@strata/dicom/saved/attributes';
import { dateAndTime, derivedObject } from '@strata/dicom/saved/derived-object';
import { evidenceItems } from '@strata/dicom/saved/evidence';
import { items, numberOf, textOf } from '@strata/dicom/saved/reading';
import { srgbProfile } from '@strata/dicom/saved/srgb-profile';
import type { Shutter } from '@strata/protocol/manifest';
import type { PresentationState, StateArea, StateWindow } from '@strata/protocol/saved-presentations';
import type { SaveOrder } from './saved-kind.ts';
import { annotationsOf } from './state-drawings.ts';
import { forImages, labOfGrey, optional, type Referenced, seriesOf } from './state-references.ts';

export const GREY_STATE = '1.2.840.10008.5.1.4.1.1.11.1';

export const COLOUR_STATE = '1.2.840.10008.5.1.4.1.1.11.2';

/** The object. What pixels become first is copied from the image that it is made for, digit by digit. */
export function presentationObject(order: SaveOrder<PresentationState>): DicomJson {
  const { content, author, head, referenced, source, predecessors } = order;
  const { date, time } = dateAndTime(head.at);
  const isColour = (numberOf(source, 'SamplesPerPixel') ?? 1) > 1 || hasPalette(source);
  const size = Math.max(numberOf(source, 'Rows') ?? 0, numberOf(source, 'Columns') ?? 0);
  const own: KeywordAttributes = {
    ...(isColour && { SOPClassUID: COLOUR_STATE }),
    Laterality: null,
    PresentationCreationDate: date,
    PresentationCreationTime: time,
    ContentLabel: content.label,
    ContentDescription: content.description || null,
    ContentCreatorName: author,
    ReferencedSeriesSequence: seriesOf(content.images, referenced),
    PredecessorDocumentsSequence: predecessors.length > 0 ? evidenceItems(predecessors) : undefined,
    ...shutterOf(content.shutter, isColour),
    DisplayedAreaSelectionSequence: content.areas.map((area) => areaItem(area, referenced, source)),
    ...annotationsOf(content, { referenced, size, isColour }),
    ImageRotation: content.rotation,
    ImageHorizontalFlip: content.flipped ? 'Y' : 'N',
    ...(isColour
      ? profileOf(source)
      : {
          SoftcopyVOILUTSequence: optional(content.windows.map((window) => windowItem(window, referenced))),
          PresentationLUTShape: content.inverse ? 'INVERSE' : 'IDENTITY',
        }),
  };
  const object = derivedObject(source, head, own);
  return isColour ? object : { ...object, ...modalityOf(source) };
}

const hasPalette = (source: DicomJson): boolean =>
  textOf(source, 'PhotometricInterpretation') === 'PALETTE COLOR';

/** What the image's colours mean (PS3.3 C.11.15): as it says itself, else sRGB. */
function profileOf(source: DicomJson): KeywordAttributes {
  const { InlineBinary } = source['00282000'] ?? {};
  if (typeof InlineBinary === 'string' && InlineBinary !== '') {
    return {
      ICCProfile: new Uint8Array(Buffer.from(InlineBinary, 'base64')),
      ColorSpace: textOf(source, 'ColorSpace') || undefined,
    };
  }
  return { ICCProfile: srgbProfile(), ColorSpace: 'SRGB' };
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

/** PS3.3 C.11.12 and C.7.6.11. */
function shutterOf(shutter: Shutter | null, isColour: boolean): KeywordAttributes {
  const { rectangle, circle, polygon, grey, colour } = shutter ?? {};
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
    ...(isColour && { ShutterPresentationColorCIELabValue: colour ?? labOfGrey(grey ?? 0) }),
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
