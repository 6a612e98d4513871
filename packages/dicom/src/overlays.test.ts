import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OverlayElement, overlayTag } from './overlay-places.ts';
import { hasEmbeddedOverlays, readOverlays } from './overlays.ts';
import { readPart10 } from './part10.ts';
import { concat, element, type ImageOptions, imageFile } from './testing/build.ts';
import { testFile } from './testing/data.ts';
import { EXPLICIT_BIG, EXPLICIT_BIG_UID, EXPLICIT_LITTLE } from './transfer-syntax.ts';

const hash = (bits: Uint8Array) => createHash('sha256').update(bits).digest('hex').slice(0, 16);
const of = (file: Uint8Array, frame = 0) => readOverlays(readPart10(file), frame);

describe('overlays of real files', () => {
  it('are the bits that pydicom gives, of elements of their own and of bits beside the samples', () => {
    const file = readPart10(testFile('extra/other/OT_512x512_overlay_in_high_bits.dcm'));
    expect(file.attributes.instance.presentation.overlays).toBe(4);
    expect(hasEmbeddedOverlays(file)).toBe(true);
    const { planes, problems } = readOverlays(file, 0);
    expect(problems).toEqual([]);
    expect(planes.map(({ group, bits }) => [group, hash(bits)])).toEqual([
      ['6000', '4686f59413c49a5f'],
      ['6002', '31b9250fa5e47396'],
      ['6004', '5d2edfdfd564460c'],
      ['6006', '57e63318af79f6b3'],
    ]);
    expect(planes[0]).toMatchObject({ kind: 'G', rows: 512, columns: 512, origin: [1, 1] });
  });

  it('are none where a group has attributes but no bits', () => {
    const file = readPart10(testFile('odd/fo-dicom/IM-0001-0001-0001.dcm'));
    expect(file.attributes.instance.presentation.overlays).toBe(0);
    expect(readOverlays(file, 0)).toEqual({ planes: [], problems: [] });
  });
});

interface Plane {
  rows?: number;
  columns?: number;
  frames?: string;
  first?: number;
  bits: number[];
}

function group(
  { rows = 2, columns = 3, frames, first, bits }: Plane,
  encoding = EXPLICIT_LITTLE,
): Uint8Array {
  const tag = (name: keyof typeof OverlayElement) => overlayTag(0x6000, OverlayElement[name]);
  const word = (name: keyof typeof OverlayElement, ...values: number[]) =>
    element(tag(name), 'US', values, encoding);
  const none = new Uint8Array(0);
  return concat(
    word('Rows', rows),
    word('Columns', columns),
    frames === undefined ? none : element(tag('NumberOfFrames'), 'IS', frames, encoding),
    element(tag('Type'), 'CS', 'G', encoding),
    element(tag('Origin'), 'SS', [2, 65_533], encoding),
    first === undefined ? none : word('ImageFrameOrigin', first),
    element(tag('Label'), 'LO', 'Marks', encoding),
    element(tag('Data'), 'OW', bits, encoding),
  );
}

const image = (plane: Plane, options: ImageOptions = {}, uid?: string) =>
  imageFile(
    new Uint8Array(8 * Number(options.frames ?? 1)),
    { before: group(plane, options.encoding), ...options },
    uid,
  );

describe('overlays that no test image has', () => {
  it('are the same in a big endian file, where words lie swapped', () => {
    const little = of(image({ bits: [0b10_1101] }));
    const big = of(image({ bits: [0b10_1101] }, { encoding: EXPLICIT_BIG }, EXPLICIT_BIG_UID));
    expect(little.planes).toEqual(big.planes);
    expect(little.planes).toMatchObject([
      { rows: 2, columns: 3, origin: [2, -3], label: 'Marks', bits: Uint8Array.of(0b10_1101) },
    ]);
  });

  it('of several frames begin at the frame that they say, bits after bits', () => {
    // Frames of 6 bits: 1, 2 and 3 as numbers.
    const bits = [1 | (2 << 6) | (3 << 12), 3 >> 4];
    const file = image({ frames: '3', first: 2, bits }, { frames: '5' });
    expect([0, 1, 2, 3, 4].map((frame) => of(file, frame).planes[0]?.bits[0])).toEqual([
      undefined,
      1,
      2,
      3,
      undefined,
    ]);
  });

  it('of one frame are for all frames of the image', () => {
    const file = image({ bits: [5] }, { frames: '3' });
    expect([0, 2].map((frame) => of(file, frame).planes[0]?.bits[0])).toEqual([5, 5]);
  });

  it('are left out with the reason when they are cut short, huge, or of no size', () => {
    expect(of(image({ rows: 30, bits: [1] })).problems).toEqual([
      'overlay 6000: 3 x 30 points of frame 1 do not fit into its 2 bytes',
    ]);
    expect(of(image({ rows: 65_535, columns: 65_535, bits: [1] })).problems[0]).toMatch(/above the limit/);
    expect(of(image({ rows: 0, bits: [1] })).problems).toEqual(['overlay 6000: it has no size']);
  });

  it('beside the samples are those of each frame, in words of either order', () => {
    const before = (encoding = EXPLICIT_LITTLE) =>
      element(overlayTag(0x6000, OverlayElement.BitPosition), 'US', [13], encoding);
    const words = [0x2000, 5, 0x2001, 0, 0, 0x3fff, 0, 0x2000];
    const options = { bitsStored: 12, frames: '2' };
    const little = imageFile(words, { ...options, before: before() });
    const swapped = { ...options, before: before(EXPLICIT_BIG), encoding: EXPLICIT_BIG };
    const big = imageFile(words, swapped, EXPLICIT_BIG_UID);
    for (const file of [little, big]) {
      expect([0, 1].map((frame) => of(file, frame).planes[0]?.bits[0])).toEqual([0b0101, 0b1010]);
    }
  });
});
