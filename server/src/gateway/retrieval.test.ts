// What others get of stored instances, on a real store and real worker threads.
import { readPart10 } from '@strata/dicom/part10';
import { EXPLICIT_LITTLE_UID } from '@strata/dicom/transfer-syntax';
import { BlobStore } from '@strata/store/blob-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder, testBytes } from '../testing/test-files.ts';
import { CodingPool } from './coding-pool.ts';
import { type RetrievableInstance, Retrieval } from './retrieval.ts';

const folder = scratchFolder();
const coding = new CodingPool(() => undefined);
let store: BlobStore;
beforeAll(async () => {
  store = await BlobStore.open(folder.path);
});
afterAll(async () => {
  await coding.close();
  store.close();
  folder[Symbol.dispose]();
});

/** Stores a file as the gateway does, without a database. */
async function stored(name: string): Promise<RetrievableInstance> {
  return coding.withFile(testBytes(name), async (taken) => {
    const { identity } = taken;
    const { coded } = await taken.code();
    return {
      instance: coded.attributes.instance,
      transferSyntaxUid: coded.transferSyntaxUid,
      file: { digest: identity.fileDigest, length: identity.fileLength },
      objectBlob: await store.put(coded.objectParts),
      framesBlob: coded.frames && (await store.put(coded.frames.parts)),
      frameIndex: coded.frames?.index ?? null,
      frameDigests: coded.frames?.digests ?? null,
      format: coded.frames?.format ?? null,
    };
  });
}

const retrieval = () => new Retrieval({ store, coding });

describe('retrieval', () => {
  it('gives the file as it is stored, byte for byte', async () => {
    const name = 'odd/pydicom/emri_small_big_endian.dcm';
    const record = await stored(name);
    for (const syntax of ['stored', record.transferSyntaxUid]) {
      expect(Buffer.compare(await retrieval().exported(record, syntax), testBytes(name))).toBe(0);
    }
  });

  it('gives the overlay planes of a frame, also those that lie beside its samples', async () => {
    const record = await stored('extra/other/OT_512x512_overlay_in_high_bits.dcm');
    const { planes, problems } = await retrieval().overlays(record, 0);
    const points = ({ bits }: { bits: Uint8Array }) =>
      bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    // As many as pydicom and NumPy count.
    expect(planes.map((plane) => [plane.group, points(plane)])).toEqual([
      ['6000', 532],
      ['6002', 537],
      ['6004', 603],
      ['6006', 606],
    ]);
    expect(problems).toEqual([]);
    const without = await stored('extra/multiframe/NM_64x64_13f.dcm');
    expect(await retrieval().overlays(without, 12)).toMatchObject({ planes: [], problems: [] });
    await expect(retrieval().overlays(without, 13)).rejects.toMatchObject({ code: 'no-such-frame' });
  });

  it('gives one frame raw, as it stands in explicit little endian', async () => {
    const name = 'extra/multiframe/NM_64x64_13f.dcm';
    const record = await stored(name);
    const value = readPart10(testBytes(name)).pixels?.value ?? new Uint8Array();
    const frame = await retrieval().frame(record, 5, EXPLICIT_LITTLE_UID);
    expect(Buffer.compare(frame, value.subarray(5 * 8192, 6 * 8192))).toBe(0);
    const big = await stored('odd/pydicom/emri_small_big_endian.dcm');
    const swapped = await retrieval().frame(big, 9, EXPLICIT_LITTLE_UID);
    const words = readPart10(testBytes('odd/pydicom/emri_small_big_endian.dcm')).pixels?.value ?? [];
    expect(swapped.subarray(0, 4)).toEqual(
      Uint8Array.of(...[1, 0, 3, 2].map((at) => words[9 * 8192 + at] ?? 0)),
    );
  });

  it('gives the pixels of the smallest level that is large enough', async () => {
    const record = await stored('series/ct-philips/I10.dcm');
    const small = await retrieval().pixels(record, 0, 100);
    expect(small).toMatchObject({ width: 128, height: 128 });
    expect(small.pixels).toHaveLength(128 * 128);
    const full = await retrieval().pixels(record, 0, Number.POSITIVE_INFINITY);
    const raw = await retrieval().frame(record, 0, EXPLICIT_LITTLE_UID);
    expect(Buffer.compare(new Uint8Array(full.pixels.buffer), raw)).toBe(0);
  });

  it('gives the data set without pixels in explicit little endian', async () => {
    for (const name of [
      'odd/pydicom/emri_small_big_endian.dcm',
      'extra/colour/US_600x800_palette_implicit.dcm',
      'odd/pydicom/image_dfl.dcm',
      'odd/pydicom/rtplan.dcm',
      'extra/multiframe/EnhancedMR_128x128_96f_Siemens.dcm',
    ]) {
      const record = await stored(name);
      const parted = readPart10(await retrieval().dataSet(record));
      const source = readPart10(testBytes(name));
      expect(parted.transferSyntaxUid, name).toBe(EXPLICIT_LITTLE_UID);
      expect(parted.pixels, name).toBeNull();
      expect(parted.attributes.patient, name).toEqual(source.attributes.patient);
      const { windows, imagePosition, palette } = source.attributes.instance.presentation;
      expect(parted.attributes.instance.presentation, name).toMatchObject({
        windows,
        imagePosition,
        palette,
      });
    }
  });

  it('says so when there is no such frame or transfer syntax', async () => {
    const record = await stored('odd/pydicom/MR_small_implicit.dcm');
    const unknown = '1.2.840.10008.1.2.4.57';
    await expect(retrieval().frame(record, 1, EXPLICIT_LITTLE_UID)).rejects.toMatchObject({
      code: 'no-such-frame',
    });
    for (const call of [
      () => retrieval().frame(record, 0, unknown),
      () => retrieval().exported(record, unknown),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'unsupported-transfer-syntax' });
    }
  });
});
