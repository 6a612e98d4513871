// A file inside an object: a PDF, a CDA document, a model to be printed (PS3.3 C.24.2).
import type { DataSet } from '../data-set.ts';
import { toDicomJson } from '../json/read-json.ts';
import { valueBytes } from '../values.ts';
import { conceptIn, oneLine } from './coded.ts';
import { textIn } from './json-values.ts';

const ENCAPSULATED_DOCUMENT = 0x00420011;

/** What is known of the file inside an object. */
export interface EncapsulatedFile {
  readonly title: string;
  /** What its bytes are, not what the object says: only what begins as a PDF is one. */
  readonly kind: 'pdf' | 'xml' | 'other';
  /** As the object says it, `application/pdf`; '' when it says nothing that is one. */
  readonly mimeType: string;
  /** Bytes. */
  readonly length: number;
}

/** The file of an object, or null when it has none. */
export function encapsulatedFile(set: DataSet): EncapsulatedFile | null {
  const bytes = encapsulatedBytes(set);
  if (bytes.length === 0) return null;
  const json = toDicomJson(set, { maxInline: 1024, leaveOut: (tag) => tag === ENCAPSULATED_DOCUMENT });
  const mimeType = oneLine(textIn(json, '00420012')).toLowerCase();
  return {
    title: oneLine(textIn(json, '00420010')) || conceptIn(json, '0040A043').name,
    kind: kindOf(bytes),
    mimeType: /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(mimeType) ? mimeType : '',
    length: bytes.length,
  };
}

/** Its bytes, without the one that makes their number even where the object says so (PS3.3 C.24.2). */
export function encapsulatedBytes(set: DataSet): Uint8Array {
  const bytes = valueBytes(set, ENCAPSULATED_DOCUMENT);
  const said = valueBytes(set, 0x00420015);
  if (said.length !== 4) return bytes;
  const little = set.encoding.endian === 'little';
  const length = new DataView(said.buffer, said.byteOffset, 4).getUint32(0, little);
  return length === bytes.length - 1 ? bytes.subarray(0, length) : bytes;
}

function kindOf(bytes: Uint8Array): EncapsulatedFile['kind'] {
  // Readers of PDF look for its mark in the first 1024 bytes (ISO 32000-1 annex H.3.4.1).
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(1024, bytes.length)).toString('latin1');
  if (head.includes('%PDF-')) return 'pdf';
  return /^(\u00ef\u00bb\u00bf)?\s*<(\?xml|ClinicalDocument|[\w-]+:ClinicalDocument)[\s>]/.test(head)
    ? 'xml'
    : 'other';
}
