// Makes a de-identified object of an object: PS3.15 annex E, Basic Application Level Confidentiality Profile and options.
import type { DataSet } from '../data-set.ts';
import { swapWords } from '../json/binary-vrs.ts';
import { effectiveVr, wordsOf } from '../json/effective-vr.ts';
import { elementBytes } from '../json/read-value.ts';
import { type DicomFile, readPart10 } from '../part10.ts';
import { Tag } from '../tags.ts';
import { EXPLICIT_LITTLE_UID, transferSyntax } from '../transfer-syntax.ts';
import { integer, type Values, valuesOf } from '../values.ts';
import { part10File } from '../writing/part10-writer.ts';
import { blankPixels, clearUnusedBits } from './blank-pixels.ts';
import { cleanSet, OUTERMOST } from './clean-set.ts';
import { asciiBytes } from './dummies.ts';
import { DeidentifyError } from './errors.ts';
import { Identity } from './identity.ts';
import { marks } from './marks.ts';
import { type DeidentifyOptions, methodCodes } from './options.ts';
import { type OutElement, type OutItem, writeElements } from './out-element.ts';
import { type PatientPseudonym, patientPseudonym } from './patient.ts';
import { type PixelPlan, type PixelRule, planPixels } from './pixel-rules.ts';
import { PROFILE_EDITION } from './profile-table.ts';
import { isStandardUid, Pseudonyms, type Secret } from './pseudonyms.ts';
import { type DeidentifyReport, type PixelReport, Tally } from './report.ts';

export interface DeidentifyInput {
  readonly secret: Secret;
  readonly options: DeidentifyOptions;
  /** For the Clean Pixel Data option. */
  readonly pixelRules: readonly PixelRule[];
  /** A file of compressed pixels as one in explicit little endian, for those that are to be cleaned. */
  readonly decompress: (file: DicomFile) => Promise<Uint8Array>;
}

export interface Deidentified {
  /** A Part 10 file: explicit little endian, or, of compressed pixels that were not cleaned, as they were. */
  readonly file: Uint8Array;
  readonly report: DeidentifyReport;
}

/**
 * The same file, options and secret always give the same bytes; UIDs, patients and accession numbers are replaced alike in
 * all files, so that references hold.
 * @throws DicomError for what cannot be read, DeidentifyError for what cannot be made clean
 */
export async function deidentify(bytes: Uint8Array, input: DeidentifyInput): Promise<Deidentified> {
  let file = readPart10(bytes);
  const { options, pixelRules } = input;
  const plan: PixelPlan =
    options.cleanPixelData && pixelElement(file.dataSet)
      ? planPixels(file.dataSet, pixelRules)
      : { how: 'untouched' };
  if (isCompressed(file) && (plan.how !== 'untouched' || hidesOverlays(valuesOf(file.dataSet)))) {
    file = await decompressed(file, input.decompress);
  }
  return rewrite(file, plan, input);
}

async function decompressed(file: DicomFile, decompress: DeidentifyInput['decompress']): Promise<DicomFile> {
  let native: DicomFile;
  try {
    native = readPart10(await decompress(file));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeidentifyError(
      'unclean-pixels',
      `The pixels have to be cleaned and cannot be decoded: ${why}`,
      cause,
    );
  }
  if (!isCompressed(native)) return native;
  throw new DeidentifyError('unclean-pixels', 'The pixels have to be cleaned and cannot be decoded.');
}

function rewrite(file: DicomFile, plan: PixelPlan, { secret, options }: DeidentifyInput): Deidentified {
  const set = file.dataSet;
  const values = valuesOf(set);
  const pseudonyms = new Pseudonyms(secret);
  const tally = new Tally();
  const patient = patientPseudonym(values, file.attributes.study.uid, pseudonyms);
  const identity = Identity.of(set, options);
  const isReport = set.elements.has(VERIFICATION_FLAG) || file.attributes.series.modality === 'KO';
  const cleaned = cleanSet(
    set,
    { options, pseudonyms, patient, identity, tally, isReport },
    'profile',
    OUTERMOST,
    (tag) => leftOut.has(tag),
  );
  const { element: pixels, report: pixelReport } = pixelsOf(set, values, plan);
  const said = [...named(patient), ...marks(options, pixels !== null)];
  const ours = new Set(said.map(({ tag }) => tag));
  const all = withDocumentLength([
    ...cleaned.filter(({ tag }) => !ours.has(tag)),
    ...said,
    ...extraTables(set),
  ]);
  if (pixels) all.push(pixels);
  const uid = (original: string) =>
    options.retainUids || isStandardUid(original) ? original : pseudonyms.uid(original);
  const { instance, series, study } = file.attributes;
  const sopInstanceUid = uid(instance.uid);
  const transferSyntaxUid = isCompressed(file) ? file.transferSyntaxUid : EXPLICIT_LITTLE_UID;
  return {
    file: part10File(
      { sopClassUid: instance.sopClassUid, sopInstanceUid, transferSyntaxUid },
      writeElements(all),
    ),
    report: {
      profile: PROFILE_EDITION,
      methods: methodCodes(options).map(({ value }) => value),
      sopInstanceUid,
      seriesInstanceUid: uid(series.uid),
      studyInstanceUid: uid(study.uid),
      attributes: tally.attributes(),
      pixels: pixelReport,
    },
  };
}

