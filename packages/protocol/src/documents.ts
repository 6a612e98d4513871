// What a server tells over HTTP of an object without an image: its report as parts to read, and the file inside it.
import { flag, integer, list, nullable, object, oneOf, text } from './checks.ts';
import { count, words } from './fields.ts';

/** Content items of a report, characters of one text, other objects that an item names, and their frames. */
const MAX_PARTS = 10_000;
const MAX_PART_TEXT = 32_768;
const MAX_OBJECTS = 64;
const MAX_FRAMES_NAMED = 1024;
const MAX_DEPTH = 64;

const namedObject = object({
  sopClassUid: words,
  sopInstanceUid: words,
  /** From 1; none: all of the object. */
  frames: list(integer(1, 0xffff_ffff), MAX_FRAMES_NAMED),
});

const part = object({
  /** 0 for what the document contains at its top. */
  depth: integer(0, MAX_DEPTH),
  /** Dates, times and names of persons stand in it as DICOM writes them. */
  type: oneOf(
    'container',
    'text',
    'number',
    'code',
    'date',
    'time',
    'datetime',
    'person',
    'uid',
    'image',
    'object',
    'waveform',
    'points',
    'moments',
    'table',
    'reference',
    'unknown',
  ),
  /** How it belongs to the part above it. */
  relation: oneOf(
    'contains',
    'observation',
    'acquisition',
    'modifier',
    'property',
    'inferred',
    'selected',
    'other',
  ),
  /** What its concept name means, and that concept's code: `121070 (DCM)`. */
  name: words,
  code: words,
  text: text(MAX_PART_TEXT),
  unit: words,
  /** Whether it stands in one line with those beside it. */
  flows: flag,
  objects: list(namedObject, MAX_OBJECTS),
});

const report = object({
  title: words,
  completion: oneOf('complete', 'partial', ''),
  verification: oneOf('verified', 'unverified', ''),
  stage: oneOf('preliminary', 'final', ''),
  /** Date and time, `YYYYMMDDHHMMSS` with what is there. */
  written: words,
  authors: list(words, 64),
  observers: list(object({ name: words, organization: words, at: words }), 64),
  /** SOP Instance UIDs of the documents that it follows. */
  predecessors: list(words, 64),
  parts: list(part, MAX_PARTS),
  /** What could not be read, for people. */
  problems: list(words, 64),
});

const file = object({ title: words, kind: oneOf('pdf', 'xml', 'other'), mimeType: words, length: count });

/** Checks an answer; fields that are not known are dropped. @throws ProtocolError when it is none */
export const checkDocument = object({ report: nullable(report), file: nullable(file) });

export type DocumentAnswer = ReturnType<typeof checkDocument>;
export type ReportAnswer = ReturnType<typeof report>;
export type DocumentPart = ReturnType<typeof part>;
export type NamedObject = ReturnType<typeof namedObject>;
