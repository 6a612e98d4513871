// Finds stored instances of a study and reads their data sets, a bounded number of them.
import { toDicomJson } from '@strata/dicom/json/read-json';
import type { DicomJson } from '@strata/dicom/json/types';
import { readPart10 } from '@strata/dicom/part10';
import { numberOf, textOf } from '@strata/dicom/saved/reading';
import type { Metadata } from '@strata/metadata/metadata';
import type { Admission } from '../gateway/admission.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { ReferencedInstance } from './saved-kind.ts';

export interface SavedParts {
  readonly gateway: Gateway;
  readonly metadata: Metadata;
  /** What all requests together may hold in memory. */
  readonly admission: Admission;
}

/** The largest object whose data set is read, in bytes without its pixels: structured reports stay far below. */
const MAX_OBJECT = 32 * 2 ** 20;
/** Text of data sets may be as long as the object. */
const MAX_INLINE = MAX_OBJECT;
const MAX_PAGE = 1000;

const STUDY = '0020000D';
const SERIES = '0020000E';
const INSTANCE = '00080018';
const CLASS = '00080016';
const FRAMES = '00280008';
const uids = (...values: string[]) => ({ vr: 'UI', Value: values });

/** Instances of a study of some SOP classes, the newest first. @returns at most so many, and whether there are more */
export async function instancesOfClasses(
  parts: SavedParts,
  studyUid: string,
  sopClassUids: readonly string[],
  most: number,
): Promise<{ found: ReferencedInstance[]; more: boolean }> {
  const found = await matches(parts, { [STUDY]: uids(studyUid), [CLASS]: uids(...sopClassUids) }, most + 1);
  return { found: found.slice(0, most), more: found.length > most };
}

/** Those of the named instances that a study has. */
export async function instancesNamed(
  parts: SavedParts,
  studyUid: string,
  sopInstanceUids: readonly string[],
): Promise<ReferencedInstance[]> {
  if (sopInstanceUids.length === 0) return [];
  const keys = { [STUDY]: uids(studyUid), [INSTANCE]: uids(...sopInstanceUids) };
  return matches(parts, keys, sopInstanceUids.length);
}

/** The SOP Instance UID of some instance of a study; undefined when there is none. */
export async function anyInstanceOf(parts: SavedParts, studyUid: string): Promise<string | undefined> {
  const [first] = await matches(parts, { [STUDY]: uids(studyUid) }, 1);
  return first?.sopInstanceUid;
}

/** How many instances a series has. */
export async function countOfSeries(
  { metadata }: SavedParts,
  studyUid: string,
  seriesUid: string,
): Promise<number> {
  const keys = { [STUDY]: uids(studyUid), [SERIES]: uids(seriesUid) };
  const { total } = await metadata.query({ level: 'instance', keys, include: [], limit: 1, count: true });
  return total ?? 0;
}

async function matches(
  { metadata }: SavedParts,
  keys: DicomJson,
  most: number,
): Promise<ReferencedInstance[]> {
  const found: ReferencedInstance[] = [];
  for (let after: string | null | undefined; after !== null && found.length < most; ) {
    const page = await metadata.query({
      ...{
        level: 'instance',
        keys,
        include: [CLASS, FRAMES],
        limit: Math.min(MAX_PAGE, most - found.length),
      },
      ...(after !== undefined && { after }),
    });
    found.push(...page.matches.map(referencedBy));
    after = page.next;
  }
  return found;
}

function referencedBy(match: DicomJson): ReferencedInstance {
  return {
    studyUid: textOf(match, 'StudyInstanceUID'),
    seriesUid: textOf(match, 'SeriesInstanceUID'),
    sopInstanceUid: textOf(match, 'SOPInstanceUID'),
    sopClassUid: textOf(match, 'SOPClassUID'),
    frames: numberOf(match, 'NumberOfFrames') ?? 1,
  };
}

/**
 * The data set of a stored instance, without its pixels.
 * @returns null when it is gone
 * @throws what reading blobs throws; Error for an object that is too large
 */
export async function dataSetOf(
  { gateway, metadata, admission }: SavedParts,
  sopInstanceUid: string,
): Promise<DicomJson | null> {
  const record = await metadata.instance(sopInstanceUid);
  if (!record) return null;
  const bytes = record.objectBlob.length;
  const leave = await admission.enter(bytes);
  try {
    const { dataSet } = readPart10(await gateway.dataSet(record));
    if (dataSet.bytes.length > MAX_OBJECT) {
      throw new Error(`it has ${Math.ceil(dataSet.bytes.length / 2 ** 20)} MiB, more than are read`);
    }
    return toDicomJson(dataSet, { maxInline: MAX_INLINE });
  } finally {
    leave();
  }
}
