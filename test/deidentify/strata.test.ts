// De-identification as a site uses it: by rule when a scanner sends, and on the command line.
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPart10 } from '@strata/dicom/part10';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles, dataFolder } from '../support/data.ts';
import { storescu } from '../support/peers/dcmtk.ts';
import { python } from '../support/peers/readers.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('deidentify');
const data = path.join(folder, 'data');
const settings = path.join(folder, 'settings.json');
const mr = dataFiles('series/mr-t1').slice(0, 3);
const ct = dataFiles('series/ct-ge').filter((file) => !file.endsWith('DIRFILE.dcm'))[0] ?? '';
const us = path.join(dataFolder, 'odd/pydicom/US1_UNCI.dcm');
const table = path.resolve(import.meta.dirname, '../../packages/dicom/src/deidentify/profile-table.ts');
const checker = readFileSync(path.join(import.meta.dirname, 'check.py'), 'utf8');

const rules = [
  { callingAe: ['SCANNER'], modality: ['MR'], dates: 'shift' },
  { callingAe: ['SONO'], cleanPixels: true },
];
const pixels = [{ name: 'title', modality: 'US', blank: [{ x: 0, y: 0, width: 640, height: 40 }] }];

const attributes = (file: string) => readPart10(new Uint8Array(readFileSync(file))).attributes;
const source = attributes(mr[0] ?? '');
let server: StrataProcess;

async function start(deidentify: object): Promise<void> {
  writeFileSync(settings, JSON.stringify({ deidentify }));
  server = await StrataProcess.start(data, '--settings', settings);
}

const send = (calling: string, ...files: string[]) => storescu({ port: server.dicomPort, calling }, files);
const json = async (...args: string[]) =>
  JSON.parse((await strata(...args, '--data', data, '--json')).stdout);

beforeAll(() => start({ rules }));
afterAll(async () => {
  await server.stop();
  remove();
});

