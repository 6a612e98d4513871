// What peers send and Strata cannot take does not vanish: it lies in quarantine, byte by byte, with the reason.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readObject } from '../dimse/archive.ts';
import { RawAssociation } from '../dimse/raw-association.ts';
import { dataFiles } from '../support/data.ts';
import { runProgram } from '../support/peers/program.ts';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';
import { DicomwebClient } from './client.ts';

const { folder, remove } = temporaryFolder('refused');
const data = path.join(folder, 'data');
const [first = '', second = ''] = dataFiles('series/ct-ge');
const whole = readFileSync(first);
let strata: StrataProcess;
let client: DicomwebClient;

beforeAll(async () => {
  strata = await StrataProcess.start(data);
  client = new DicomwebClient(strata.url);
  expect((await client.store([whole])).status).toBe(200);
});
afterAll(async () => {
  await strata?.stop();
  remove();
});

/** A copy of the first image that DCMTK's dcmodify has changed. */
async function modified(...args: string[]): Promise<Buffer> {
  const copy = path.join(folder, 'modified.dcm');
  copyFileSync(first, copy);
  expect(await runProgram('dcmodify', ['-nb', '-imt', ...args, copy])).toMatchObject({ code: 0 });
  return readFileSync(copy);
}

interface Entry {
  readonly id: string;
  readonly size: number;
  readonly problem: string | null;
  readonly note: { readonly code: string; readonly reason: string; readonly source: { kind: string } };
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const entry = async (id: string) =>
  (await (await fetch(`${strata.url}/admin/quarantine/${id}`)).json()) as Entry;
const entries = async () =>
  ((await (await fetch(`${strata.url}/admin/quarantine`)).json()) as { entries: Entry[] }).entries;

describe('what STOW-RS brings', () => {
  it.each([
    ['nothing at all', () => Buffer.alloc(0), /empty/],
    ['text', () => Buffer.from('no DICOM at all'), /Not a DICOM file/],
    ['half a file', () => whole.subarray(0, whole.length / 2), /goes beyond/],
    ['a file without a SOP Instance UID', () => modified('-e', '(0008,0018)'), /missing, in \(0008,0018\)/],
    ['a UID that is none', () => modified('-m', '(0008,0018)=1.2.abc'), /is not a UID/],
    ['another object under a known UID', () => modified('-m', '(0010,0010)=Else^Some'), /different file/],
  ] as const)('is kept: %s', async (_name, make, reason) => {
    const bytes = new Uint8Array(await make());
    expect((await client.store([bytes])).status).toBe(409);
    const id = digest(bytes);
    const kept = await entry(id);
    expect(kept).toMatchObject({ size: bytes.length, problem: null, note: { source: { kind: 'stow' } } });
    expect(kept.note.reason).toMatch(reason);
    expect(digest(readFileSync(path.join(data, 'quarantine', `${id}.dcm`)))).toBe(id);
  });

  it('is kept when it is of another study than the address names, and taken when it is tried again', async () => {
    const bytes = new Uint8Array(readFileSync(second));
    expect((await client.store([bytes], '/studies/1.2.3')).status).toBe(409);
    const id = digest(bytes);
    expect(await entry(id)).toMatchObject({ note: { code: 'wrong-study' } });
    const retry = await fetch(`${strata.url}/admin/quarantine/${id}/retry`, { method: 'POST' });
    expect(await retry.json()).toMatchObject({ outcome: 'stored' });
    expect((await fetch(`${strata.url}/admin/quarantine/${id}`)).status).toBe(404);
  });

  it('goes only when a person drops it', async () => {
    const [{ id } = { id: '' }, ...others] = await entries();
    expect((await fetch(`${strata.url}/admin/quarantine/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await entries()).map((one) => one.id)).toEqual(others.map((one) => one.id));
  });
});

it('a C-STORE whose command names another object than its data set is kept, and answered so', async () => {
  const { dataSet } = readObject(first);
  const before = (await entries()).length;
  for (const uid of ['1.2.3.4', 'no.uid']) {
    const association = await RawAssociation.open(strata.dicomPort);
    association.beginStore(uid);
    for (let at = 0; at < dataSet.length; at += 16_000)
      association.sendData(dataSet.subarray(at, at + 16_000), at + 16_000 >= dataSet.length);
    while (association.dataBytes === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    association.destroy();
  }
  const kept = (await entries()).slice(before);
  expect(kept.map(({ note }) => note.code)).toEqual(['uid-mismatch', 'bad-command']);
  for (const { id } of kept) {
    const file = readFileSync(path.join(data, 'quarantine', `${id}.dcm`));
    expect(file.subarray(-dataSet.length).equals(dataSet)).toBe(true);
  }
});
