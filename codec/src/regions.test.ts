import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, type DecoderState, loadCodec } from './codec.ts';
import { CodecError } from './errors.ts';
import type { Pixels } from './format.ts';
import { type Header, readHeader } from './header.ts';
import { levelSize } from './levels.ts';
import { type Region, tilesOf } from './regions.ts';
import { type Content, frameOf } from './testing/contents.ts';

const digest = new Uint8Array(32);

let codec: Codec;
beforeAll(async () => {
  codec = await loadCodec();
});

interface Coded {
  readonly codestream: Uint8Array;
  readonly header: Header;
  /** By level. */
  readonly states: readonly DecoderState[];
}

function coded(width: number, height: number, samples: 1 | 3, content: Content, kind: object): Coded {
  const format = { width, height, samples, bits: samples === 3 ? 8 : 12, signed: false } as const;
  const codestream = codec.encode(frameOf(format, content, 3), format, { digest, ...kind });
  const header = readHeader(codestream);
  const states: DecoderState[] = [];
  for (const { offset, length } of header.segments) {
    const segment = codestream.subarray(offset, offset + length);
    states.push(codec.decodeLevel(header, states.at(-1) ?? null, segment));
  }
  return { codestream, header, states };
}

function sizeOf({ format, levels }: Header, level: number): { width: number; height: number } {
  return { width: levelSize(format.width, level, levels), height: levelSize(format.height, level, levels) };
}

function cropOf({ header, states }: Coded, level: number, region: Region): number[] {
  const pixels = codec.levelPixels(header, states[level] as DecoderState);
  const { width } = sizeOf(header, level);
  const { samples } = header.format;
  return Array.from({ length: region.height }, (_, y) => {
    const first = ((region.y + y) * width + region.x) * samples;
    return [...pixels.subarray(first, first + region.width * samples)];
  }).flat();
}

/** Decodes a region from its own bytes alone: all others are destroyed. */
function fromOwnBytes(
  { header, codestream }: Coded,
  level: number,
  region: Region,
  state: DecoderState | null,
): Pixels {
  const own = new Uint8Array(codestream.length).fill(0xa5);
  for (const { offset, length } of tilesOf(header, level, region, state?.level)) {
    own.set(codestream.subarray(offset, offset + length), offset);
  }
  return codec.decodeRegion(
    header,
    level,
    region,
    ({ offset, length }) => own.subarray(offset, offset + length),
    state,
  );
}

describe('a region of a level', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const rectangle = fc.tuple(share, share, share, share);
  const place = (
    [x, y, width, height]: readonly number[],
    whole: { width: number; height: number },
  ): Region => {
    const along = (from: number, length: number, size: number): [number, number] => {
      const first = Math.min(Math.floor(from * size), size - 1);
      return [first, Math.max(1, Math.floor(length * (size - first)))];
    };
    const [left, columns] = along(x as number, width as number, whole.width);
    const [top, rows] = along(y as number, height as number, whole.height);
    return { x: left, y: top, width: columns, height: rows };
  };

  it.each<[string, number, number, 1 | 3, Content, object]>([
    ['a mammogram of many tiles', 1620, 2100, 1, 'smooth with noise', {}],
    ['a smooth picture', 1101, 1291, 1, 'smooth', {}],
    ['colour', 1040, 700, 3, 'smooth with noise', {}],
    ['a drawn picture', 1100, 700, 1, 'drawn', {}],
    ['a mask', 1300, 1030, 1, 'mask', { categorical: true }],
    ['noise', 900, 1100, 1, 'noise', {}],
    ['a long strip', 5000, 23, 1, 'smooth with noise', {}],
  ])('of %s is the crop of the whole level, from its own bytes alone and from any state', (_, ...frame) => {
    const made = coded(...frame);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), rectangle, (anyLevel, anyState, shares) => {
        const level = made.header.levels - (anyLevel % Math.min(3, made.header.levels + 1));
        const region = place(shares, sizeOf(made.header, level));
        const decoded = (anyState % (level + 2)) - 1;
        const pixels = fromOwnBytes(made, level, region, made.states[decoded] ?? null);
        expect([...pixels]).toEqual(cropOf(made, level, region));
      }),
      { numRuns: 12 },
    );
  });

  it('takes a small share of the bytes of a large picture', () => {
    const format = { width: 3000, height: 2400, samples: 1, bits: 12, signed: false } as const;
    const codestream = codec.encode(frameOf(format, 'smooth with noise', 3), format, { digest });
    const header = readHeader(codestream);
    const region = { x: 2000, y: 100, width: 400, height: 300 };
    const parts = tilesOf(header, header.levels, region);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    expect(bytes).toBeLessThan(codestream.length * 0.2);
    expect(
      parts.filter(({ level }) => level === header.levels).map(({ kind, tile }) => tile ?? kind),
    ).toEqual(['tables', 3, 4]);
    const offsets = parts.map(({ offset }) => offset);
    expect(offsets).toEqual(offsets.toSorted((one, other) => one - other));
  });
});

describe('what is refused of a region', () => {
  let made: Coded;
  beforeAll(() => {
    made = coded(1100, 600, 1, 'smooth with noise', {});
  });
  const decode = (
    region: Region,
    level: number,
    source: (offset: number, length: number) => Uint8Array,
  ): Pixels =>
    codec.decodeRegion(made.header, level, region, ({ offset, length }) => source(offset, length), null);
  const whole = (offset: number, length: number): Uint8Array =>
    made.codestream.subarray(offset, offset + length);
  const corner = { x: 0, y: 0, width: 10, height: 10 };

  it.each([
    ['outside the level', { x: 1095, y: 0, width: 6, height: 1 }, 5],
    ['empty', { x: 0, y: 0, width: 0, height: 1 }, 5],
    ['between pixels', { x: 0.5, y: 0, width: 1, height: 1 }, 5],
    ['of a level that does not exist', corner, 6],
  ])('one %s', (_, region, level) => {
    expect(() => decode(region, level, whole)).toThrow(CodecError);
    expect(() => tilesOf(made.header, level, region)).toThrow(CodecError);
  });

  it('a flipped bit in any of its parts', () => {
    for (const part of tilesOf(made.header, 5, corner)) {
      const damaged = (offset: number, length: number): Uint8Array => {
        const bytes = whole(offset, length).slice();
        if (offset === part.offset) bytes[length >> 1] = (bytes[length >> 1] as number) ^ 16;
        return bytes;
      };
      expect(() => decode(corner, 5, damaged), `${part.kind} of level ${part.level}`).toThrow('checksum');
    }
  });

  it('parts of another length, and a state above the level', () => {
    expect(() => decode(corner, 5, (offset, length) => whole(offset, length - 1))).toThrow('bytes');
    const state = made.states[5] as DecoderState;
    expect(() => codec.decodeRegion(made.header, 4, corner, () => new Uint8Array(), state)).toThrow('above');
  });
});
