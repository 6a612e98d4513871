import { describe, expect, it } from 'vitest';
import { readPart10 } from '../part10.ts';
import { Tag } from '../tags.ts';
import { concat, element, fileMeta, type ImageOptions, identity, imageFile } from '../testing/build.ts';
import { testFile } from '../testing/data.ts';
import { openImage } from './open-image.ts';

const open = (file: Uint8Array) => openImage(readPart10(file));
const none = new Uint8Array(0);
const mark = (tag: number, length: number) =>
  element(tag, '', none, { vr: 'implicit', endian: 'little' }, length);

/** An image in fragments. @param end what stands behind the last of them */
function inFragments(
  fragments: Uint8Array[],
  transferSyntaxUid: string,
  options: ImageOptions = {},
  end: Uint8Array = mark(Tag.SequenceDelimitationItem, 0),
): Uint8Array {
  const whole = imageFile(none, { bitsAllocated: 8, ...options }, transferSyntaxUid);
  const items = fragments.flatMap((bytes) => [mark(Tag.Item, bytes.length), bytes]);
  const head = element(Tag.PixelData, 'OB', none, undefined, 0xffffffff);
  return concat(whole.subarray(0, whole.length - 12), head, mark(Tag.Item, 0), ...items, end);
}

describe('pixels that nothing here decodes', () => {
  it.each([
    ['1.2.840.10008.1.2.4.100', 'MPEG2 Main Profile'],
    ['1.2.840.10008.1.2.4.102', 'H.264'],
    ['1.2.840.10008.1.2.4.107', 'HEVC'],
    ['1.2.3.4.5', 'unknown transfer syntax'],
  ])('are kept whole with the reason: %s', async (uid, name) => {
    const file = inFragments([Uint8Array.of(0, 0, 1, 0xb3)], uid, { frames: '40' });
    const image = await open(file);
    expect(image).toMatchObject({ keep: 'whole', frames: null, convertedFrom: null });
    expect(image.file.bytes).toEqual(file);
    const { frames, presentation } = image.attributes.instance;
    expect(frames).toBe(0);
    expect(presentation.unshown).toContain(name);
    if (uid.startsWith('1.2.840')) expect(presentation.lossy).not.toBe(null);
  });

  it('are missing in an image without pixel data, which is told', async () => {
    const image = await open(testFile('odd/fo-dicom/GH178.dcm'));
    expect(image.attributes.instance.presentation.unshown).toMatch(/512 x 512 .* without its pixel data/);
  });

  it('are nothing to tell of in an object that is no image', async () => {
    const image = await open(concat(fileMeta('1.2.840.10008.1.2.1'), identity()));
    expect(image).toMatchObject({ frames: null });
    expect(image.attributes.instance.presentation.unshown).toBe(null);
  });
});

describe('fragments without the delimiter that ends them', () => {
  const rle = '1.2.840.10008.1.2.5';
  const header = Uint8Array.from({ length: 64 }, (_, at) => (at === 0 ? 1 : at === 4 ? 64 : 0));
  const frame = concat(header, Uint8Array.of(3, 10, 20, 30, 40, 0x80));

  it('are taken when every frame decodes', async () => {
    const image = await open(inFragments([frame, frame], rle, { frames: '2' }, none));
    expect([0, 1].map((index) => [...(image.frames?.frame(index) ?? [])])).toEqual([
      [10, 20, 30, 40],
      [10, 20, 30, 40],
    ]);
    expect((await open(testFile('odd/fo-dicom/GH1339.dcm'))).frames?.count).toBe(1);
  });

  it('are refused as cut short when a frame is missing or nobody can tell', async () => {
    const truncated = { code: 'truncated' };
    await expect(open(inFragments([frame], rle, { frames: '2' }, none))).rejects.toMatchObject(truncated);
    const part = frame.subarray(0, 66);
    await expect(open(inFragments([part], rle, {}, none))).rejects.toMatchObject(truncated);
    const video = inFragments([frame], '1.2.840.10008.1.2.4.102', {}, none);
    expect(() => readPart10(video)).toThrow(/ends inside its pixel data/);
  });
});

describe('pixels that no test image has', () => {
  it('are read from fragments that are not compressed, and become native', async () => {
    const [one, two] = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8)];
    const uid = '1.2.840.10008.1.2.1.98';
    const image = await open(inFragments([one, two], uid, { frames: '2' }));
    expect(image).toMatchObject({ keep: 'apart', convertedFrom: uid });
    expect([0, 1].map((index) => image.frames?.frame(index))).toEqual([one, two]);
  });

  it('are kept as floating point numbers and shown in 16 bits, with the rescale that brings them back', async () => {
    const values = Float32Array.of(-1.5, 0, Number.NaN, 498.5);
    const whole = imageFile(none, { bitsAllocated: 32 });
    const pixels = element(0x7fe00008, 'OF', new Uint8Array(values.buffer));
    const file = concat(whole.subarray(0, whole.length - 12), pixels);
    const image = await open(file);
    expect(image.keep).toBe('whole');
    expect(image.file.bytes).toEqual(file);
    const shown = [...(image.frames?.frame(0) ?? [])];
    const { rescale, rendition } = image.attributes.instance.presentation;
    expect(rendition?.of).toContain('floating point');
    const [least, zero, notANumber, greatest] = shown.map(
      (value) => value * (rescale?.slope ?? 0) + (rescale?.intercept ?? 0),
    );
    expect([least, greatest]).toEqual([-1.5, 498.5]);
    expect(zero).toBeCloseTo(0, 2);
    expect(notANumber).toBe(-1.5);
  });
});
