// Reads all objects of a kind in a study back, those of other makers too; what cannot be read is said in words.
import { textOf } from '@strata/dicom/saved/reading';
import { MAX_SAVED, MAX_UNREAD, type SavedAnswer, type SavedObject } from '@strata/protocol/saved';
import { dataSetOf, instancesOfClasses, type SavedParts } from './find-saved.ts';
import type { ReferencedInstance, SavedKind } from './saved-kind.ts';

/** @throws MetadataError */
export async function readSaved<Content>(
  parts: SavedParts,
  kind: SavedKind<Content>,
  studyUid: string,
): Promise<SavedAnswer<Content>> {
  const { found, more } = await instancesOfClasses(parts, studyUid, kind.sopClassUids, MAX_SAVED);
  const problems: string[] = [];
  const objects: SavedObject<Content>[] = [];
  for (const instance of found) {
    try {
      const object = await readOne(parts, kind, instance);
      if (object) objects.push(object);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push(`The object ${instance.sopInstanceUid} cannot be read: ${why}`.slice(0, 500));
    }
  }
  if (more) problems.push(`The study has more than ${MAX_SAVED} such objects; only the newest are read.`);
  const superseded = new Set(objects.flatMap(({ predecessors }) => predecessors));
  return {
    objects: objects
      .map((object) => ({ ...object, superseded: superseded.has(object.sopInstanceUid) }))
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)),
    problems: problems.slice(0, MAX_UNREAD),
  };
}

async function readOne<Content>(
  parts: SavedParts,
  kind: SavedKind<Content>,
  { sopInstanceUid, seriesUid }: ReferencedInstance,
): Promise<SavedObject<Content> | null> {
  const object = await dataSetOf(parts, sopInstanceUid);
  const read = object && kind.read(object);
  if (!read) return null;
  return {
    ...{ sopInstanceUid, seriesInstanceUid: seriesUid, superseded: false },
    maker: textOf(object, 'Manufacturer').slice(0, 64),
    ...read,
    predecessors: read.predecessors.slice(0, MAX_SAVED),
    unread: read.unread.slice(0, MAX_UNREAD),
  };
}
