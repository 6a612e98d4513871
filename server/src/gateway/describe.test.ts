// An object's blob describes it as it was described when it was stored.
import { loadCodec } from '@strata/codec/codec';
import { DicomError } from '@strata/dicom/errors';
import { openImage, openUndecoded } from '@strata/dicom/image/open-image';
import { buildObjectBlob } from '@strata/dicom/object-blob';
import { readPart10 } from '@strata/dicom/part10';
import { beforeAll, expect, it } from 'vitest';
import { testBytes, testNames } from '../testing/test-files.ts';
import { codeInstance } from './coding.ts';
import { describeBlob } from './describe.ts';

let codec: Awaited<ReturnType<typeof loadCodec>>;
beforeAll(async () => {
  codec = await loadCodec();
});

const sent = { fileDigest: '5e'.repeat(32), fileLength: 4711 };

it('the blob of every odd file says the same of it, and names its frames', async () => {
  const folders = [
    'odd/cornerstone',
    'odd/fo-dicom',
    'odd/pydicom',
    'odd/pydicom-data',
    'extra/colour',
    'extra/other',
  ];
  let compared = 0;
  for (const name of folders.flatMap(testNames)) {
    let coded: ReturnType<typeof codeInstance>;
    try {
      coded = codeInstance(await openImage(readPart10(testBytes(name))), codec, sent);
    } catch (error) {
      expect(error, name).toBeInstanceOf(DicomError);
      continue;
    }
    const { attributes, indexed, transferSyntaxUid, frames } = coded;
    expect(await describeBlob(Buffer.concat(coded.objectParts)), name).toEqual({
      ...{ attributes, indexed, transferSyntaxUid },
      sent: { digest: sent.fileDigest, length: sent.fileLength },
      frames: frames ? { kind: 'named', digest: frames.name.digest } : { kind: 'none' },
    });
    compared += 1;
  }
  expect(compared).toBeGreaterThan(90);
});

it('a blob whose decoder was lost says why nobody looked at its pixels', async () => {
  const image = openUndecoded(readPart10(testBytes('odd/pydicom/US1_J2KI.dcm')), 'its decoder hung');
  const coded = codeInstance(image, codec, sent, 'its decoder hung');
  const { attributes, frames } = await describeBlob(Buffer.concat(coded.objectParts));
  expect(attributes).toEqual(coded.attributes);
  expect(frames).toEqual({ kind: 'none' });
});

it('a blob from before there were notes tells its frames by their pixels, or by their shape', async () => {
  for (const [name, kind] of [
    ['odd/pydicom/US1_J2KI.dcm', 'of-pixels'],
    ['odd/pydicom/MR_small_implicit.dcm', 'unknown'],
    ['odd/pydicom/test-SR.dcm', 'none'],
  ] as const) {
    const image = await openImage(readPart10(testBytes(name)));
    const { attributes, frames } = codeInstance(image, codec, sent);
    const found = await describeBlob(Buffer.concat(buildObjectBlob(image.file, image.keep).parts));
    expect(found.attributes).toEqual(attributes);
    expect(found.frames.kind).toBe(kind);
    if (found.frames.kind === 'of-pixels') expect(found.frames.digests).toEqual(frames?.digests);
  }
});
