// Where colours are in what the page shows over and of the image, for tests of overlays and tables.
import type { BrowserGlobals, ViewerPage } from '../support/viewer-page.ts';

/** In CSS pixels of the viewport. */
export interface ShownColours {
  readonly white: Bounds | null;
  readonly coloured: Bounds | null;
  /** How many pixels are neither black, white nor grey. */
  readonly points: number;
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is in colour, and what of the upper half of the viewport is white. */
export async function shownColours({ page }: ViewerPage): Promise<ShownColours> {
  const picture = await page.locator('.image-place').screenshot({ style: '.overlay { visibility: hidden }' });
  return page.evaluate(findColours, `data:image/png;base64,${picture.toString('base64')}`);
}

/** Brightness, 0 to 255, in the middle of pixels (column, row) of the image that fills the viewport. */
export async function shownGreys(
  viewer: ViewerPage,
  image: { readonly columns: number; readonly rows: number },
  pixels: readonly (readonly [number, number])[],
): Promise<number[]> {
  const viewport = viewer.page.locator('.viewport');
  const zoom = (await viewer.state()).image?.zoom ?? 1;
  const { width = 0, height = 0 } = (await viewport.boundingBox()) ?? {};
  const picture = await viewport.screenshot({ style: '.overlay { visibility: hidden }' });
  const places = pixels.map(([column, row]): [number, number] => [
    width / 2 + (column + 0.5 - image.columns / 2) * zoom,
    height / 2 + (row + 0.5 - image.rows / 2) * zoom,
  ]);
  return viewer.page.evaluate(findGreys, {
    address: `data:image/png;base64,${picture.toString('base64')}`,
    places,
  });
}

/** Runs in the page. */
async function findColours(address: string): Promise<ShownColours> {
  const { createImageBitmap, OffscreenCanvas } = globalThis as unknown as BrowserGlobals;
  const bitmap = await createImageBitmap(await (await fetch(address)).blob());
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const found: { white: Bounds | null; coloured: Bounds | null; points: number } = {
    white: null,
    coloured: null,
    points: 0,
  };
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    const colour = Math.max(red, green, blue) - Math.min(red, green, blue);
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    const isWhite = red > 230 && colour < 20 && y < height / 2;
    const kind = colour > 100 ? 'coloured' : isWhite ? 'white' : null;
    if (!kind) continue;
    if (kind === 'coloured') found.points++;
    const { left, top, right, bottom } = found[kind] ?? { left: x, top: y, right: x, bottom: y };
    found[kind] = {
      left: Math.min(left, x),
      top: Math.min(top, y),
      right: Math.max(right, x),
      bottom: Math.max(bottom, y),
    };
  }
  return found;
}

/** Runs in the page. */
async function findGreys({
  address,
  places,
}: {
  address: string;
  places: [number, number][];
}): Promise<number[]> {
  const { createImageBitmap, OffscreenCanvas } = globalThis as unknown as BrowserGlobals;
  const bitmap = await createImageBitmap(await (await fetch(address)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  return places.map(([x, y]) => context.getImageData(Math.floor(x), Math.floor(y), 1, 1).data[0] ?? -1);
}

/** Brightness, 0 to 255, in the middle of pixels (column, row) of the active image, however it is turned and enlarged. */
export async function greysAt(
  viewer: ViewerPage,
  pixels: readonly (readonly [number, number])[],
): Promise<number[]> {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (await viewer.state()).image?.place ?? [];
  const picture = await viewer.page
    .locator('.viewport')
    .first()
    .screenshot({ style: '.overlay, .overlay-planes { visibility: hidden }' });
  const places = pixels.map(([column, row]): [number, number] => {
    const [x, y] = [column + 0.5, row + 0.5];
    return [a * x + c * y + e, b * x + d * y + f];
  });
  return viewer.page.evaluate(findGreys, {
    address: `data:image/png;base64,${picture.toString('base64')}`,
    places,
  });
}
