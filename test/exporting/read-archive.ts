// Fetches an archive, and has others read it: Python's zipfile, pydicom's FileSet, DCMTK.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { pythonJson } from '../support/peers/readers.ts';

/** Fetches an archive and unpacks it with Python's zipfile, which checks sums. @returns the folder */
export async function fetchAndUnpack(url: string, folder: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const file = path.join(folder, 'archive.zip');
  writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
  const out = path.join(folder, 'unpacked');
  const script =
    'import sys,zipfile,json\nz=zipfile.ZipFile(sys.argv[1])\nbad=z.testzip()\nz.extractall(sys.argv[2])\nprint(json.dumps(bad))';
  expect(await pythonJson(script, file, out)).toBeNull();
  return out;
}

/** The names of the files in an archive, sorted. */
export async function namesIn(file: string): Promise<string[]> {
  const script = 'import sys,json,zipfile\nprint(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))';
  return (await pythonJson<string[]>(script, file)).sort();
}

/** A record of a DICOMDIR: its type, what it refers to, its keys as text, and those below it. */
export interface ReadRecord {
  readonly type: string;
  readonly file: string;
  readonly uid: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly below: readonly ReadRecord[];
}

const TREE = `
import sys, json, warnings
warnings.simplefilter('ignore')
from pydicom import dcmread
ds = dcmread(sys.argv[1])
at = {item.seq_item_tell: item for item in ds.DirectoryRecordSequence}
def walk(offset):
    found = []
    while offset:
        item = at[offset]
        keys = {e.keyword: str(e.value) for e in item if e.tag.group != 4 and e.VR != 'SQ'}
        keys.update({e.keyword: str(len(e.value)) for e in item if e.VR == 'SQ'})
        file = item.get('ReferencedFileID', '')
        found.append(dict(type=item.DirectoryRecordType, file=file if isinstance(file, str) else '/'.join(file),
            uid=item.get('ReferencedSOPInstanceUIDInFile', ''), keys=keys,
            below=walk(item.OffsetOfReferencedLowerLevelDirectoryEntity)))
        offset = item.OffsetOfTheNextDirectoryRecord
    return found
print(json.dumps(walk(ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity)))
`;

/** The records of a DICOMDIR, found by their offsets. */
export function readTree(file: string): Promise<ReadRecord[]> {
  return pythonJson(TREE, file);
}

const FILE_SET = `
import sys, json
from pydicom.fileset import FileSet
fs = FileSet(sys.argv[1])
print(json.dumps([[i.SOPInstanceUID, i.path, i.load().SOPInstanceUID] for i in fs]))
`;

/** What pydicom's FileSet finds, and whether the files are those that it says. */
export function readFileSet(file: string): Promise<[listed: string, path: string, loaded: string][]> {
  return pythonJson(FILE_SET, file);
}

/** The records and all below them, one after the other. */
export function flat(records: readonly ReadRecord[]): ReadRecord[] {
  return records.flatMap((record) => [record, ...flat(record.below)]);
}
