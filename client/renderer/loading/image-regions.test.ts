import { tilesOf } from '@strata/codec/regions';
import { afterEach, expect, it, vi } from 'vitest';
import { areaOf } from '../decoding/region-area.ts';
import { ImageLoader } from './image-loader.ts';
import type { LoadingView, Look } from './loading-view.ts';
import { memoryShares } from './memory-shares.ts';
import { decoderHere, LargeImageSource, largeImage, largeSlice } from './testing/large-image.ts';

const recipe = {
  ...({ kind: 'grey', slope: 1, intercept: 0 } as const),
  ...{ padding: null, modality: null, voi: null },
};
const quarter = { x: 600, y: 500, width: 800, height: 400 };
const last = 5;

let ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending) end();
  ending = [];
});

/** A viewport that shows the first of some large images fitted: at half its size unless it is another. */
async function fitted(count = 1, scale = 0.5) {
  const image = await largeImage();
  const source = new LargeImageSource(image);
  const decoder = await decoderHere();
  const memory = memoryShares(2 ** 30);
  const loader = new ImageLoader({ source, decoder, memory, regions: { source, decoder } });
  ending.push(() => loader.close());
  const view = loader.view({ onChange: () => {} });
  const slices = Array.from({ length: count }, (_, frame) => largeSlice(image, frame));
  view.open({ slices, renderingOf: (at) => ({ key: slices[at]?.key ?? '', recipe }), target: 0, scale });
  await vi.waitFor(() => expect(view.held(count - 1)).toBe(view.needed(0)));
  const look = (visible: Look['visible'], more: Partial<Look> = {}) =>
    view.look({ target: 0, scale: 1, ...(visible && { visible }), ...more });
  return { image, source, decoder, loader, view, look, slices };
}

const untilParts = (view: LoadingView, count: number) =>
  vi.waitFor(() => expect(view.parts(0)).toHaveLength(count));

/** The rows of an area of an image. */
function rowsOf(values: ArrayLike<number>, { x, y, width, height } = quarter): number[] {
  const rows: number[] = [];
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) rows.push(values[row * 2048 + column] as number);
  }
  return rows;
}

it('of an enlarged image only the tiles under what is visible come, and these are the stored pixels', async () => {
  const { image, source, view, look, loader } = await fitted();
  const before = loader.pixelBytes;
  look(quarter);
  await untilParts(view, 1);
  expect(source.bytesOf('level 5')).toBe(0);
  expect(source.bytesOf('parts of 5') / (image.header.segments[last]?.length ?? 1)).toBeLessThan(0.4);
  expect(view.pixels(0)).toMatchObject({ level: 4, parts: [{ level: 5 }] });
  expect(rowsOf(view.pixels(0)?.pixels.values ?? [])).toEqual(rowsOf(image.pixels));
  expect(loader.pixelBytes).toBe(before);
  expect([view.needed(0), view.wanted(0)]).toEqual([5, 4]);
});

it('a part is laid over the rest without a seam, also at a level below the last one', async () => {
  const { view, decoder, look, image, source } = await fitted();
  look(quarter);
  await untilParts(view, 1);
  const { area } = view.parts(0)[0] ?? { area: quarter };
  const shown = view.pixels(0)?.pixels.values ?? [];
  expect(rowsOf(shown, area)).toEqual(rowsOf(image.pixels, area));
  const { pixels: coarse } = await decoder.show('b/0', { recipe, size: 'full' });
  const beside = { x: 0, y: 0, width: area.x, height: 1536 };
  expect(rowsOf(shown, beside)).toEqual(rowsOf(coarse.values, beside));

  const { header } = image;
  const region = { x: 500, y: 300, width: 200, height: 100 };
  const add = (level: number) =>
    decoder.add('again', [{ level, bytes: source.bytes(header.segments[level]) }], null);
  for (const level of [0, 1, 2]) await add(level);
  const parts = tilesOf(header, 4, region, 2).map((part) => ({ ...part, bytes: source.bytes(part) }));
  const { pixels } = await decoder.region('again', { level: 4, region, parts, recipe });
  for (const level of [3, 4]) await add(level);
  const whole = await decoder.show('again', { recipe, size: 'full' });
  const made = areaOf(region, 2, header.format);
  expect(made).toEqual({ x: 1000, y: 600, width: 399, height: 199 });
  expect([...pixels.values]).toEqual(rowsOf(whole.pixels.values, made));
});

