// What is loaded and kept of long series and large images: nothing more than is looked at, and never no image at all.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data.ts';
import { SlowLink } from '../support/slow-link.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';
import { draw } from './drawing.ts';
import { manyFrames, writeManyFrames } from './many-frames.ts';

const MiB = 2 ** 20;
/** The least that the page takes, and the half of it that pixels have. */
const memory = 256;
/** The other series, and what is on the line, in the system's buffers and read ahead when a request is called off; of 33 MB. */
const underWay = 8 * MiB;
/** A chest of 1841 x 1955 pixels. */
const radiograph = {
  file: `${dataFolder}/wg04/RG1_JLSN.dcm`,
  study: '1.3.6.1.4.1.5962.1.2.9.20040826185059.5457',
} as const;

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
  const files = [...writeManyFrames(folder), radiograph.file];
  const imported = await strata('import', '--data', data, '--json', ...files);
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

async function open(origin: string, study: string = manyFrames.study): Promise<ViewerPage> {
  if (!browser) throw new Error('Chromium was not started.');
  const prepare = async (page: Page) => {
    await page.addInitScript(`localStorage.setItem('strata.memory', '${memory}')`);
  };
  const viewer = await ViewerPage.open(browser, `${origin}/study/${study}`, { prepare });
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
  expect((await receivedInAll(viewer)) - left).toBeLessThan(underWay);
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

it('fetches of an enlarged radiograph what is visible, which looks as all of it does', {
  timeout: 90_000,
}, async () => {
  if (!server) throw new Error('Strata was not started.');
  const viewer = await open(server.url, radiograph.study);
  const { page } = viewer;
  const line = page.locator('.overlay .level');
  const fitted = await receivedInAll(viewer);
  expect((await viewer.state()).image).toMatchObject({ level: 4, levels: 5, isPart: false });
  await page.keyboard.press('o');
  await viewer.until('what is visible is sharp', ({ image }) => image?.isPart === true);
  const ofPart = (await receivedInAll(viewer)) - fitted;
  expect((await viewer.state()).image).toMatchObject({ level: 4, needed: 5, error: null });
  expect(await line.textContent()).toContain('full, visible part only');
  const part = await viewer.look();
  await viewer.keep('loading-visible-part');

  // What is measured by its values comes whole.
  await draw(viewer, 'q', [850, 900], [1000, 1050]);
  await viewer.until('all of the image is sharp', ({ image }) => image?.level === 5);
  await page.keyboard.press('Delete');
  await viewer.until('the rectangle is gone', ({ measurements }) => measurements.length === 0);
  const ofAll = (await receivedInAll(viewer)) - fitted - ofPart;
  expect(ofPart).toBeGreaterThan(0.1 * ofAll);
  expect(ofPart).toBeLessThan(0.6 * ofAll);
  expect(await line.textContent()).not.toContain('visible part');
  expect(await viewer.look()).toEqual(part);
  viewer.expectNoProblems();
});

it('paints the first image before the renderer is there, as that will draw it', {
  timeout: 60_000,
}, async () => {
  if (!server || !browser) throw new Error('Strata was not started.');
  const { promise: letGo, resolve: go } = Promise.withResolvers<void>();
  const prepare = async (page: Page) => {
    await page.route('**/assets/stack-view-*.js', async (route) => {
      await letGo;
      await route.continue();
    });
  };
  const viewer = await ViewerPage.open(browser, `${server.url}/study/${radiograph.study}`, { prepare });
  pages.push(viewer);
  const { page } = viewer;
  const early = page.locator('.early-picture');
  const level = async () => Number(await early.getAttribute('data-level'));
  await expect
    .poll(async () => ((await early.getAttribute('data-level')) === null ? -1 : level()), { timeout: 30_000 })
    .toBe(4);
  expect(await early.getAttribute('data-needed')).toBe('4');
  await page.evaluate(keepEarly);
  await viewer.keep('loading-first-picture');
  // What is asked of the image meanwhile is done when it can be.
  await page.keyboard.press('i');
  await page.keyboard.press('i');
  go();
  await viewer.untilSharp();
  await expect.poll(() => early.isHidden()).toBe(true);
  const { width, mean, most } = (await page.evaluate(differenceToEarly)) as Record<string, number>;
  expect(width).toBeGreaterThan(500);
  // Eight bits, and other ways to interpolate.
  expect(mean).toBeLessThan(1);
  expect(most).toBeLessThan(48);
  viewer.expectNoProblems();
});

it('has fetched a study that is pointed at when it is opened', { timeout: 60_000 }, async () => {
  if (!server || !browser) throw new Error('Strata was not started.');
  const sent: string[] = [];
  const prepare = async (page: Page) => {
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(String(payload))));
  };
  const viewer = await ViewerPage.open(browser, `${server.url}/?sort=name`, { prepare });
  pages.push(viewer);
  const asksFor = (text: string) => sent.filter((message) => message.includes(text)).length;
  const row = viewer.page.locator(`tr[data-study="${manyFrames.study}"]`);
  await row.hover();
  await expect.poll(() => asksFor(manyFrames.study)).toBe(1);
  await receivedInAll(viewer);
  await row.click();
  await viewer.untilSharp();
  expect(asksFor(manyFrames.study), 'questions for the study').toBe(1);
  viewer.expectNoProblems();
});

/** In the page: keeps the pixels of the picture that is painted before the renderer draws. */
const keepEarly = `(() => {
  const { width, height } = document.querySelector('.early-picture');
  globalThis.early = document.querySelector('.early-picture').getContext('2d').getImageData(0, 0, width, height);
})()`;

/** In the page: how far what the renderer draws is from that, in grey values. */
const differenceToEarly = `(() => {
  const { width, height, data } = globalThis.early;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.drawImage(document.querySelector('canvas.cornerstone-canvas'), 0, 0, width, height);
  const drawn = context.getImageData(0, 0, width, height).data;
  let [sum, most] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const difference = Math.abs(data[at] - drawn[at]);
    sum += difference;
    most = Math.max(most, difference);
  }
  return { width, mean: sum / (data.length / 4), most };
})()`;

/** Bytes received when nothing comes any more: when the count, told a few times a second, stays as it is for long. */
async function receivedInAll(viewer: ViewerPage): Promise<number> {
  let [received, same] = [-1, 0];
  const quiet = await viewer.until('nothing comes any more', ({ bytesReceived }) => {
    same = bytesReceived === received ? same + 1 : 0;
    received = bytesReceived;
    return same >= 40;
  });
  return quiet.bytesReceived;
}

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
