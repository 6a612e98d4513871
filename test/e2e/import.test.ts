// The command line from outside: real series in, listed, checked, and out again byte for byte; bad files told one by one.
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFiles, dataFolder } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('e2e');
afterAll(remove);

const isImage = (file: string) => path.basename(file) !== 'DIRFILE.dcm'; // an index of the others
const philips = dataFiles('series/ct-philips').filter(isImage);

interface Report {
  stored: number;
  already: number;
  refused: number;
  skipped: number;
  files: {
    file: string;
    outcome: string;
    code?: string;
    reason?: string;
    studyInstanceUid?: string;
    sopInstanceUid?: string;
  }[];
}

async function importJson(data: string, ...paths: string[]): Promise<Report & { code: number | null }> {
  const ran = await strata('import', '--data', data, '--json', ...paths);
  return { ...JSON.parse(ran.stdout), code: ran.code };
}

describe('whole series through the command line', () => {
  const data = path.join(folder, 'series');

  it('are stored, known again, listed, verified and exported byte for byte', async () => {
    const server = await StrataProcess.start(data);
    const files = ['ct-philips', 'ct-ge', 'mr-t1']
      .flatMap((name) => dataFiles(`series/${name}`))
      .filter(isImage);

    const first = await importJson(data, path.join(dataFolder, 'series'));
    expect(first).toMatchObject({ code: 0, stored: files.length, already: 0, refused: 0, skipped: 1 });
    expect(files.length).toBe(246);
    expect(await importJson(data, ...philips)).toMatchObject({ code: 0, stored: 0, already: philips.length });

    const studies = JSON.parse((await strata('studies', '--data', data, '--json')).stdout);
    expect(
      studies.studies.reduce((sum: number, study: { instanceCount: number }) => sum + study.instanceCount, 0),
    ).toBe(files.length);
    const verified = await strata('verify', '--data', data, '--deep', '--json');
    expect(verified.code, verified.stdout).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      clean: true,
      instances: files.length,
      rebuilt: files.length,
    });

    const out = path.join(folder, 'export');
    for (const { studyUid } of studies.studies) {
      const exported = await strata('export', studyUid, '--data', data, '--out', out);
      expect(exported.code, exported.stderr).toBe(0);
    }
    const original = new Map(first.files.map(({ sopInstanceUid, file }) => [sopInstanceUid, file]));
    const exported = globSync('*/*/*.dcm', { cwd: out });
    expect(exported).toHaveLength(files.length);
    for (const file of exported) {
      execFileSync('cmp', [path.join(out, file), original.get(path.basename(file, '.dcm')) ?? 'missing']);
    }
    expect(await server.stop()).toBe(0);
  });

  it('are there after a restart, for commands that run without a server too', async () => {
    const listed = await strata('studies', '--data', data, '--modality', 'MR', '--json');
    const { studies } = JSON.parse(listed.stdout);
    expect(studies.map(({ instanceCount }: { instanceCount: number }) => instanceCount)).toEqual([160]);
    expect(await strata('verify', '--data', data)).toMatchObject({ code: 0, stderr: '' });
  });

  it('are not exported over other files', async () => {
    const out = path.join(folder, 'export');
    const [one = ''] = globSync('*/*/*.dcm', { cwd: out });
    writeFileSync(path.join(out, one), 'mine');
    const exported = await strata('export', path.basename(one, '.dcm'), '--data', data, '--out', out);
    expect(exported.code).toBe(1);
    expect(exported.stdout).toMatch(/A different file is there already/);
    expect(readFileSync(path.join(out, one), 'utf8')).toBe('mine');
    expect(readdirSync(path.dirname(path.join(out, one))).filter((name) => !name.endsWith('.dcm'))).toEqual(
      [],
    );
  });
});

describe('bad input', () => {
  it('is told file by file with its reason and stops nothing else', async () => {
    const bad = path.join(folder, 'bad');
    mkdirSync(bad);
    const [image = '', other = ''] = philips;
    const bytes = readFileSync(image);
    const altered = Buffer.from(bytes);
    altered[altered.length - 1] = (altered[altered.length - 1] ?? 0) ^ 1;
    const files: Record<string, Buffer | string> = {
      'a-good.dcm': bytes,
      'b-good.dcm': readFileSync(other),
      'c-truncated.dcm': readFileSync(philips[2] ?? '').subarray(0, 300_000),
      'd-empty.dcm': '',
      'e-text.dcm': 'This is a text.\n',
      'f-claims.dcm': claiming65535(readFileSync(philips[3] ?? '')),
      'g-same.dcm': bytes,
      'z-altered.dcm': altered,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(bad, name), content);

    const data = path.join(folder, 'bad-data');
    await importJson(data, path.join(bad, 'a-good.dcm'));
    const report = await importJson(data, bad, path.join(folder, 'no-such-file'));
    const outcomes = Object.fromEntries(
      report.files.map(({ file, outcome, code }) => [path.basename(file), code ?? outcome]),
    );
    expect(outcomes).toEqual({
      'a-good.dcm': 'already',
      'b-good.dcm': 'stored',
      'c-truncated.dcm': 'truncated',
      'd-empty.dcm': 'not-dicom',
      'e-text.dcm': 'not-dicom',
      'f-claims.dcm': expect.stringMatching(/truncated|too-large/),
      'g-same.dcm': 'already',
      'z-altered.dcm': 'conflict',
      'no-such-file': 'no-such-file',
    });
    for (const { outcome, reason } of report.files) expect(Boolean(reason)).toBe(outcome === 'refused');
    expect(report.code).toBe(1);
    expect(readdirSync(path.join(data, 'quarantine'))).toHaveLength(2);
    expect(await strata('verify', '--deep', '--data', data)).toMatchObject({ code: 0 });
  });

  it('an archive gives its files', async () => {
    const archive = path.join(folder, 'some.zip');
    execFileSync('zip', ['-q', '-j', archive, ...philips.slice(0, 3)]);
    const ran = await strata('import', '--data', path.join(folder, 'zip-data'), archive);
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/stored +3 /);
  });
});

/** The image with a header that claims 65535 x 65535 pixels and 1000 frames. */
function claiming65535(image: Buffer): Buffer {
  const claims = Buffer.from(image);
  for (const tag of ['28001000', '28001100']) {
    const at = claims.indexOf(Buffer.from(tag, 'hex'));
    claims.writeUInt16LE(65_535, at + 8);
  }
  const frames = Buffer.from(
    `28000800${Buffer.from('IS').toString('hex')}0400${Buffer.from('1000').toString('hex')}`,
    'hex',
  );
  const rows = claims.indexOf(Buffer.from('28001000', 'hex'));
  return Buffer.concat([claims.subarray(0, rows), frames, claims.subarray(rows)]);
}
