// Files changed at random: each is read or refused, and nothing else ever happens.
import { describe, expect, it } from 'vitest';
import { DicomError } from './errors.ts';
import { readFrame } from './frames.ts';
import { tableEntries } from './lookup-table.ts';
import { buildObjectBlob, readObjectBlob, rebuildFile } from './object-blob.ts';
import { OverlayElement, overlayTag } from './overlay-places.ts';
import { readOverlays } from './overlays.ts';
import { readPart10 } from './part10.ts';
import { Tag } from './tags.ts';
import { concat, element, imageFile, sequence } from './testing/build.ts';
import { testFile, testFiles } from './testing/data.ts';

const ROUNDS = 60_000;
/** Above this the seeds make a round slow without making it better. */
const LARGEST_SEED = 10_000;

/** A small generator with a seed, so that a failure can be repeated (Marsaglia's xorshift). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Random = (below: number) => number;
const lies = [0xffffffff, 0xfffffffe, 0x7fffffff, 0x10000, 0xffff, 0x100, 1, 0];

const mutations: ((bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array)[] = [
  (bytes, random) => {
    bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  (bytes, random) => {
    for (let count = random(8); count >= 0; count--) bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = random(Math.max(1, bytes.length - 4));
    if (at + 4 <= bytes.length) view.setUint32(at, lies[random(lies.length)] as number, random(2) === 0);
    return bytes;
  },
  (bytes, random, other) =>
    concat(bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))),
  (bytes, random) => {
    const from = random(bytes.length);
    const piece = bytes.subarray(from, from + random(400));
    const at = random(bytes.length);
    return concat(bytes.subarray(0, at), piece, bytes.subarray(at));
  },
  // Headers are a small part of a file and where it hurts: the digits and words of the image module.
  (bytes, random) => {
    for (let at = 132; at + 10 < bytes.length; at++) {
      if (bytes[at] === 0x28 && bytes[at + 1] === 0 && bytes[at + 4] === 0x55 && random(6) === 0) {
        bytes[at + 8] = random(256);
        if (random(3) === 0) bytes[at + 9] = random(256);
      }
    }
    return bytes;
  },
];

describe('files changed at random', () => {
  const seeds = testFiles()
    .map((name) => testFile(name))
    .filter((bytes) => bytes.length <= LARGEST_SEED);

  it('are read and come back byte by byte, or are refused', () => {
    const random = generator(20_240_229);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      let bytes: Uint8Array = (seeds[round % seeds.length] as Uint8Array).slice();
      for (let count = random(4) === 0 ? 2 : 1; count > 0 && bytes.length > 0; count--) {
        const mutate = mutations[random(mutations.length)] as (typeof mutations)[number];
        bytes = mutate(bytes, random, seeds[random(seeds.length)] as Uint8Array);
      }
      const outcome = attempt(bytes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect(seeds.length).toBeGreaterThan(30);
    expect(outcomes.get('read')).toBeGreaterThan(5000);
    expect([...outcomes.keys()].filter((outcome) => outcome === 'changed')).toEqual([]);
  });

  it('have look-up tables and overlays inside their bounds, or none', () => {
    const random = generator(28_3010);
    let found = 0;
    for (let round = 0; round < 20_000; round++) {
      const bytes = withTablesAndOverlay.slice();
      for (let count = random(3); count >= 0; count--) bytes[random(bytes.length)] = random(256);
      try {
        const file = readPart10(bytes);
        const { voiLuts, modalityLut } = file.attributes.instance.presentation;
        for (const table of [...voiLuts, ...(modalityLut ? [modalityLut] : [])]) {
          expect(tableEntries(table)).toHaveLength(table.count);
          expect(table.bits).toBeLessThanOrEqual(16);
        }
        const { planes } = readOverlays(file, random(3));
        for (const { rows, columns, bits } of planes)
          expect(bits).toHaveLength(Math.ceil((rows * columns) / 8));
        found += voiLuts.length + planes.length;
      } catch (error) {
        if (!(error instanceof DicomError)) throw error;
      }
    }
    expect(found).toBeGreaterThan(20_000);
  });
});

const lut = concat(
  element(Tag.LUTDescriptor, 'US', [4, 0, 12]),
  element(Tag.LUTData, 'OW', [0, 1000, 2000, 4095]),
);
const voiGroup = sequence(
  Tag.FrameVOILUTSequence,
  [sequence(Tag.VOILUTSequence, [lut], 'undefined')],
  'defined',
);
const withTablesAndOverlay = imageFile(new Uint8Array(16), {
  frames: '2',
  bitsStored: 12,
  before: concat(
    sequence(Tag.ModalityLUTSequence, [lut], 'undefined'),
    sequence(Tag.VOILUTSequence, [lut, lut], 'defined'),
    sequence(Tag.PerFrameFunctionalGroupsSequence, [voiGroup, voiGroup], 'undefined'),
    element(overlayTag(0x6000, OverlayElement.Rows), 'US', [3]),
    element(overlayTag(0x6000, OverlayElement.Columns), 'US', [3]),
    element(overlayTag(0x6000, OverlayElement.NumberOfFrames), 'IS', '2'),
    element(overlayTag(0x6000, OverlayElement.Data), 'OW', [0x1234, 0x5678]),
    element(overlayTag(0x6002, OverlayElement.BitPosition), 'US', [13]),
  ),
});

/** 'read', 'changed' if it does not come back, or the code of the refusal; throws what is neither. */
function attempt(bytes: Uint8Array): string {
  try {
    const file = readPart10(bytes);
    JSON.stringify(file.attributes);
    const frames = Array.from(
      { length: file.pixels?.frames ?? 0 },
      (_, index) => readFrame(file, index).pixels,
    );
    const samples = frames.reduce((sum, pixels) => sum + pixels.length, 0);
    if (file.pixels?.offset !== null) expect(samples).toBeLessThanOrEqual(bytes.length * 8);
    const blob = concat(...buildObjectBlob(file).parts);
    return Buffer.compare(rebuildFile(readObjectBlob(blob), frames), bytes) === 0 ? 'read' : 'changed';
  } catch (error) {
    if (error instanceof DicomError) return error.code;
    throw error;
  }
}
