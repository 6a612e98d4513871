import type { Header } from '@strata/codec/header';
import { tilesOf } from '@strata/codec/regions';
import { beforeAll, expect, it } from 'vitest';
import { covers, regionWish } from './region-wishes.ts';
import { largeImage } from './testing/large-image.ts';

let header: Header;
beforeAll(async () => {
  ({ header } = await largeImage());
});

const all = { x: 0, y: 0, width: 2048, height: 1536 };
const middle = { x: 600, y: 600, width: 800, height: 300 };
const wishFor = (visible: typeof all, { level = 5, base = 4, asked = new Map() } = {}) =>
  regionWish({ header, level, base, visible, asked });

it('an enlarged image takes the tiles under what is visible and a little around it', () => {
  const wish = wishFor(middle);
  expect(wish).toMatchObject({ level: 5, base: 4, region: { x: 536, y: 536 } });
  expect(covers(wish?.area ?? middle, { x: 536, y: 536, width: 928, height: 428 })).toBe(true);
  const bytes = wish?.parts.reduce((sum, { length }) => sum + length, 0) ?? 0;
  expect(bytes / (header.segments[5]?.length ?? 1)).toBeLessThan(0.4);
});

it('the tiles of several levels are wanted where only a coarse one is there', () => {
  expect(new Set(wishFor(middle, { base: 2 })?.parts.map(({ level }) => level))).toEqual(new Set([3, 4, 5]));
});

it('at the edges of the image it ends with the image', () => {
  const corner = { x: 1800, y: 1400, width: 248, height: 136 };
  const { area, region } = wishFor(corner) ?? {};
  expect(region).toEqual({ x: 1736, y: 1336, width: 312, height: 200 });
  expect(area).toEqual(region);
});

it('all of the level is fetched where most of it is visible, or was asked for while looking around', () => {
  expect(wishFor(all)).toBeNull();
  expect(wishFor({ ...all, height: 1100 })).toBeNull();
  const asked = tilesOf(header, 5, { x: 0, y: 0, width: 2048, height: 400 }, 4);
  expect(wishFor(middle, { asked: new Map(asked.map((part) => [part.offset, part])) })).not.toBeNull();
  const below = { x: 400, y: 1200, width: 1300, height: 200 };
  expect(wishFor(below, { asked: new Map(asked.map((part) => [part.offset, part])) })).toBeNull();
});

it('levels of few bytes are fetched whole', () => {
  expect(wishFor({ x: 10, y: 10, width: 20, height: 20 }, { level: 3, base: 2 })).toBeNull();
});
