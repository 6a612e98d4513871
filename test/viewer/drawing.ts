// Draws on the active image of a page with the mouse, by pixels of the image.
import type { ViewerPage } from '../support/viewer-page.ts';

/** Column and row. */
export type Pixel = readonly [number, number];

/** Where pixels of the active image's middles are on the page. */
async function placesOf(viewer: ViewerPage, pixels: readonly Pixel[]) {
  const box = await viewer.page.locator('.cell[data-active="true"] .viewport').boundingBox();
  const { image } = await viewer.state();
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = image?.place ?? [];
  return pixels.map(([column, row]) => {
    const [x, y] = [column + 0.5, row + 0.5];
    return [(box?.x ?? 0) + a * x + c * y + e, (box?.y ?? 0) + b * x + d * y + f] as const;
  });
}

/** Draws with the tool of a key: pressed at the first pixel, moved over the others, let go at the last. */
export async function draw(viewer: ViewerPage, key: string, ...pixels: Pixel[]): Promise<void> {
  await drag(viewer, key, ...pixels);
  await viewer.page.mouse.up();
}

/** As `draw`, and does not let go. */
export async function drag(viewer: ViewerPage, key: string, ...pixels: Pixel[]): Promise<void> {
  const { page } = viewer;
  await take(viewer, key);
  const [first, ...others] = await placesOf(viewer, pixels);
  if (!first) return;
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const place of others) await page.mouse.move(...place, { steps: 5 });
}

/** Clicks twice at a pixel with the tool of a key. */
export async function doubleClick(viewer: ViewerPage, key: string, pixel: Pixel): Promise<void> {
  await take(viewer, key);
  const [place] = await placesOf(viewer, [pixel]);
  if (place) await viewer.page.mouse.dblclick(...place);
}

/** Takes the tool of a key into hand. */
async function take({ page }: ViewerPage, key: string): Promise<void> {
  await page.keyboard.press(key);
  await page.evaluate('new Promise((done) => requestAnimationFrame(done))');
}
