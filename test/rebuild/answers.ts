// Everything that the metadata of an installation answer, to be compared with what they answer after a rebuild.
import { Metadata } from '@strata/metadata/metadata';
import type { DicomJson, DicomQuery } from '@strata/metadata/query/types';
import type { InstanceRecord, StudyRows, WorklistStudy } from '@strata/metadata/records';
import { everyPage } from '@strata/metadata/testing/pages';

/** What was asked, with its answer. */
export interface Answers {
  readonly counts: object;
  readonly worklist: Readonly<Record<string, readonly WorklistStudy[]>>;
  readonly manifests: readonly (StudyRows | null)[];
  readonly records: readonly InstanceRecord[];
  readonly availability: readonly object[];
  readonly queries: Readonly<Record<string, readonly DicomJson[]>>;
  readonly blobs: readonly object[];
}

const key = (vr: string, ...Value: unknown[]) => ({ vr, Value }) as DicomJson[string];
const levels = ['patient', 'study', 'series', 'instance'] as const;
const asked: Readonly<Record<string, DicomJson>> = {
  everything: {},
  names: { '00100010': key('PN', { Alphabetic: '*a*' }) },
  dates: { '00080020': key('DA', '19990101-20101231') },
  modalities: { '00080060': key('CS', 'CT', 'MR') },
  numbers: { '00200013': key('IS', '1') },
  classes: { '00080016': key('UI', '1.2.840.10008.5.1.4.1.1.2') },
};

/** @param url of the database */
export async function answersOf(url: string): Promise<Answers> {
  const metadata = await Metadata.open(url);
  try {
    const worklist: Record<string, WorklistStudy[]> = {};
    for (const sort of ['date', 'name'] as const) worklist[sort] = await everyStudy(metadata, sort);
    const uids = (worklist.date ?? []).map(({ studyUid }) => studyUid).sort();
    const manifests: (StudyRows | null)[] = [];
    const records: InstanceRecord[] = [];
    const availability: object[] = [];
    for (const uid of uids) {
      manifests.push(await metadata.study(uid));
      for await (const record of metadata.instancesOf(uid)) records.push(record);
      availability.push(...(await metadata.availability(uid)).toSorted(byInstance));
    }
    const queries: Record<string, DicomJson[]> = {};
    for (const [name, keys] of Object.entries(asked)) {
      for (const level of levels)
        queries[`${name} ${level}`] = await everyMatch(metadata, { level, keys, include: 'all', limit: 500 });
    }
    const blobs: object[] = [];
    for await (const blob of metadata.blobs()) blobs.push(blob);
    return {
      counts: await metadata.counts(),
      worklist,
      manifests,
      records: records.sort(byUid),
      availability,
      queries,
      blobs,
    };
  } finally {
    await metadata.close();
  }
}

async function everyStudy(metadata: Metadata, sort: 'date' | 'name'): Promise<WorklistStudy[]> {
  const studies: WorklistStudy[] = [];
  for await (const page of everyPage((from) => metadata.worklist({ limit: 100, sort, ...from }))) {
    studies.push(...page.studies);
  }
  return studies;
}

async function everyMatch(metadata: Metadata, query: DicomQuery): Promise<DicomJson[]> {
  const matches: DicomJson[] = [];
  for await (const page of everyPage((from) => metadata.query({ ...query, ...from })))
    matches.push(...page.matches);
  return matches;
}

const byUid = (a: InstanceRecord, b: InstanceRecord) => (a.instance.uid < b.instance.uid ? -1 : 1);
const byInstance = (a: { instanceUid: string }, b: { instanceUid: string }) =>
  a.instanceUid < b.instanceUid ? -1 : 1;