/** Every object names its patient (both of type 2, PS3.3 C.7.1.1), also one that did not. */
function named({ id, name }: PatientPseudonym): OutElement[] {
  return [
    { tag: Tag.PatientName, vr: 'PN', value: asciiBytes(name) },
    { tag: Tag.PatientID, vr: 'LO', value: asciiBytes(id) },
  ];
}

const pixelTags = [Tag.PixelData, Tag.FloatPixelData, Tag.DoubleFloatPixelData];
/** Which lie beside the pixels and only mean something with them. */
const offsetTables = [Tag.ExtendedOffsetTable, Tag.ExtendedOffsetTableLengths];
const leftOut: ReadonlySet<number> = new Set<number>([...pixelTags, ...offsetTables]);

function pixelElement(set: DataSet) {
  for (const tag of pixelTags) {
    const element = set.elements.get(tag);
    if (element) return element;
  }
  return null;
}

function isCompressed(file: DicomFile): boolean {
  const { pixels } = transferSyntax(file.transferSyntaxUid);
  return pixels !== 'native' && pixels !== 'deflated';
}

/** The pixels as they are to be written: untouched ones are not copied. */
function pixelsOf(
  set: DataSet,
  values: Values,
  plan: PixelPlan,
): { element: OutElement | null; report: PixelReport } {
  const untouched: PixelReport = { outcome: 'untouched' };
  const element = pixelElement(set);
  if (!element) return { element: null, report: untouched };
  const { tag } = element;
  const bytes = elementBytes(set, element);
  if (element.lengthIs === 'undefined') {
    return { element: { tag, vr: 'OB', value: { fragments: bytes } }, report: untouched };
  }
  const vr =
    tag === Tag.PixelData
      ? effectiveVr(element, wordsOf(set, 'US'))
      : tag === Tag.FloatPixelData
        ? 'OF'
        : 'OD';
  let value = bytes;
  if (set.encoding.endian === 'big')
    value = swapWords(bytes, swapSize(vr, integer(values, Tag.BitsAllocated) ?? 8));
  const hides = tag === Tag.PixelData && hidesOverlays(values);
  if (value === bytes && (hides || plan.how !== 'untouched')) value = bytes.slice();
  if (hides) clearUnusedBits(value, values);
  const made: OutElement = { tag, vr, value };
  if (plan.how === 'untouched') return { element: made, report: untouched };
  const blanked = blankPixels(value, values, plan);
  return { element: made, report: { outcome: 'blanked', rule: plan.rule, blanked } };
}

function swapSize(vr: string, bitsAllocated: number): number {
  if (vr === 'OB') return 1;
  return Math.max(2, bitsAllocated / 8);
}

/** Whether a plane of overlay lies in the bits of the pixels (retired, PS3.3 C.9.2). */
function hidesOverlays(values: Values): boolean {
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const position = group * 0x10000 + 0x0102;
    if (values.set.elements.has(position) && !values.set.elements.has(group * 0x10000 + 0x3000)) return true;
  }
  return false;
}

/** Offset tables of fragments that stay as they are. */
function extraTables(set: DataSet): OutElement[] {
  const tables = offsetTables.map((tag) => set.elements.get(tag)).filter((element) => element !== undefined);
  return tables.map((element) => ({ tag: element.tag, vr: 'OV', value: elementBytes(set, element) }));
}

const VERIFICATION_FLAG = 0x0040a493;
const DOCUMENT = 0x00420011;
const DOCUMENT_LENGTH = 0x00420015;

/** The length of a document that is another one now. */
function withDocumentLength(elements: OutItem): OutItem {
  const document = elements.find(({ tag }) => tag === DOCUMENT);
  if (!(document?.value instanceof Uint8Array)) return elements;
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, document.value.length, true);
  return elements.map((element) =>
    element.tag === DOCUMENT_LENGTH ? { ...element, value: new Uint8Array(length.buffer) } : element,
  );
}
