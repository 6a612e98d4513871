// Makes a DICOM object of what somebody saves, and stores it through the gateway.
import { DicomError } from '@strata/dicom/errors';
import type { DicomJson } from '@strata/dicom/json/types';
import { dateAndTime, momentText, objectFile } from '@strata/dicom/saved/derived-object';
import { newUid, seriesUidOf } from '@strata/dicom/saved/uid';
import { type SavedReceipt, type SavedRequest, uidOfRequest } from '@strata/protocol/saved';
import { VERSION } from '../config/version.ts';
import { statusOf } from '../gateway/outcome.ts';
import { notStored } from '../http/gateway-routes.ts';
import { HttpError } from '../http/http-error.ts';
import { anyInstanceOf, countOfSeries, dataSetOf, instancesNamed, type SavedParts } from './find-saved.ts';
import type { ReferencedInstance, SavedKind } from './saved-kind.ts';

export interface SavingParts extends SavedParts {
  readonly serverId: string;
}

/** A version as it is to be stored. */
export interface NewVersion {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly receipt: SavedReceipt;
}

/**
 * Work that is to be saved with a study, as an object.
 * @throws HttpError for a study, an image or a version that is not there, and for what cannot be said
 */
export async function makeVersion<Content>(
  parts: SavingParts,
  kind: SavedKind<Content>,
  studyUid: string,
  { id, author, predecessors, content }: SavedRequest<Content>,
): Promise<NewVersion> {
  const referenced = await allOf(parts, studyUid, kind.references(content), 'image');
  const versions = await allOf(parts, studyUid, predecessors, 'earlier version');
  const seriesUid = seriesUidOf(studyUid, kind.name);
  const at = new Date();
  const sopInstanceUid = id === undefined ? newUid() : uidOfRequest(id);
  const head = {
    ...{ sopClassUid: kind.makes, sopInstanceUid, seriesUid, modality: kind.modality, at },
    ...{ seriesNumber: kind.seriesNumber, seriesDescription: kind.seriesDescription },
    instanceNumber: (await countOfSeries(parts, studyUid, seriesUid)) + 1,
    device: { serial: parts.serverId, version: VERSION },
  };
  const source = await sourceOf(parts, studyUid, referenced);
  const order = { content, author, head, source, referenced, predecessors: [...versions.values()] };
  const file = written(kind.make(order));
  const { date, time } = dateAndTime(at);
  return { file, receipt: { sopInstanceUid, seriesInstanceUid: seriesUid, at: momentText(date, time) } };
}

/** The instances that are named, each of which must be there. */
async function allOf(
  parts: SavingParts,
  studyUid: string,
  uids: readonly string[],
  what: string,
): Promise<ReadonlyMap<string, ReferencedInstance>> {
  const wanted = [...new Set(uids)];
  const found = new Map(
    (await instancesNamed(parts, studyUid, wanted)).map((one) => [one.sopInstanceUid, one]),
  );
  const missing = wanted.find((uid) => !found.has(uid));
  if (missing !== undefined) {
    throw new HttpError(409, 'not-in-study', `The study has no ${what} ${missing.slice(0, 64)}.`);
  }
  return found;
}

/** Who the patient is and what the study is called, as an instance says it. */
async function sourceOf(
  parts: SavingParts,
  studyUid: string,
  referenced: ReadonlyMap<string, ReferencedInstance>,
): Promise<DicomJson> {
  const uid = referenced.keys().next().value ?? (await anyInstanceOf(parts, studyUid));
  const source = uid === undefined ? null : await dataSetOf(parts, uid);
  if (!source) throw notStored('study', studyUid);
  return source;
}

function written(object: DicomJson): Uint8Array<ArrayBuffer> {
  try {
    return objectFile(object);
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    throw new HttpError(422, 'cannot-be-written', `It cannot be said in a DICOM object: ${error.message}`);
  }
}

/**
 * Stores a version.
 * @returns when it is as durable as one that was received
 * @throws HttpError for what the gateway refuses; `conflict` where another object has its UID
 */
export async function storeVersion({ gateway, admission }: SavingParts, { file }: NewVersion): Promise<void> {
  const leave = await admission.enter(file.length);
  try {
    const { outcome, code = '', reason = '' } = await gateway.ingest(file, { kind: 'saved' });
    if (outcome === 'refused') throw new HttpError(statusOf(code), code, reason);
  } finally {
    leave();
  }
}
