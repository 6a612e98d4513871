import { expect, test } from 'vitest';
import { SegmentCache } from './cache.ts';

const segment = (frame: number, bytes: number) => ({
  blob: 'b',
  frame,
  level: 0,
  crc32c: 0,
  bytes: new Uint8Array(bytes),
});

test('the cache keeps the segments used last, within its bytes', () => {
  const cache = new SegmentCache(10_000);
  for (const frame of [0, 1, 2]) cache.put(segment(frame, 2800));
  expect(cache.get('b', 0, 0)?.bytes.byteLength).toBe(2800);
  cache.put(segment(3, 2800));
  expect(cache.get('b', 1, 0)).toBeUndefined();
  expect(cache.get('b', 0, 0)).toBeDefined();
  expect(cache.bytes).toBeLessThanOrEqual(10_000);
});

test('many small segments and one that is too large do not break the bound', () => {
  const cache = new SegmentCache(10_000);
  for (let frame = 0; frame < 1000; frame++) cache.put(segment(frame, 1));
  cache.put(segment(5000, 20_000));
  expect(cache.bytes).toBeLessThanOrEqual(10_000);
  expect(cache.get('b', 5000, 0)).toBeUndefined();
});

test('a cache of no bytes keeps nothing but still knows how many levels frames have', () => {
  const cache = new SegmentCache(0);
  cache.put(segment(0, 10));
  cache.rememberLastLevel('b', 0, 4);
  expect(cache.get('b', 0, 0)).toBeUndefined();
  expect(cache.lastLevel('b', 0)).toBe(4);
  cache.clear();
  expect(cache.lastLevel('b', 0)).toBeUndefined();
});
