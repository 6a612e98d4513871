// Every real file: taken whole, with the geometry that an independent reader saw, or refused for a reason that is listed.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Pixels, pixelBytes } from '@strata/codec/format';
import { describe, expect, it } from 'vitest';
import { DicomError } from './errors.ts';
import { readFrame } from './frames.ts';
import { buildObjectBlob, readObjectBlob, rebuildFile } from './object-blob.ts';
import { type DicomFile, readPart10 } from './part10.ts';
import { concat } from './testing/build.ts';
import { manifestRows, testFile, testFiles } from './testing/data.ts';

const refused: Record<string, string[]> = {
  directory: ['odd/fo-dicom/DICOMDIR.dcm', 'series/ct-philips/DIRFILE.dcm'],
  // One stray byte before a bare data set.
  'not-dicom': ['odd/pydicom/no_meta.dcm'],
  truncated: ['extra/malformed/dims_65535_no_data.dcm'],
  'missing-uid': [
    'extra/malformed/UN_sequence.dcm',
    'extra/malformed/private_SQ.dcm',
    'odd/fo-dicom/FreezePattern.dcm',
    'odd/fo-dicom/chrSQEncoding1.dcm',
    'odd/pydicom-data/HTJ2KLossless_08_RGB.dcm',
    'odd/pydicom-data/HTJ2K_08_RGB.dcm',
    'odd/pydicom-data/JLSL_08_07_0_1F.dcm',
    'odd/pydicom-data/JLSL_RGB_ILV0.dcm',
    'odd/pydicom-data/JLSL_RGB_ILV1.dcm',
    'odd/pydicom-data/JLSL_RGB_ILV2.dcm',
    'odd/pydicom/bad_sequence.dcm',
    'odd/pydicom/nested_priv_SQ.dcm',
    'odd/pydicom/no_meta_group_length.dcm',
    'odd/pylibjpeg/JPEGLosslessP14SV1_1s_1f_u_16_16.dcm',
  ],
};
const rows = manifestRows();

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function read(name: string): DicomFile | DicomError {
  try {
    return readPart10(testFile(name));
  } catch (error) {
    if (error instanceof DicomError) return error;
    throw error;
  }
}

describe('the real files', () => {
  it('are each taken, or refused for the reason that is listed', () => {
    const outcomes: Record<string, number> = {};
    const reasons: Record<string, string[]> = {};
    for (const name of testFiles()) {
      const result = read(name);
      const outcome = result instanceof DicomError ? result.code : result.source.kind;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (!(result instanceof DicomError)) continue;
      reasons[result.code] = [...(reasons[result.code] ?? []), name];
    }
    expect(reasons).toEqual(refused);
    expect(outcomes).toEqual({
      native: 302,
      encapsulated: 76,
      wide: 3,
      none: 13,
      'missing-uid': 14,
      directory: 2,
      truncated: 1,
      'not-dicom': 1,
    });
  });

  it('have the geometry and the identity that an independent reader saw', () => {
    let compared = 0;
    for (const name of testFiles()) {
      const file = read(name);
      const row = rows.get(name);
      if (file instanceof DicomError || !row) continue;
      const seriesEnd = row.seriesEnd ?? row.seriesKey ?? '';
      expect(file.attributes.series.uid.endsWith(seriesEnd)).toBe(true);
      if (!file.pixels) continue;
      const { format, frames } = file.pixels;
      const seen = {
        height: Number(row.rows),
        width: Number(row.columns ?? row.cols),
        bits: Number(row.bitsStored),
      };
      expect([name, format]).toMatchObject([name, { ...seen, signed: row.signed === '1' }]);
      expect([name, frames]).toEqual([name, Number(row.frames || '1')]);
      expect(file.attributes.instance.photometric).toBe(row.photometric);
      if (row.samples) expect(format.samples).toBe(Number(row.samples));
      compared++;
    }
    expect(compared).toBeGreaterThan(280);
  });

  it('have the pixels that pydicom reads from them', () => {
    const list = new URL('./testing/pydicom-pixels.tsv', import.meta.url);
    const [, ...lines] = readFileSync(list, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBe(300);
    for (const line of lines) {
      const [name = '', frames, digest] = line.split('\t');
      const file = readPart10(testFile(name));
      const digests = Array.from({ length: Number(frames) }, (_, index) =>
        sha256(pixelBytes(readFrame(file, index).pixels)),
      );
      expect([name, sha256(Buffer.from(digests.join(''))).slice(0, 16)]).toEqual([name, digest]);
    }
  });

  it('come back byte by byte, and only deflated ones and those without pixels are kept whole', () => {
    for (const name of testFiles()) {
      const file = read(name);
      if (file instanceof DicomError) continue;
      const frames: Pixels[] = [];
      for (let index = 0; index < (file.pixels?.frames ?? 0); index++)
        frames.push(readFrame(file, index).pixels);
      const { parts, mode } = buildObjectBlob(file);
      expect([name, mode]).toEqual([name, file.pixels && file.pixels.offset !== null ? 'split' : 'whole']);
      const back = rebuildFile(readObjectBlob(concat(...parts)), frames);
      expect([name, Buffer.compare(back, file.bytes)]).toEqual([name, 0]);
    }
  });
});
