// Content items of structured reports (PS3.3 C.17.3), as they are written.
import type { KeywordAttributes } from './attributes.ts';
import { type Code, codeItem } from './codes.ts';

/** How an item stands to the one above it. */
export type Relationship =
  | 'CONTAINS'
  | 'HAS CONCEPT MOD'
  | 'HAS OBS CONTEXT'
  | 'INFERRED FROM'
  | 'SELECTED FROM';

type Items = readonly KeywordAttributes[];

function item(relationship: Relationship, valueType: string, name: Code | null, more: KeywordAttributes) {
  return {
    RelationshipType: relationship,
    ValueType: valueType,
    ...(name && { ConceptNameCodeSequence: [codeItem(name)] }),
    ...more,
  };
}

const below = (items: Items): KeywordAttributes => (items.length > 0 ? { ContentSequence: items } : {});

/** @param template of PS3.16 that its content follows; '' for none */
export function containerItem(name: Code, template: string, items: Items): KeywordAttributes {
  return item('CONTAINS', 'CONTAINER', name, {
    ContinuityOfContent: 'SEPARATE',
    ...(template && { ContentTemplateSequence: [templateItem(template)] }),
    ...below(items),
  });
}

/** A template of PS3.16, as content refers to it. */
export function templateItem(template: string): KeywordAttributes {
  return { MappingResource: 'DCMR', TemplateIdentifier: template };
}

export function textItem(relationship: Relationship, name: Code, text: string): KeywordAttributes {
  return item(relationship, 'TEXT', name, { TextValue: text });
}

export function conceptItem(relationship: Relationship, name: Code, value: Code): KeywordAttributes {
  return item(relationship, 'CODE', name, { ConceptCodeSequence: [codeItem(value)] });
}

export function uidItem(relationship: Relationship, name: Code, uid: string): KeywordAttributes {
  return item(relationship, 'UIDREF', name, { UID: uid });
}

/** A number with its unit; written exactly beside its decimal form, which has 16 characters at most. */
export function numberItem(name: Code, value: number, unit: Code, items: Items): KeywordAttributes {
  const measured = {
    NumericValue: value,
    FloatingPointValue: value,
    MeasurementUnitsCodeSequence: [codeItem(unit)],
  };
  return item('CONTAINS', 'NUM', name, { MeasuredValueSequence: [measured], ...below(items) });
}

/** How points are joined (PS3.3 C.18.6.1.2). */
export type GraphicType = 'POINT' | 'MULTIPOINT' | 'POLYLINE' | 'CIRCLE' | 'ELLIPSE';

/** Points in an image. @param points columns and rows from the image's corner: 0.5, 0.5 is the middle of the first pixel */
export function pointsItem(
  relationship: Relationship,
  name: Code,
  type: GraphicType,
  points: readonly (readonly [number, number])[],
  image: KeywordAttributes,
): KeywordAttributes {
  return item(relationship, 'SCOORD', name, {
    GraphicData: points.flat(),
    GraphicType: type,
    ContentSequence: [image],
  });
}

/** An image, or one frame of it. @param frame from 1; null for an image that has but one */
export function imageItem(
  relationship: Relationship,
  name: Code,
  image: { readonly sopClassUid: string; readonly sopInstanceUid: string },
  frame: number | null,
): KeywordAttributes {
  const reference = {
    ReferencedSOPClassUID: image.sopClassUid,
    ReferencedSOPInstanceUID: image.sopInstanceUid,
    ...(frame !== null && { ReferencedFrameNumber: frame }),
  };
  return item(relationship, 'IMAGE', name, { ReferencedSOPSequence: [reference] });
}
