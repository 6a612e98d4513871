import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadCodec } from '@strata/codec/codec';
import { DicomError } from '@strata/dicom/errors';
import { openImage } from '@strata/dicom/image/open-image';
import { readPart10 } from '@strata/dicom/part10';
import { beforeAll, describe, expect, it } from 'vitest';
import { testBytes, testFile, testNames } from '../testing/test-files.ts';
import { codeInstance, identify, rebuildInstance } from './coding.ts';
import type { CodedInstance, StoredInstance } from './coding-messages.ts';

let codec: Awaited<ReturnType<typeof loadCodec>>;
beforeAll(async () => {
  codec = await loadCodec();
});

const sent = { fileDigest: '5e'.repeat(32), fileLength: 4711 };

/** What lies on disk of a coded instance. */
function stored(coded: CodedInstance): StoredInstance {
  return {
    object: Buffer.concat(coded.objectParts),
    frames: coded.frames && Buffer.concat(coded.frames.parts),
    frameDigests: coded.frames?.digests ?? null,
  };
}

describe('coding an instance', () => {
  it('gives every odd file back byte for byte, or says why it does not take it', async () => {
    const folders = [
      'odd/cornerstone',
      'odd/fo-dicom',
      'odd/pydicom',
      'odd/pydicom-data',
      'extra/malformed',
      'extra/colour',
    ];
    let taken = 0;
    for (const name of folders.flatMap(testNames)) {
      try {
        const image = await openImage(readPart10(testBytes(name)));
        const back = rebuildInstance(stored(codeInstance(image, codec, sent)), codec);
        const expected = image.convertedFrom === null ? readFileSync(testFile(name)) : image.file.bytes;
        expect(Buffer.compare(back, expected), name).toBe(0);
        taken += 1;
      } catch (error) {
        expect(error, name).toBeInstanceOf(DicomError);
        expect((error as DicomError).message, name).toMatch(/\w/);
      }
    }
    expect(taken).toBeGreaterThan(90);
  });

  it('names the file by its UIDs and its SHA-256', () => {
    const bytes = testBytes('series/ct-philips/I10.dcm');
    const identity = identify(readPart10(bytes));
    expect(identity.fileDigest).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(identity.sopInstanceUid).toMatch(/^1\.3\.46\./);
    expect(identity.fileLength).toBe(bytes.length);
  });

  it('does not give a file back from frames that were changed', async () => {
    const image = await openImage(readPart10(testBytes('extra/multiframe/NM_64x64_13f.dcm')));
    const coded = codeInstance(image, codec, sent);
    const good = stored(coded);
    const wrongDigest = good.frameDigests?.slice() ?? new Uint8Array();
    wrongDigest[32 * 5] = (wrongDigest[32 * 5] ?? 0) ^ 1;
    expect(() => rebuildInstance({ ...good, frameDigests: wrongDigest }, codec)).toThrow(/Frame 6/);
    const damaged = good.frames?.slice() ?? new Uint8Array();
    damaged[damaged.length - 3] = (damaged[damaged.length - 3] ?? 0) ^ 1;
    expect(() => rebuildInstance({ ...good, frames: damaged }, codec)).toThrow();
    expect(() => rebuildInstance({ ...good, frames: null }, codec)).toThrow();
  });
});
