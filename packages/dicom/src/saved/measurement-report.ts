// Measurements as a structured report: Imaging Measurement Report (PS3.16 TID 1500), Comprehensive SR (PS3.3 A.35.3).
import type { DicomJson } from '../json/types.ts';
import type { KeywordAttributes } from './attributes.ts';
import { codeItem } from './codes.ts';
import {
  conceptItem,
  containerItem,
  imageItem,
  numberItem,
  pointsItem,
  templateItem,
  textItem,
  uidItem,
} from './content-items.ts';
import { type DerivedHead, derivedObject } from './derived-object.ts';
import { personObserver, type StoredReference } from './evidence.ts';
import { type Graphic, graphicsOf } from './graphics.ts';
import { kindNames, type Measurement } from './measurement.ts';
import { type CodedFigure, codedFigure, concepts } from './measurement-concepts.ts';
import { textOf } from './reading.ts';
import { languageItem, srDocument } from './sr-document.ts';

/** An image that is measured on. @param frames 1 for what is no multi-frame image */
export interface MeasuredImage extends StoredReference {
  readonly frames: number;
}

export interface ReportOrder {
  readonly source: DicomJson;
  readonly head: DerivedHead;
  readonly author: string;
  /** By SOP Instance UID: every image that is measured on. */
  readonly referenced: ReadonlyMap<string, MeasuredImage>;
  readonly predecessors: readonly StoredReference[];
}

/** The report of some measurements; of none, one that takes the place of those before it. */
export function measurementReport(measurements: readonly Measurement[], order: ReportOrder): DicomJson {
  const { source, head, author, referenced, predecessors } = order;
  const modality = textOf(source, 'Modality');
  const groups = measurements.flatMap((one, index) => {
    const image = referenced.get(one.sopInstanceUid);
    return image ? [groupOf(one, image, modality, index + 1)] : [];
  });
  const content = {
    ConceptNameCodeSequence: [codeItem(concepts.report)],
    ContentTemplateSequence: [templateItem('1500')],
    ContentSequence: [
      languageItem('en', 'English'),
      ...personObserver(author),
      conceptItem('HAS CONCEPT MOD', concepts.procedureReported, concepts.imaging),
      containerItem(concepts.measurements, '', groups),
    ],
  };
  const evidence = referenced.size > 0 ? referenced.values() : predecessors;
  return derivedObject(source, head, srDocument({ author, at: head.at, evidence, predecessors, content }));
}

/** TID 1410 for what is measured in a region, TID 1501 for all else. */
function groupOf(
  measurement: Measurement,
  image: MeasuredImage,
  modality: string,
  number: number,
): KeywordAttributes {
  const { kind, figures, text, note, columnMm, uid, closed } = measurement;
  const graphics = graphicsOf(measurement);
  const isRegion =
    figures.length === 0 || kind === 'ellipse' || kind === 'rectangle' || (kind === 'freehand' && closed);
  const place = (name: 'region' | 'sourceOfMeasurement') =>
    graphics.map((graphic) => placeItem(graphic, measurement, image, name));
  return containerItem(concepts.group, isRegion ? '1410' : '1501', [
    textItem('HAS OBS CONTEXT', concepts.trackingIdentifier, `${kindNames[kind]} ${number}`),
    uidItem('HAS OBS CONTEXT', concepts.trackingUid, uid),
    ...(isRegion ? place('region') : []),
    ...figures.map(({ value, ...figure }) => {
      const named =
        kind === 'freehand' && figure.name === 'Length' ? { ...figure, name: 'Path length' } : figure;
      const below = isRegion ? [] : inferredFrom(named.name, place('sourceOfMeasurement'));
      return figureItem(codedFigure(named, modality), value, below);
    }),
    ...(columnMm === null ? [] : [figureItem(columnSpacing, columnMm, [])]),
    ...(text ? [textItem('CONTAINS', concepts.finding, text)] : []),
    ...(note ? [textItem('CONTAINS', concepts.comment, note)] : []),
  ]);
}

const columnSpacing: CodedFigure = {
  ...codedFigure({ name: 'Length', unit: 'mm' }, ''),
  concept: concepts.columnSpacing,
};

/** Of two axes each is measured on its own; all else on all that is drawn. */
function inferredFrom(name: string, places: readonly KeywordAttributes[]): readonly KeywordAttributes[] {
  if (name === 'Long') return places.slice(0, 1);
  return name === 'Short' ? places.slice(1, 2) : places;
}

function placeItem(
  { type, points }: Graphic,
  { frame }: Measurement,
  image: MeasuredImage,
  name: 'region' | 'sourceOfMeasurement',
): KeywordAttributes {
  const relationship = name === 'region' ? 'CONTAINS' : 'INFERRED FROM';
  const source = imageItem('SELECTED FROM', concepts.sourceImage, image, image.frames > 1 ? frame : null);
  return pointsItem(relationship, concepts[name], type, points, source);
}

function figureItem(
  { concept, derivation, unit }: CodedFigure,
  value: number,
  below: readonly KeywordAttributes[],
): KeywordAttributes {
  const modifier = derivation ? [conceptItem('HAS CONCEPT MOD', concepts.derivation, derivation)] : [];
  return numberItem(concept, value, unit, [...modifier, ...below]);
}