it('straight from a coarse image the part comes with the tiles of both levels above a quarter of its resolution', async () => {
  const { image, source, view, look } = await fitted(1, 0.125);
  look(quarter);
  await untilParts(view, 1);
  expect(rowsOf(view.pixels(0)?.pixels.values ?? [])).toEqual(rowsOf(image.pixels));
  expect(view.held(0)).toBe(3);
  expect([source.bytesOf('level 4'), source.bytesOf('level 5')]).toEqual([0, 0]);
});

it('a part stays as sharp as it is while all of the image becomes better', async () => {
  const { image, view, look } = await fitted(1, 0.125);
  look(quarter);
  await untilParts(view, 1);
  look(null, { scale: 0.5 });
  await vi.waitFor(() => expect(view.held(0)).toBe(4));
  expect(view.parts(0)).toHaveLength(1);
  expect(rowsOf(view.pixels(0)?.pixels.values ?? [])).toEqual(rowsOf(image.pixels));
});

it('a small move takes nothing new, a larger one what is missing, and much of it all of the level', async () => {
  const { source, view, look } = await fitted();
  look(quarter);
  await untilParts(view, 1);
  const asked = source.asked.length;
  look({ ...quarter, x: quarter.x + 50 });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(source.asked).toHaveLength(asked);
  look({ ...quarter, x: quarter.x - 300 });
  await untilParts(view, 2);
  look({ ...quarter, x: 1200, y: 1100 });
  await vi.waitFor(() => expect(view.held(0)).toBe(last));
  expect([view.parts(0), view.wanted(0)]).toEqual([[], last]);
});

it('what is measured, and what has no parts to give, comes whole', async () => {
  const measured = await fitted();
  measured.look(quarter, { isMeasured: true });
  await vi.waitFor(() => expect(measured.view.held(0)).toBe(last));
  expect(measured.source.bytesOf('parts of 5')).toBe(0);
  const failing = await fitted();
  failing.source.refusal = new Error('no parts here');
  failing.look(quarter);
  await vi.waitFor(() => expect(failing.view.held(0)).toBe(last));
  expect(failing.view.states[0]?.failure).toBeNull();
});

it('what the decoder has lost is decoded again, and the part after it', async () => {
  const { source, view, look, decoder } = await fitted();
  decoder.forget();
  look(quarter);
  await untilParts(view, 1);
  expect(source.bytesOf('level 5')).toBe(0);
});

it('a part that is not looked at any more is called off, and of another image its own is fetched', async () => {
  const { source, view, look } = await fitted(2);
  const gate = Promise.withResolvers<void>();
  source.gate = gate.promise;
  look(quarter);
  const [first] = source.asked.filter(({ what }) => what === 'parts of 5');
  expect(first?.signal.aborted).toBe(false);
  look(quarter, { target: 1 });
  expect(first?.signal.aborted).toBe(true);
  gate.resolve();
  await vi.waitFor(() => expect(view.parts(1)).toHaveLength(1));
  expect(view.parts(0)).toHaveLength(0);
  const held = Promise.withResolvers<void>();
  source.gate = held.promise;
  look({ ...quarter, y: 900 }, { target: 1 });
  view.close();
  expect(source.asked.at(-1)?.signal.aborted).toBe(true);
  held.resolve();
});

it('two viewports of one image have a part each', async () => {
  const { loader, view, look, slices } = await fitted();
  const beside = loader.view({ onChange: () => {} });
  const renderingOf = () => ({ key: slices[0]?.key ?? '', recipe });
  beside.open({ slices, renderingOf, target: 0, scale: 0.5 });
  look({ x: 100, y: 100, width: 300, height: 300 });
  beside.look({ target: 0, scale: 1, visible: { x: 100, y: 600, width: 300, height: 300 }, rank: 1 });
  await untilParts(view, 2);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(view.parts(0)).toHaveLength(2);
  expect(view.partWish()).toBeNull();
  expect(beside.partWish()).toBeNull();
});
