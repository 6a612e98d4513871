import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compress, decompress } from './zstd.ts';

const some = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at) & 0xff);

describe('zstd', () => {
  it('gives back what it was given', () => {
    for (const length of [0, 1, 1000, some.length]) {
      const bytes = some.subarray(0, length);
      expect(Buffer.compare(decompress(compress(bytes), length), bytes)).toBe(0);
    }
  });

  it('writes frames that anyone can read', () => {
    expect(Buffer.compare(zstdDecompressSync(compress(some)), some)).toBe(0);
  });

  it('does not give more than asked for', () => {
    expect(() => decompress(compress(some), some.length - 1)).toThrow();
  });
});
