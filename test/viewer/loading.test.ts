// What is loaded and kept of long series: nothing more of one that is left, and never no image at all.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { SlowLink } from '../support/slow-link.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';
import { manyFrames, writeManyFrames } from './many-frames.ts';

const MiB = 2 ** 20;
/** The least that the page takes, and the half of it that pixels have. */
const memory = 256;
/** The other series, and what is on the line, in the system's buffers and read ahead when a request is called off; of 33 MB. */
const underWay = 8 * MiB;

let browser: Browser | undefined;
let server: StrataProcess | undefined;
let link: SlowLink | undefined;
let removeFolder: (() => void) | undefined;
const pages: ViewerPage[] = [];

beforeAll(async () => {
  const { folder, remove } = temporaryFolder('loading');
  removeFolder = remove;
  const data = `${folder}/data`;
  server = await StrataProcess.start(data);
  const imported = await strata('import', '--data', data, '--json', ...writeManyFrames(folder));
  if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
  browser = await launchChromium();
}, 120_000);
afterEach(() => Promise.all(pages.splice(0).map((page) => page.close())));
afterAll(async () => {
  await browser?.close();
  await link?.close();
  await server?.stop();
  removeFolder?.();
});

async function open(origin: string): Promise<ViewerPage> {
  if (!browser) throw new Error('Chromium was not started.');
  const prepare = async (page: Page) => {
    await page.addInitScript(`localStorage.setItem('strata.memory', '${memory}')`);
  };
  const viewer = await ViewerPage.open(browser, `${origin}/study/${manyFrames.study}`, { prepare });
  pages.push(viewer);
  await viewer.untilSharp();
  return viewer;
}

it('stops the bytes of a series that is left', { timeout: 120_000 }, async () => {
  if (!server) throw new Error('Strata was not started.');
  const port = Number(new URL(server.url).port);
  // Strata answers to pages of its own port only: the door has the same one, at another address of this machine.
  link = new SlowLink(10e6, 10);
  await link.door(port, 'here', { host: '::1', port });
  const viewer = await open(`http://[::1]:${port}`);
  expect((await viewer.state()).image?.count).toBe(manyFrames.long);
  await viewer.page.keyboard.press(']');
  const left = (await viewer.state()).bytesReceived;
  await viewer.until(
    'all of the other series is there',
    ({ image }) => image?.count === manyFrames.short && image.refined === image.count,
  );
  // Whatever is still on its way has come when the count, told a few times a second, stays as it is for long.
  let [received, same] = [-1, 0];
  const quiet = await viewer.until('nothing comes any more', ({ bytesReceived }) => {
    same = bytesReceived === received ? same + 1 : 0;
    received = bytesReceived;
    return same >= 40;
  });
  expect(quiet.bytesReceived - left).toBeLessThan(underWay);
  viewer.expectNoProblems();
});

it('scrolls through 2,000 images in little memory, and shows one of each', { timeout: 180_000 }, async () => {
  if (!server) throw new Error('Strata was not started.');
  const viewer = await open(server.url);
  await viewer.until(
    'there is something of every image, and more than that of some',
    ({ image }) => (image?.pixelBytes ?? 0) > manyFrames.coarseBytes + 4 * MiB,
    90_000,
  );
  const { blank, most, shown } = (await viewer.page.evaluate(
    scrollThrough(manyFrames.long / 10 - 1),
  )) as Seen;
  expect(blank, 'steps without an image of the slice').toBe(0);
  expect(shown).toBeGreaterThan(manyFrames.long - 11);
  // A frame on its way to the store may be above the limit for a moment.
  expect(most).toBeLessThan((memory / 2 + 8) * MiB);
  await viewer.untilSharp();
  await viewer.keep('loading-long-series');
  viewer.expectNoProblems();
});

/** In the page: ten images on with each key, and back by the wheel for a while; looks as soon as all is done at once. */
const scrollThrough = (jumps: number) => `(async () => {
  const target = document.querySelector('.viewport');
  const box = target.getBoundingClientRect();
  const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  const seen = { blank: 0, most: 0, shown: 0 };
  for (let step = 0; step < ${jumps} + 60; step++) {
    const before = strata.image.number;
    if (step < ${jumps}) dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', code: 'PageDown' }));
    else target.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, bubbles: true, cancelable: true, ...at }));
    for (let turn = 0; turn < 20; turn++) await null;
    const { shown, number, level, pixelBytes } = strata.image;
    if (shown !== number || number === before || level < 0) seen.blank++;
    seen.most = Math.max(seen.most, pixelBytes);
    seen.shown = Math.max(seen.shown, shown ?? 0);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return seen;
})()`;

interface Seen {
  readonly blank: number;
  readonly most: number;
  readonly shown: number;
}
