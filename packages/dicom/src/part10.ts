// Reads a DICOM file: Part 10 with or without its preamble, or a bare data set (PS3.10 section 7).
import { constants, inflateRawSync } from 'node:zlib';
import { type InstanceAttributes, readAttributes, readUids } from './attributes.ts';
import { type DataSet, readDataSet, readFileMeta } from './data-set.ts';
import { DicomError } from './errors.ts';
import { type PixelSource, readPixelSource } from './image/pixel-source.ts';
import { MAX_FILE, MAX_INFLATED } from './limits.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { Tag } from './tags.ts';
import {
  type Encoding,
  EXPLICIT_BIG,
  EXPLICIT_BIG_UID,
  EXPLICIT_LITTLE,
  EXPLICIT_LITTLE_UID,
  IMPLICIT_LITTLE,
  IMPLICIT_LITTLE_UID,
  type TransferSyntax,
  transferSyntax,
} from './transfer-syntax.ts';
import { code, uid, valuesOf } from './values.ts';
import { writtenVr } from './written-vr.ts';

export interface DicomFile {
  /** The file as it came. */
  readonly bytes: Uint8Array;
  /** As the file says, or, where it says nothing, as its first elements look. */
  readonly transferSyntaxUid: string;
  readonly attributes: InstanceAttributes;
  /** All of its elements behind the file meta information. */
  readonly dataSet: DataSet;
  /** Where its pixels are, if it has any, and what they are. */
  readonly source: PixelSource;
  /** Native pixels that can be read as they are; null when there are none, or others. */
  readonly pixels: PixelLayout | null;
}

const PREAMBLE = 128;
const DIRECTORY_CLASS = '1.2.840.10008.1.3.10';

/**
 * Reads a file whole: structure, attributes, and where the pixels are. No pixel is touched and nothing is copied.
 * @throws DicomError whose message says why the file is refused, in which element and at which byte
 */
export function readPart10(file: Uint8Array): DicomFile {
  const bytes = plain(file);
  if (bytes.length > MAX_FILE) {
    throw new DicomError('too-large', `a file of ${bytes.length} bytes is above the limit of ${MAX_FILE}`);
  }
  const start = findStart(bytes);
  const { meta, end } = readFileMeta(bytes, start);
  const metaValues = valuesOf(meta);
  if (uid(metaValues, Tag.MediaStorageSOPClassUID) === DIRECTORY_CLASS) throw directory();
  const syntax = effectiveSyntax(uid(metaValues, Tag.TransferSyntaxUID), bytes, end);
  const set = openDataSet(bytes, end, syntax);
  if (set.elements.has(Tag.DirectoryRecordSequence)) throw directory();
  const values = valuesOf(set);
  const uids = readUids(values);
  const source = readPixelSource(values, syntax);
  const pixels = source.kind === 'native' ? source.layout : null;
  const photometric = pixels?.photometric ?? code(values, Tag.PhotometricInterpretation);
  const attributes = readAttributes(values, uids, framesIn(source), photometric);
  return { bytes, transferSyntaxUid: syntax.uid, attributes, dataSet: set, source, pixels };
}

function framesIn(source: PixelSource): number {
  if (source.kind === 'native') return source.layout.frames;
  return source.kind === 'encapsulated' || source.kind === 'wide' ? source.pixels.frames : 0;
}

/** Buffers share memory where arrays copy; from here on all are arrays. */
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);

function directory(): DicomError {
  return new DicomError(
    'directory',
    'refused: a DICOMDIR lists other files and holds no object; import the files it lists',
  );
}

/** The offset of the first element, behind the preamble if there is one. */
function findStart(bytes: Uint8Array): number {
  if (bytes.length === 0) throw new DicomError('not-dicom', 'the file is empty');
  for (const at of [PREAMBLE, 0]) {
    if (isMagic(bytes, at)) {
      if (bytes.length < at + 12) {
        throw new DicomError('truncated', 'the file ends after the DICM prefix', { offset: bytes.length });
      }
      return at + 4;
    }
  }
  if (bytes.length < 8 || (looksLike(bytes, 0) === null && u16(bytes, 0) !== 2)) {
    throw new DicomError(
      'not-dicom',
      'not a DICOM file: no DICM prefix, and it does not begin like a data set',
    );
  }
  return 0;
}

const isMagic = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d;

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

/** The encoding that the first element of a data set shows, or null when it can be none. */
function looksLike(bytes: Uint8Array, at: number): Encoding | null {
  if (bytes.length - at < 8) return null;
  const little = u16(bytes, at);
  const big = ((little & 0xff) << 8) | (little >> 8);
  const explicit = writtenVr(bytes, at + 4) !== undefined;
  if (isFirstGroup(little)) {
    if (explicit) return EXPLICIT_LITTLE;
    const length = u16(bytes, at + 4) + u16(bytes, at + 6) * 65_536;
    if (length <= bytes.length - at - 8 || length === 0xffffffff) return IMPLICIT_LITTLE;
  }
  return isFirstGroup(big) && explicit ? EXPLICIT_BIG : null;
}

/** Data sets begin with identification; objects of few groups with what they have, none above the image group. */
const isFirstGroup = (group: number): boolean => group >= 0x0004 && group <= 0x0028;

/** The stated transfer syntax, unless there is none or the data set is plainly written in another of the native ones. */
function effectiveSyntax(stated: string, bytes: Uint8Array, at: number): TransferSyntax {
  const seen = looksLike(bytes, at);
  if (stated === '') return transferSyntax(uidOf(seen ?? IMPLICIT_LITTLE));
  const syntax = transferSyntax(stated);
  if (syntax.pixels === 'deflated' || seen === null) return syntax;
  const { vr, endian } = syntax.encoding;
  return seen.vr === vr && seen.endian === endian ? syntax : { ...syntax, encoding: seen };
}

function uidOf(encoding: Encoding): string {
  if (encoding.vr === 'implicit') return IMPLICIT_LITTLE_UID;
  return encoding.endian === 'little' ? EXPLICIT_LITTLE_UID : EXPLICIT_BIG_UID;
}

function openDataSet(bytes: Uint8Array, at: number, syntax: TransferSyntax): DataSet {
  if (syntax.pixels !== 'deflated') return readDataSet(bytes, at, syntax.encoding);
  return readDataSet(inflate(bytes.subarray(at), at), 0, syntax.encoding);
}

function inflate(deflated: Uint8Array, offset: number): Uint8Array {
  try {
    return plain(
      inflateRawSync(deflated, { maxOutputLength: MAX_INFLATED, finishFlush: constants.Z_FINISH }),
    );
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (reason === 'ERR_BUFFER_TOO_LARGE') {
      const limit = `${MAX_INFLATED / 2 ** 20} MiB`;
      throw new DicomError('too-large', `the deflated data set inflates to more than ${limit}`, {
        offset,
        cause,
      });
    }
    if (reason === 'Z_BUF_ERROR') {
      throw new DicomError('truncated', 'the file ends inside the deflated data set', { offset, cause });
    }
    throw new DicomError('malformed', 'the deflated data set cannot be inflated', { offset, cause });
  }
}
