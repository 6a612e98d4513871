// A structured report as people read it: its content tree as parts in reading order (PS3.3 C.17.2, C.17.3).
import type { DicomJson } from '../json/types.ts';
import { conceptIn, ofLines, oneLine, unitIn } from './coded.ts';
import { firstIn, itemsIn, numbersIn, textIn, textsIn } from './json-values.ts';
import {
  MAX_ALL_TEXT,
  MAX_FRAMES_NAMED,
  MAX_OBJECTS,
  MAX_OBSERVERS,
  MAX_PART_TEXT,
  MAX_PARTS,
  MAX_PROBLEMS,
} from './limits.ts';

/** Another object that a part is about; no frames: all of it. */
export interface NamedObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** From 1. */
  readonly frames: readonly number[];
}

/** How a part belongs to the one above it (PS3.3 table C.17.3.2-1). */
export type PartRelation =
  | 'contains'
  | 'observation'
  | 'acquisition'
  | 'modifier'
  | 'property'
  | 'inferred'
  | 'selected'
  | 'other';

/** What a part is; dates, times and names of persons stand in it as DICOM writes them. */
export type PartType =
  | 'container'
  | 'text'
  | 'number'
  | 'code'
  | 'date'
  | 'time'
  | 'datetime'
  | 'person'
  | 'uid'
  | 'image'
  | 'object'
  | 'waveform'
  | 'points'
  | 'moments'
  | 'table'
  | 'reference'
  | 'unknown';

/** A content item. */
export interface DocumentPart {
  /** 0 for what the document contains at its top. */
  readonly depth: number;
  readonly type: PartType;
  readonly relation: PartRelation;
  /** What its concept name means; '' when it has none. */
  readonly name: string;
  /** The concept name's code, `121070 (DCM)`. */
  readonly code: string;
  /** Its value. */
  readonly text: string;
  /** Of a number. */
  readonly unit: string;
  /** Whether it stands in one line with those beside it: its container is continuous text. */
  readonly flows: boolean;
  readonly objects: readonly NamedObject[];
}

/** Who verified a document, and when (DT as DICOM writes it). */
export interface Observer {
  readonly name: string;
  readonly organization: string;
  readonly at: string;
}

export interface StructuredReport {
  readonly title: string;
  /** Whether all is there that its author meant to say; '' where that is not said. */
  readonly completion: 'complete' | 'partial' | '';
  readonly verification: 'verified' | 'unverified' | '';
  readonly stage: 'preliminary' | 'final' | '';
  /** Content date and time, `YYYYMMDDHHMMSS` with what is there. */
  readonly written: string;
  readonly authors: readonly string[];
  readonly observers: readonly Observer[];
  /** SOP Instance UIDs of the documents that it follows. */
  readonly predecessors: readonly string[];
  readonly parts: readonly DocumentPart[];
  /** What could not be read, for people. */
  readonly problems: readonly string[];
}

/** Reads a report out of its attributes, which may be anything. Never throws. */
export function readStructuredReport(json: DicomJson): StructuredReport {
  const reader = new PartReader();
  reader.readBelow(json, 0);
  const title = conceptIn(json, '0040A043').name || oneLine(textIn(json, '0008103E'));
  return {
    title,
    completion: flag(textIn(json, '0040A491'), { COMPLETE: 'complete', PARTIAL: 'partial' }),
    verification: flag(textIn(json, '0040A493'), { VERIFIED: 'verified', UNVERIFIED: 'unverified' }),
    stage: flag(textIn(json, '0040A496'), { PRELIMINARY: 'preliminary', FINAL: 'final' }),
    written: oneLine(textIn(json, '00080023') + textIn(json, '00080033')).slice(0, 26),
    authors: authorsOf(json),
    observers: itemsIn(json, '0040A073')
      .slice(0, MAX_OBSERVERS)
      .map((item) => ({
        name: oneLine(textIn(item, '0040A075')),
        organization: oneLine(textIn(item, '0040A027')),
        at: oneLine(textIn(item, '0040A030')),
      })),
    predecessors: itemsIn(json, '0040A360')
      .flatMap((study) => itemsIn(study, '00081115'))
      .flatMap((series) => itemsIn(series, '00081199'))
      .slice(0, MAX_OBJECTS)
      .map((item) => oneLine(textIn(item, '00081155')))
      .filter(Boolean),
    parts: reader.parts,
    problems: reader.problems,
  };
}

function flag<Word extends string>(text: string, words: Record<string, Word>): Word | '' {
  return Object.hasOwn(words, text) ? (words[text] as Word) : '';
}

function authorsOf(json: DicomJson): string[] {
  const observers = itemsIn(json, '0040A078').slice(0, MAX_OBSERVERS);
  return observers.map((item) => oneLine(textIn(item, '0040A123'))).filter(Boolean);
}

const relations: Readonly<Record<string, PartRelation>> = {
  CONTAINS: 'contains',
  'HAS OBS CONTEXT': 'observation',
  'HAS ACQ CONTEXT': 'acquisition',
  'HAS CONCEPT MOD': 'modifier',
  'HAS PROPERTIES': 'property',
  'INFERRED FROM': 'inferred',
  'SELECTED FROM': 'selected',
};

