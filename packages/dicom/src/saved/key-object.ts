// Key Object Selection Documents (PS3.3 A.35.4, PS3.16 TID 2010): images that somebody marked, made and read.
import type { DicomJson } from '../json/types.ts';
import type { KeywordAttributes } from './attributes.ts';
import { type Code, code, codeItem, readCode, sameCode } from './codes.ts';
import { type DerivedHead, dateAndTime, derivedObject } from './derived-object.ts';
import { evidenceItems, personObserver, type StoredReference, sopReference } from './evidence.ts';
import { items, numbersOf, textOf } from './reading.ts';
import { authorOf, contentMoment, predecessorsOf } from './sr-document.ts';

export const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';

/** An image that is marked. */
export interface MarkedImage {
  readonly sopInstanceUid: string;
  /** Numbers from 1; none for the whole image. */
  readonly frames: readonly number[];
}

/** What a selection says. */
export interface KeyObjectSelection {
  /** Of PS3.16 CID 7010. */
  readonly title: Code;
  readonly description: string;
  readonly images: readonly MarkedImage[];
}

export interface KeyObjectOrder {
  readonly source: DicomJson;
  readonly head: DerivedHead;
  readonly author: string;
  /** By SOP Instance UID: every image of the selection. */
  readonly referenced: ReadonlyMap<string, StoredReference>;
  readonly predecessors: readonly StoredReference[];
}

const description = code('113012', 'DCM', 'Key Object Description');

/** Marks of a selection, and content items that are walked through, at most. */
const MOST_IMAGES = 2000;
const MOST_FRAMES = 1000;
const MOST_ITEMS = 20_000;
const MOST_DEPTH = 8;
const MOST_TEXT = 1024;

/**
 * The document. One that takes all marks away refers to what it follows on: a selection must refer to something.
 * Versions are linked by the Predecessor Documents Sequence, which this kind of document may have as an extension.
 */
export function keyObjectOf(selection: KeyObjectSelection, order: KeyObjectOrder): DicomJson {
  const { head, author, referenced, predecessors } = order;
  const { date, time } = dateAndTime(head.at);
  const images = selection.images.flatMap(({ sopInstanceUid, frames }) => {
    const reference = referenced.get(sopInstanceUid);
    return reference ? [{ reference, frames }] : [];
  });
  const said = images.length > 0 ? images.map(({ reference }) => reference) : predecessors;
  return derivedObject(order.source, head, {
    ContentDate: date,
    ContentTime: time,
    ReferencedPerformedProcedureStepSequence: null,
    CurrentRequestedProcedureEvidenceSequence: evidenceItems(said),
    PredecessorDocumentsSequence: predecessors.length > 0 ? evidenceItems(predecessors) : undefined,
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [codeItem(selection.title)],
    ContinuityOfContent: 'SEPARATE',
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: '2010' }],
    ContentSequence: [
      ...personObserver(author),
      ...descriptionItems(selection.description),
      ...images.map(({ reference, frames }) => imageItem(reference, frames)),
      ...(images.length > 0 ? [] : predecessors.map(compositeItem)),
    ],
  });
}

function descriptionItems(said: string): KeywordAttributes[] {
  if (said.trim() === '') return [];
  return [
    {
      RelationshipType: 'CONTAINS',
      ValueType: 'TEXT',
      ConceptNameCodeSequence: [codeItem(description)],
      TextValue: said,
    },
  ];
}

function imageItem(reference: StoredReference, frames: readonly number[]): KeywordAttributes {
  const ReferencedFrameNumber = frames.length > 0 ? [...frames] : undefined;
  return {
    RelationshipType: 'CONTAINS',
    ValueType: 'IMAGE',
    ReferencedSOPSequence: [{ ...sopReference(reference), ReferencedFrameNumber }],
  };
}

function compositeItem(reference: StoredReference): KeywordAttributes {
  return {
    RelationshipType: 'CONTAINS',
    ValueType: 'COMPOSITE',
    ReferencedSOPSequence: [sopReference(reference)],
  };
}

/** What a stored document says; null when it is none. Never throws for what is inside it. */
export function readKeyObject(object: DicomJson) {
  if (textOf(object, 'SOPClassUID') !== KEY_OBJECT_SELECTION) return null;
  const found: Found = { images: new Map(), others: 0, description: '', items: 0 };
  walk(object, found, 0);
  const title = readCode(object, 'ConceptNameCodeSequence') ?? code('', '', '');
  const images = [...found.images].map(([sopInstanceUid, frames]) => ({
    sopInstanceUid,
    frames: [...frames],
  }));
  return {
    content: { title: cut(title), description: found.description, images: images.slice(0, MOST_IMAGES) },
    author: authorOf(object),
    at: contentMoment(object),
    title: title.meaning,
    predecessors: predecessorsOf(object),
    unread: [
      ...(found.others > 0 && predecessorsOf(object).length === 0 ? [notImages(found.others)] : []),
      ...(images.length > MOST_IMAGES ? [`only the first ${MOST_IMAGES} of ${images.length} images`] : []),
      ...(found.items > MOST_ITEMS ? [`only the first ${MOST_ITEMS} content items`] : []),
    ],
  };
}

const notImages = (count: number): string =>
  `${count} of the marked objects ${count === 1 ? 'is no image' : 'are no images'}`;

const cut = ({ value, scheme, meaning }: Code): Code =>
  code(value.slice(0, 64), scheme.slice(0, 16), meaning.slice(0, 64));

interface Found {
  readonly images: Map<string, Set<number>>;
  others: number;
  description: string;
  items: number;
}

function walk(container: DicomJson, found: Found, depth: number): void {
  if (depth > MOST_DEPTH) return;
  for (const item of items(container, 'ContentSequence')) {
    if (++found.items > MOST_ITEMS) return;
    const kind = textOf(item, 'ValueType');
    const name = readCode(item, 'ConceptNameCodeSequence');
    if (kind === 'IMAGE') addImages(item, found.images);
    else if (kind === 'COMPOSITE' || kind === 'WAVEFORM') found.others++;
    else if (kind === 'TEXT' && sameCode(name, description)) {
      found.description ||= textOf(item, 'TextValue').slice(0, MOST_TEXT);
    }
    walk(item, found, depth + 1);
  }
}

/** An image that is named as a whole is marked as a whole, whatever frames are named beside. */
function addImages(item: DicomJson, images: Found['images']): void {
  for (const reference of items(item, 'ReferencedSOPSequence')) {
    const uid = textOf(reference, 'ReferencedSOPInstanceUID');
    if (!/^[0-9A-Za-z._-]{1,64}$/.test(uid)) continue;
    const frames = numbersOf(reference, 'ReferencedFrameNumber').filter(isFrame);
    const known = images.get(uid);
    if (!known || frames.length === 0) images.set(uid, new Set(frames.slice(0, MOST_FRAMES)));
    else if (known.size > 0) for (const frame of frames) if (known.size < MOST_FRAMES) known.add(frame);
  }
}

const isFrame = (frame: number): boolean => Number.isInteger(frame) && frame >= 1 && frame < 2 ** 31;
