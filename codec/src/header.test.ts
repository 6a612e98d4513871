import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { CodecError } from './errors.ts';
import type { FrameFormat } from './format.ts';
import { readHeader, type Transform, writeHeader } from './header.ts';
import { levelCount } from './levels.ts';
import { tileCount } from './wavelet/geometry.ts';

const digest = Uint8Array.from({ length: 32 }, (_, at) => 255 - at);
const plain: Transform = { filter: 0, colour: 0, offset: 0, palette: null };

/** A header for a frame whose levels are as long as their number, and whose tiles are empty. */
function headerOf(format: FrameFormat, transform: Transform): Uint8Array {
  const levels = levelCount(format.width, format.height);
  const bodies = Array.from({ length: levels + 1 }, (_, level) => ({ length: 5000 + level, crc32c: level }));
  const tiles = bodies.map((_, level) => {
    const count = tileCount(format, levels, level);
    return Array.from({ length: count > 1 ? count : 0 }, (__, tile) => ({ length: tile % 3, crc32c: tile }));
  });
  return writeHeader(format, transform, digest, bodies, tiles);
}

/** Changes a header and makes its checksum right again. */
function forged(header: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = header.slice();
  const view = new DataView(copy.buffer);
  change(view);
  view.setUint32(copy.length - 4, crc32c(copy.subarray(0, -4)), true);
  return copy;
}

describe('the header of a codestream', () => {
  it('is read as it was written', () => {
    const formats = fc.record({
      width: fc.integer({ min: 1, max: 3000 }),
      height: fc.integer({ min: 1, max: 3000 }),
      samples: fc.constantFrom(1 as const, 3 as const),
      bits: fc.integer({ min: 1, max: 16 }),
      signed: fc.boolean(),
    });
    const filters = fc.constantFrom(0 as const, 1 as const, 2 as const);
    const offsets = fc.integer({ min: -32_768, max: 65_535 });
    fc.assert(
      fc.property(formats, filters, offsets, (format, filter, offset) => {
        const bytes = headerOf(format, {
          filter,
          colour: format.samples === 3 ? 1 : 0,
          offset,
          palette: null,
        });
        const header = readHeader(bytes);
        expect(header).toMatchObject({
          version: 1,
          format,
          filter,
          offset,
          digest,
          headerLength: bytes.length,
        });
        let end = 0;
        header.segments.forEach((segment, level) => {
          expect(segment).toEqual({
            offset: end,
            length: 5000 + level + (level === 0 ? bytes.length : 0),
            crc32c: level,
          });
          end += segment.length;
          const last = header.tiles[level]?.at(-1);
          if (last !== undefined) expect(last.offset + last.length).toBe(end);
        });
        expect(header.length).toBe(end);
      }),
    );
  });

  const format: FrameFormat = { width: 600, height: 600, samples: 1, bits: 12, signed: false };
  const bytes = headerOf(format, plain);
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'longer'],
    ['other bytes', new Uint8Array(200), 'not a Strata codestream'],
    ['a header cut short', bytes.subarray(0, bytes.length - 1), 'cut short'],
    ['a flipped bit', bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)), 'checksum'],
    ['a later version', forged(bytes, (view) => view.setUint8(4, 2)), 'version 2'],
    ['unknown flags', forged(bytes, (view) => view.setUint8(5, 0x40)), 'flags'],
    ['a colour transform of one sample', forged(bytes, (view) => view.setUint8(5, 0x10)), 'one sample'],
    ['an impossible frame', forged(bytes, (view) => view.setUint16(8, 0, true)), 'impossible frame'],
    ['too many bits', forged(bytes, (view) => view.setUint8(6, 17)), 'impossible frame'],
    ['levels that the size does not have', forged(bytes, (view) => view.setUint8(7, 4)), '4 levels'],
    ['an impossible offset', forged(bytes, (view) => view.setInt32(12, 70_000, true)), 'offset'],
    [
      'tiles longer than their level',
      forged(bytes, (view) => view.setUint32(96, 6000, true)),
      'longer than the level',
    ],
  ])('is refused: %s', (_, given, reason) => {
    expect(() => readHeader(given)).toThrow(CodecError);
    expect(() => readHeader(given)).toThrow(reason);
  });
});