describe('by rule at the gateway', () => {
  it('takes the identity out of what a scanner sends, before anything is stored', async () => {
    expect((await send('SCANNER', ...mr)).code).toBe(0);
    expect((await send('SCANNER', ...mr)).code).toBe(0);
    const { studies } = await json('studies');
    expect(studies).toMatchObject([
      {
        patientName: expect.stringMatching(/^ANON\^/),
        instanceCount: 3,
        studyUid: expect.stringMatching(/^2\.25\./),
      },
    ]);
    expect(studies[0].studyDate).toMatch(/^\d{8}$/);
    expect(studies[0].studyDate).not.toBe(source.study.date);
    const kept = globSync('**/*', { cwd: data }).map((name) => path.join(data, name));
    for (const file of kept.filter((name) => statSync(name).isFile())) {
      const bytes = readFileSync(file);
      for (const secret of [source.study.uid, source.instance.uid, source.patient.name]) {
        expect(bytes.includes(secret), `${path.relative(data, file)} has ${secret}`).toBe(false);
      }
    }
  });

  it('makes its key for its own eyes only', () => {
    const key = path.join(data, 'deidentify-key');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readFileSync(key, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('leaves what others send, and other modalities, as they are', async () => {
    expect((await send('OTHER', ct)).code).toBe(0);
    expect((await send('SCANNER', us)).code).toBe(0);
    const uids = (await json('studies')).studies.map(({ studyUid }: { studyUid: string }) => studyUid);
    expect(uids).toContain(attributes(ct).study.uid);
    expect(uids).toContain(attributes(us).study.uid);
  });

  it('refuses what it cannot clean, keeps it aside, and takes it once there is a rule', async () => {
    const sent = await storescu({ port: server.dicomPort, calling: 'SONO', options: ['-v'] }, [us]);
    expect(`${sent.stdout}${sent.stderr}`).toMatch(/Received Store Response \((?!Success)/);
    const { entries } = await json('quarantine');
    expect(entries).toMatchObject([{ note: { code: 'burned-in-text', source: { callingAe: 'SONO' } } }]);
    expect(entries[0].note.reason).toMatch(/modality US/);
    expect(await json('quarantine', 'retry', '--all')).toMatchObject({ taken: 0, refused: 1 });
    await server.stop();
    await start({ rules, pixels });
    expect(await json('quarantine', 'retry', '--all')).toMatchObject({ taken: 1, refused: 0 });
    const made = (await json('studies')).studies.filter(({ modalities }: { modalities: string[] }) =>
      modalities.includes('US'),
    );
    expect(made).toHaveLength(2);
    const clean = made.find(({ studyUid }: { studyUid: string }) => studyUid.startsWith('2.25.'));
    const out = path.join(folder, 'clean');
    const { files } = await json('export', clean.studyUid, '--out', out);
    const value = readPart10(new Uint8Array(readFileSync(files[0].file))).pixels?.value ?? new Uint8Array(1);
    expect(value.subarray(0, 640 * 40 * 3).every((byte) => byte === 0)).toBe(true);
  });
});

describe('strata export --deidentify', () => {
  const study = attributes(ct).study.uid;
  const out = path.join(folder, 'out');

  it('writes files without identity, and a report without values', async () => {
    const answer = await json('export', study, '--out', out, '--deidentify', '--retain-dates', 'full');
    expect(answer).toMatchObject({ written: 1, failed: 0, files: [{ content: 'deidentified' }] });
    const [{ file, sopInstanceUid }] = answer.files;
    expect(path.basename(file)).toBe(`${sopInstanceUid}.dcm`);
    const manifest = path.join(folder, 'manifest.tsv');
    writeFileSync(manifest, `${ct}\t${file}\n`);
    expect((await python(checker, table, manifest, 'full-dates')).stdout).toBe('');
    const text = readFileSync(path.join(out, 'deidentify-report.json'), 'utf8');
    const report = JSON.parse(text);
    expect(report).toMatchObject({ profile: 'PS3.15 2026c', written: 1, failed: 0 });
    expect(report.methods).toEqual(['113100', '113106']);
    expect(report.files[0].attributes).toContainEqual(
      expect.objectContaining({ tag: '00080018', outcome: 'uid-replaced' }),
    );
    expect(text).not.toContain(study);
  });

  it('comes to the same another time and with the same key elsewhere, and to others with another key', async () => {
    const again = await json('export', study, '--out', out, '--deidentify', '--retain-dates', 'full');
    expect(again).toMatchObject({ files: [{ outcome: 'already' }] });
    const reports = ['deidentify-report.json', 'deidentify-report-2.json'].map((name) =>
      path.join(out, name),
    );
    expect(reports.map((file) => JSON.parse(readFileSync(file, 'utf8')).written)).toEqual([1, 1]);
    const known = ['--report', reports[0] ?? ''];
    const over = await strata('export', study, '--out', out, '--deidentify', ...known, '--data', data);
    expect(over).toMatchObject({ code: 1, stderr: expect.stringContaining('report of another export') });
    const same = await json(
      'export',
      study,
      '--out',
      path.join(folder, 'same'),
      '--deidentify',
      '--key-file',
      path.join(data, 'deidentify-key'),
    );
    expect(same.files[0].sopInstanceUid).toBe(again.files[0].sopInstanceUid);
    const key = path.join(folder, 'other.key');
    writeFileSync(key, 'ab'.repeat(32), { mode: 0o600 });
    const other = await json(
      'export',
      study,
      '--out',
      path.join(folder, 'other'),
      '--deidentify',
      '--key-file',
      key,
    );
    expect(other.files[0].sopInstanceUid).not.toBe(again.files[0].sopInstanceUid);
  });

  it('does not write what it cannot clean, and says why', async () => {
    const dirty = attributes(us).study.uid;
    const answer = await strata(
      'export',
      dirty,
      '--out',
      path.join(folder, 'dirty'),
      '--deidentify',
      '--clean-pixels',
      '--data',
      data,
    );
    expect(answer.code).toBe(1);
    expect(answer.stdout).toMatch(/Text is likely burned into the pixels \(modality US\)/);
    const ruled = await json(
      'export',
      dirty,
      '--out',
      path.join(folder, 'ruled'),
      '--deidentify',
      '--clean-pixels',
      '--settings',
      settings,
    );
    expect(ruled).toMatchObject({ written: 1, failed: 0 });
  });

  it('says what is missing when options make no sense', async () => {
    const alone = await strata('export', study, '--out', out, '--retain-uids', '--data', data);
    expect(alone).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--retain-uids says how to de-identify'),
    });
    const noKey = await strata(
      'export',
      study,
      '--out',
      out,
      '--deidentify',
      '--key-file',
      '/nowhere/key',
      '--data',
      data,
    );
    expect(noKey).toMatchObject({ code: 1, stderr: expect.stringContaining('no key file /nowhere/key') });
  });
});
