import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Key, textOf } from '../../server/src/dimse/identifier.ts';
import { dataFiles } from '../support/data.ts';
import { storescu } from '../support/peers/dcmtk.ts';
import { Orthanc } from '../support/peers/orthanc.ts';
import { freePorts } from '../support/peers/ports.ts';
import { StrataProcess } from '../support/strata.ts';
import { Archive, readObject } from './archive.ts';
import { Modality } from './modality.ts';
import { CT_IMAGE } from './raw-association.ts';

const files = dataFiles('series/ct-ge').slice(0, 5);
const stored = files.map((file) => [CT_IMAGE, readObject(file).sopInstanceUid] as const);
let archive: Archive;
let orthancPort = 0;
let laterPort = 0;

beforeAll(async () => {
  [orthancPort = 0, laterPort = 0] = await freePorts(2);
  archive = await Archive.start([
    { aeTitle: 'ORTHANC', port: orthancPort },
    { aeTitle: 'LATER', port: laterPort },
  ]);
  expect((await storescu(archive.call, files)).code).toBe(0);
});
afterAll(() => archive?.[Symbol.asyncDispose]());

describe('storage commitment', () => {
  it('is reported on the association that asked, while that is open', async () => {
    const modality = new Modality('CT1');
    const { connection, status } = await modality.ask(archive.strata.dicomPort, '1.2.3', stored);
    expect(status).toBe(0);
    await expect.poll(() => modality.reports, { timeout: 10_000 }).toHaveLength(1);
    const [report] = modality.reports;
    expect(report?.eventTypeId).toBe(1);
    expect(report && textOf(report.dataSet, Key.transactionUid)).toBe('1.2.3');
    expect(report?.dataSet[Key.referencedSopSequence]?.Value).toHaveLength(stored.length);
    await connection.release();
  });

  it('says which instances are not there, and why', async () => {
    const modality = new Modality('CT1');
    const [, uid] = stored[0] as readonly [string, string];
    const { connection } = await modality.ask(archive.strata.dicomPort, '1.2.4', [
      [CT_IMAGE, uid],
      [CT_IMAGE, '1.2.3.4.5'],
      ['1.2.840.10008.5.1.4.1.1.4', uid],
    ]);
    await expect.poll(() => modality.reports, { timeout: 10_000 }).toHaveLength(1);
    expect(modality.reports[0]?.eventTypeId).toBe(2);
    const failed = modality.reports[0]?.dataSet[Key.failedSopSequence]?.Value as never[];
    expect(failed.map((item) => textOf(item, Key.failureReason))).toEqual([String(0x0112), String(0x0119)]);
    await connection.release();
  });

  it('is reported to Orthanc on a new association', async () => {
    await using orthanc = await Orthanc.start({
      peers: { strata: { aeTitle: 'STRATA', port: archive.strata.dicomPort } },
      dicomPort: orthancPort,
    });
    const { Path } = await orthanc.post<{ Path: string }>('/modalities/strata/storage-commitment', {
      DicomInstances: stored.map(([SOPClassUID, SOPInstanceUID]) => ({ SOPClassUID, SOPInstanceUID })),
    });
    const status = async () => (await orthanc.get<{ Status: string }>(Path)).Status;
    await expect.poll(status, { timeout: 15_000 }).toBe('Success');
  });

  it('outlives kill -9 until the peer can be reached', async () => {
    const modality = new Modality('LATER');
    const { connection, status } = await modality.ask(archive.strata.dicomPort, '1.2.5', stored);
    expect(status).toBe(0);
    connection.abort();
    await archive.strata.kill();
    await modality.listen(laterPort);
    const settings = `${archive.folder}/strata.settings.json`;
    const again = await StrataProcess.start(`${archive.folder}/data`, '--settings', settings);
    await expect.poll(() => modality.reports, { timeout: 15_000 }).toHaveLength(1);
    expect(modality.reports[0]?.eventTypeId).toBe(1);
    await again.stop();
    modality.close();
  });
});
