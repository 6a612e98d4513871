// Levels through the streaming client: exactly the wavelet's, for a fraction of the bytes; the full level is the source.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Codec, loadCodec } from '@strata/codec/codec';
import { pixelBytes } from '@strata/codec/format';
import { readHeader } from '@strata/codec/header';
import { referenceLevel } from '@strata/codec/testing/reference-wavelet';
import { readFrame } from '@strata/dicom/frames';
import { readPart10 } from '@strata/dicom/part10';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('get');
const data = path.join(folder, 'data');
const philips = dataFiles('series/ct-philips').filter((file) => path.basename(file) !== 'DIRFILE.dcm');
const sources = philips.map((file) => readPart10(readFileSync(file)));
const seriesUid = sources[0]?.attributes.series.uid ?? '';
let server: StrataProcess;
let codec: Codec;

beforeAll(async () => {
  codec = await loadCodec();
  server = await StrataProcess.start(data);
  const ran = await strata('import', '--data', data, ...philips);
  expect(ran.code, ran.stderr).toBe(0);
});
afterAll(async () => {
  await server.stop();
  remove();
});

interface Got {
  bytesReceived: number;
  bytesFull: number;
  frames: {
    file: string;
    sopInstanceUid: string;
    level: number;
    levels: number;
    width: number;
    height: number;
  }[];
}

async function get(uid: string, level: string): Promise<Got> {
  const ran = await strata(
    'get',
    uid,
    '--level',
    level,
    '--out',
    path.join(folder, level),
    '--data',
    data,
    '--json',
  );
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout);
}

/** The pixels of a level of the source, by a wavelet written apart from the codec. */
function expectedLevel(sopInstanceUid: string, level: number): Uint8Array {
  const source = sources.find(({ attributes }) => attributes.instance.uid === sopInstanceUid);
  if (!source) throw new Error(`${sopInstanceUid} was not imported`);
  const { pixels, format } = readFrame(source, 0);
  const header = readHeader(codec.encode(pixels, format, { digest: new Uint8Array(32) }));
  return pixelBytes(referenceLevel(pixels, format, header, level));
}

describe('strata get', () => {
  it('receives less than 15 % for level 2 of a series, and exactly the level', async () => {
    const got = await get(seriesUid, '2');
    expect(got.frames).toHaveLength(philips.length);
    expect(got.bytesReceived / got.bytesFull).toBeLessThan(0.15);
    for (const { file, sopInstanceUid, width, height } of got.frames) {
      expect([width, height]).toEqual([64, 64]);
      expect(Buffer.compare(readFileSync(file), expectedLevel(sopInstanceUid, 2)), file).toBe(0);
    }
  });

  it('receives all bytes for the full level, and exactly the pixels of the source', async () => {
    const got = await get(seriesUid, 'full');
    expect(got.bytesReceived).toBe(got.bytesFull);
    for (const { file, sopInstanceUid, level, levels } of got.frames) {
      const source = sources.find(({ attributes }) => attributes.instance.uid === sopInstanceUid);
      if (!source) throw new Error(`${sopInstanceUid} was not imported`);
      expect(level).toBe(levels);
      expect(Buffer.compare(readFileSync(file), pixelBytes(readFrame(source, 0).pixels)), file).toBe(0);
    }
  });

  it('of one instance writes its geometry beside its pixels', async () => {
    const uid = sources[0]?.attributes.instance.uid ?? '';
    const got = await get(uid, '0');
    const [frame] = got.frames;
    expect(got.frames).toHaveLength(1);
    const geometry = JSON.parse(readFileSync((frame?.file ?? '').replace(/raw$/, 'json'), 'utf8'));
    expect(geometry).toMatchObject({
      sopInstanceUid: uid,
      seriesInstanceUid: seriesUid,
      frame: 1,
      level: 0,
      levels: 5,
      fullWidth: 512,
      modality: 'CT',
      byteOrder: 'little-endian',
    });
    expect(readFileSync(frame?.file ?? '').length).toBe(
      geometry.width * geometry.height * geometry.bytesPerSample,
    );
  });

  it('reports in words what it received', async () => {
    const ran = await strata(
      'get',
      seriesUid,
      '--level',
      '1',
      '--out',
      path.join(folder, 'words'),
      '--data',
      data,
    );
    expect(ran.stdout).toMatch(/58 frames in .*: level 1 of 5; 32 x 32\nReceived [\d,]+ bytes/);
  });
});

describe('strata codec', () => {
  it('codes a DICOM file, tells its header, and decodes it again, also from its beginning', async () => {
    const coded = path.join(folder, 'coded');
    const [image = ''] = philips;
    expect((await strata('codec', 'encode', image, '--out', coded)).code).toBe(0);
    const name = path.basename(image, '.dcm');
    const codestream = path.join(coded, `${name}-1.stwc`);
    const info = JSON.parse((await strata('codec', 'info', codestream, '--json')).stdout);
    expect(info).toMatchObject([{ levels: 5, format: { width: 512, height: 512, bits: 12 } }]);

    expect((await strata('codec', 'decode', codestream, '--out', coded)).code).toBe(0);
    const source = sources[0] ?? readPart10(readFileSync(image));
    expect(
      Buffer.compare(
        readFileSync(path.join(coded, `${name}-1.raw`)),
        pixelBytes(readFrame(source, 0).pixels),
      ),
    ).toBe(0);

    const prefix = path.join(coded, 'prefix.stwc');
    const level2 = info[0].segments[2];
    writeFileSync(prefix, readFileSync(codestream).subarray(0, level2.offset + level2.length));
    expect((await strata('codec', 'decode', prefix, '--level', '2', '--out', coded)).code).toBe(0);
    const expected = expectedLevel(source.attributes.instance.uid, 2);
    expect(Buffer.compare(readFileSync(path.join(coded, 'prefix.raw')), expected)).toBe(0);
    const tooFar = await strata('codec', 'decode', prefix, '--level', '3', '--out', coded);
    expect(tooFar).toMatchObject({ code: 1, stderr: expect.stringMatching(/--level 2/) });
  });

  it('codes raw pixels as well', async () => {
    const raw = path.join(folder, 'raw.raw');
    const pixels = Buffer.from(Array.from({ length: 7 * 5 * 3 }, (_, at) => (at * 31) % 256));
    writeFileSync(raw, pixels);
    const geometry = ['--width', '7', '--height', '5', '--samples', '3', '--bits', '8'];
    const out = path.join(folder, 'raw-coded');
    expect((await strata('codec', 'encode', raw, ...geometry, '--out', out)).code).toBe(0);
    expect((await strata('codec', 'decode', path.join(out, 'raw-1.stwc'), '--out', out)).code).toBe(0);
    expect(readFileSync(path.join(out, 'raw-1.raw')).equals(pixels)).toBe(true);
    const wrong = await strata(
      'codec',
      'encode',
      raw,
      '--width',
      '8',
      '--height',
      '5',
      '--bits',
      '8',
      '--out',
      out,
    );
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/105 bytes.*40/) });
    const half = await strata('codec', 'encode', raw, '--samples', '3', '--out', out);
    expect(half).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/need --width, --height and --bits/),
    });
  });
});
