// Whether a request was saved before: its answer was lost, and it is sent again under the same id.
import { isDeepStrictEqual } from 'node:util';
import { toDicomJson } from '@strata/dicom/json/read-json';
import { readPart10 } from '@strata/dicom/part10';
import { type SavedReceipt, type SavedRequest, uidOfRequest } from '@strata/protocol/saved';
import { HttpError } from '../http/http-error.ts';
import { dataSetOf, instancesNamed } from './find-saved.ts';
import { makeVersion, type SavingParts } from './save.ts';
import type { SavedKind } from './saved-kind.ts';

/**
 * @returns where it was saved; null when it was not, or has no id by which that could be known
 * @throws HttpError 409 `another-request` where something else is stored under its id; what makeVersion throws
 */
export async function savedBefore<Content>(
  parts: SavingParts,
  kind: SavedKind<Content>,
  studyUid: string,
  request: SavedRequest<Content>,
): Promise<SavedReceipt | null> {
  if (request.id === undefined) return null;
  const sopInstanceUid = uidOfRequest(request.id);
  if (!(await parts.metadata.find(sopInstanceUid, 'instance'))) return null;
  const [found] = await instancesNamed(parts, studyUid, [sopInstanceUid]);
  const object = found ? await dataSetOf(parts, sopInstanceUid) : null;
  const stored = object && kind.read(object);
  // Made once more, so that both have gone through the same writing.
  const { file } = await makeVersion(parts, kind, studyUid, request);
  const again = kind.read(toDicomJson(readPart10(file).dataSet, { maxInline: file.length }));
  if (!found || !stored || !again || !isDeepStrictEqual(saidIn(stored), saidIn(again))) {
    throw new HttpError(409, 'another-request', 'Something else was saved under the id of this request.');
  }
  return { sopInstanceUid, seriesInstanceUid: found.seriesUid, at: stored.at };
}

type Read = NonNullable<ReturnType<SavedKind<unknown>['read']>>;

/** All but when it was made. */
const saidIn = ({ at: _, ...said }: Read) => said;
