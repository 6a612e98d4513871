// What people read of an object without an image: a structured report, the file inside it, or that it is neither.
import type { DataSet } from '../data-set.ts';
import { wordSizes } from '../json/binary-vrs.ts';
import { toDicomJson } from '../json/read-json.ts';
import { type EncapsulatedFile, encapsulatedFile } from './encapsulated-document.ts';
import { readStructuredReport, type StructuredReport } from './structured-report.ts';

const CONTENT_SEQUENCE = 0x0040a730;
const VALUE_TYPE = 0x0040a040;

export interface ReadableDocument {
  /** Its content tree, where it has one. */
  readonly report: StructuredReport | null;
  /** The file inside it, where it has one. */
  readonly file: EncapsulatedFile | null;
}

/** Reads the object. Never throws for what is inside it. */
export function readDocument(set: DataSet): ReadableDocument {
  const hasContent = set.elements.has(CONTENT_SEQUENCE) || set.elements.has(VALUE_TYPE);
  const json = () =>
    toDicomJson(set, { maxInline: 2 ** 24, leaveOut: (_, vr) => wordSizes[vr] !== undefined });
  return { report: hasContent ? readStructuredReport(json()) : null, file: encapsulatedFile(set) };
}