class PartReader {
  readonly parts: DocumentPart[] = [];
  readonly problems: string[] = [];
  #characters = 0;

  /** The content items of an item, each followed by those below it. */
  readBelow(json: DicomJson, depth: number): void {
    const flows = textIn(json, '0040A050') === 'CONTINUOUS';
    for (const item of itemsIn(json, '0040A730')) {
      if (this.parts.length >= MAX_PARTS) {
        this.#complain(`Only the first ${MAX_PARTS} items of the report are shown.`);
        return;
      }
      if (this.#characters >= MAX_ALL_TEXT) {
        this.#complain('The rest of the report is left out: it is too long to be shown.');
        return;
      }
      this.#keep(this.#partOf(item, depth, flows));
      this.readBelow(item, depth + 1);
    }
  }

  #keep(part: DocumentPart): void {
    this.#characters += part.text.length + part.name.length;
    this.parts.push(part);
  }

  #complain(problem: string): void {
    if (this.problems.length < MAX_PROBLEMS && !this.problems.includes(problem)) this.problems.push(problem);
  }

  #partOf(item: DicomJson, depth: number, flows: boolean): DocumentPart {
    const { name, code } = conceptIn(item, '0040A043');
    const relation = Object.hasOwn(relations, textIn(item, '0040A010'))
      ? (relations[textIn(item, '0040A010')] as PartRelation)
      : 'other';
    const shared = { depth, relation, name, code, flows };
    const place = textsIn(item, '0040DB73').join('.');
    if (place) return { ...shared, type: 'reference', text: place.slice(0, 64), unit: '', objects: [] };
    const valueType = textIn(item, '0040A040');
    const read = Object.hasOwn(readers, valueType) ? readers[valueType] : undefined;
    if (!read) {
      this.#complain(
        `A content item${name && ` (${name})`} is of a kind that is not known: ${oneLine(valueType) || 'none is given'}.`,
      );
      return { ...shared, type: 'unknown', text: '', unit: '', objects: [] };
    }
    const { type, text = '', unit = '', objects = [] } = read(item);
    if (text.length > MAX_PART_TEXT) this.#complain(`A text${name && ` (${name})`} is cut: it is too long.`);
    return {
      ...shared,
      type,
      text: text.length > MAX_PART_TEXT ? text.slice(0, MAX_PART_TEXT).toWellFormed() : text,
      unit,
      objects,
    };
  }
}

interface Read {
  readonly type: PartType;
  readonly text?: string;
  readonly unit?: string;
  readonly objects?: readonly NamedObject[];
}

/** By value type (PS3.3 table C.17.3.2.1-1). */
const readers: Readonly<Record<string, (item: DicomJson) => Read>> = {
  CONTAINER: () => ({ type: 'container' }),
  TEXT: (item) => ({ type: 'text', text: ofLines(textIn(item, '0040A160')) }),
  NUM: numberOf,
  CODE: (item) => ({ type: 'code', text: conceptIn(item, '0040A168').name }),
  DATETIME: (item) => ({ type: 'datetime', text: oneLine(textIn(item, '0040A120')) }),
  DATE: (item) => ({ type: 'date', text: oneLine(textIn(item, '0040A121')) }),
  TIME: (item) => ({ type: 'time', text: oneLine(textIn(item, '0040A122')) }),
  PNAME: (item) => ({ type: 'person', text: oneLine(textIn(item, '0040A123')) }),
  UIDREF: (item) => ({ type: 'uid', text: oneLine(textIn(item, '0040A124')) }),
  IMAGE: (item) => ({ type: 'image', objects: objectsOf(item) }),
  COMPOSITE: (item) => ({ type: 'object', objects: objectsOf(item) }),
  WAVEFORM: (item) => ({ type: 'waveform', objects: objectsOf(item) }),
  SCOORD: (item) => ({ type: 'points', text: shapeOf(item) }),
  SCOORD3D: (item) => ({ type: 'points', text: shapeOf(item) }),
  TCOORD: (item) => ({ type: 'moments', text: oneLine(textIn(item, '0040A130')).toLowerCase() }),
  TABLE: () => ({ type: 'table' }),
};

function numberOf(item: DicomJson): Read {
  const measured = firstIn(item, '0040A300');
  const value = oneLine(textIn(measured, '0040A30A'));
  if (value === '') return { type: 'number', text: conceptIn(item, '0040A301').name };
  return { type: 'number', text: value, unit: unitIn(measured, '004008EA') };
}

/** `circle`, `polyline` with how many points (PS3.3 C.18.6, C.18.9). */
function shapeOf(item: DicomJson): string {
  return oneLine(textIn(item, '00700023')).toLowerCase();
}

function objectsOf(item: DicomJson): NamedObject[] {
  return itemsIn(item, '00081199')
    .slice(0, MAX_OBJECTS)
    .map((one) => ({
      sopClassUid: oneLine(textIn(one, '00081150')).slice(0, 64),
      sopInstanceUid: oneLine(textIn(one, '00081155')).slice(0, 64),
      frames: numbersIn(one, '00081160')
        .filter((frame) => Number.isSafeInteger(frame) && frame > 0)
        .slice(0, MAX_FRAMES_NAMED),
    }));
}
