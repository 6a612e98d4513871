import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSettings } from '../../server/src/config/settings/settings.ts';
import { Key } from '../../server/src/dimse/identifier.ts';
import { move } from '../../server/src/dimse/scu/retrieve.ts';
import { dataFiles } from '../support/data.ts';
import { makeCertificate } from '../support/peers/certificates.ts';
import { echoscu, storescu } from '../support/peers/dcmtk.ts';
import { StoreScp } from '../support/peers/storescp.ts';
import { temporaryFolder } from '../support/strata.ts';
import { Archive, part10, readObject, sameObject } from './archive.ts';

const { folder, remove } = temporaryFolder('tls');
afterAll(remove);
const ours = makeCertificate(folder, 'strata');
const theirs = makeCertificate(folder, 'scanner');
const strangers = makeCertificate(folder, 'stranger');
const files = dataFiles('series/ct-ge').slice(0, 4);

/** DCMTK's options for TLS with or without a certificate of its own. */
const anonymous = ['+tla', '+cf', ours.certificate];
const as = ({ key, certificate }: typeof theirs) => ['+tls', key, certificate, '+cf', ours.certificate];

describe('over TLS', () => {
  it('DCMTK stores, and Strata moves to a TLS peer', async () => {
    const options = ['+tls', theirs.key, theirs.certificate, '-ic', '+xa', '--bit-preserving'];
    await using scp = await StoreScp.start(`${folder}/scp`, options);
    await using archive = await Archive.start(
      [{ aeTitle: scp.aeTitle, port: scp.port, tls: { ca: theirs.certificate } }],
      { tls: ours },
    );
    const { code, stderr } = await storescu({ ...archive.call, options: anonymous }, files);
    expect(code, stderr).toBe(0);
    const study = await fetch(
      `${archive.strata.url}/gateway/instances/${readObject(files[0] ?? '').sopInstanceUid}`,
    );
    const [{ studyInstanceUid }] = (await study.json()) as [{ studyInstanceUid: string }];
    // DCMTK's movescu knows no TLS: Strata's own asks Strata.
    const { dicom } = parseSettings('{}', path.join(folder, 'settings.json'));
    const peer = { aeTitle: 'STRATA', host: '127.0.0.1', port: archive.strata.dicomPort };
    const tls = { ca: ours.certificate };
    const moved = await move({ ...peer, tls }, { settings: dicom, settingsFolder: folder }, scp.aeTitle, {
      [Key.queryRetrieveLevel]: { vr: 'CS', Value: ['STUDY'] },
      [Key.studyInstanceUid]: { vr: 'UI', Value: [studyInstanceUid] },
    });
    expect(moved).toMatchObject({ status: 0, completed: files.length, failed: 0 });
    expect(scp.files).toHaveLength(files.length);
    for (const object of scp.files.map(readObject)) {
      const stored = part10((await archive.file(object.sopInstanceUid)) as Uint8Array);
      expect(sameObject(object, stored)).toBe(true);
    }
  });

  it('nobody is served without it', async () => {
    await using archive = await Archive.start([], { tls: ours, timeouts: { artim: 1 } });
    expect((await echoscu(archive.call)).code).not.toBe(0);
    expect((await echoscu({ ...archive.call, options: anonymous })).code).toBe(0);
  });

  it('only those with a certificate of our authorities are served, when that is required', async () => {
    const tls = { ...ours, ca: theirs.certificate, clientCertificates: 'required' };
    await using archive = await Archive.start([], { tls });
    expect((await echoscu({ ...archive.call, options: as(theirs) })).code).toBe(0);
    expect((await echoscu({ ...archive.call, options: as(strangers) })).code).not.toBe(0);
    expect((await echoscu({ ...archive.call, options: anonymous })).code).not.toBe(0);
  });
});

it('Strata listens beyond this machine only with TLS, or when that was decided', async () => {
  await expect(Archive.start([], { host: '0.0.0.0' })).rejects.toThrow(/without TLS/);
});
