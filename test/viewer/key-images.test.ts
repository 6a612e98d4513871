// Shutters, key images and presentation states in a real browser, on a few images of one study.
import { copyFileSync, readFileSync } from 'node:fs';
import { readPart10 } from '@strata/dicom/part10';
import type { Browser, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data.ts';
import { runProgram } from '../support/peers/program.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';
import { greysAt } from './shown-colours.ts';

/** The first image has a rectangle and a circle, of a grey; the second a polygon, of black. */
const shutters: Record<string, readonly string[]> = {
  I10: [
    '(0018,1600)=RECTANGULAR\\CIRCULAR',
    ...['(0018,1602)=101', '(0018,1604)=400', '(0018,1606)=51', '(0018,1608)=460'],
    ...['(0018,1610)=256\\256', '(0018,1612)=180', '(0018,1622)=16384'],
  ],
  I20: ['(0018,1600)=POLYGONAL', '(0018,1620)=100\\256\\400\\400\\400\\112'],
};
const names = ['I10', 'I20', 'I30', 'I40', 'I50'];

let browser: Browser | undefined;
let server: StrataProcess | undefined;
let viewer: ViewerPage;
const { folder, remove } = temporaryFolder('key-images');

async function store(...files: string[]): Promise<void> {
  const imported = await strata('import', '--data', `${folder}/data`, '--json', ...files);
  if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
}

beforeAll(async () => {
  server = await StrataProcess.start(`${folder}/data`);
  const files: string[] = [];
  for (const name of names) {
    const file = `${folder}/${name}.dcm`;
    copyFileSync(`${dataFolder}/series/ct-philips/${name}.dcm`, file);
    const inserted = (shutters[name] ?? []).flatMap((element) => ['--insert', element]);
    if (inserted.length > 0) await runProgram('dcmodify', ['--no-backup', ...inserted, file]);
    files.push(file);
  }
  await runProgram('dcmpsmk', [files[2] ?? '', `${folder}/dcmtk.dcm`]);
  await store(...files, `${folder}/dcmtk.dcm`);
  browser = await launchChromium();
  viewer = await ViewerPage.open(browser, `${server.url}/`);
  const row = viewer.page.locator('tr[data-study]').first();
  const study = await row.getAttribute('data-study');
  await viewer.page.goto(`${server.url}/study/${study}`);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  remove();
});

/** Goes to an image by its number, from 1, and waits until it is sharp. */
async function goTo(number: number): Promise<void> {
  await viewer.page.keyboard.press('Home');
  for (let at = 1; at < number; at++) await viewer.page.keyboard.press('ArrowDown');
  await viewer.until(
    `image ${number} is sharp`,
    ({ image }) => image?.shown === number && image.level >= image.needed,
  );
}

/** A network that breaks when the server has done what it was asked for. */
async function losesAnswer(route: Route): Promise<void> {
  if (route.request().method() !== 'POST') return route.continue();
  await route.fetch();
  await route.abort();
}

/** How many sets of key images are stored. */
async function versions(): Promise<number> {
  const study = new URL(viewer.page.url()).pathname.split('/').at(-1);
  const answer = await fetch(`${server?.url}/gateway/studies/${study}/saved/key-images`);
  return ((await answer.json()) as { objects: unknown[] }).objects.length;
}

/** Pixels of the first image that are seen, and that its shutter hides: beside the rectangle, beside the circle. */
const seen: [number, number][] = [
  [256, 256],
  [256, 100],
];
const hidden: [number, number][] = [
  [50, 256],
  [420, 256],
  [256, 470],
  [110, 90],
  [390, 90],
];

/** A picture of a page takes its time. */
const soon = { timeout: 20_000 };

describe('how images are presented', { timeout: 120_000 }, () => {
  it('a shutter covers what it hides, however the image is turned and enlarged, until it is taken away', async () => {
    await viewer.untilSharp();
    await goTo(1);
    // A quarter of white.
    const covered = async () => (await greysAt(viewer, hidden)).every((grey) => Math.abs(grey - 64) <= 2);
    await expect.poll(covered, soon).toBe(true);
    expect((await greysAt(viewer, seen)).every((grey) => Math.abs(grey - 64) > 2)).toBe(true);
    await viewer.keep('shutter');
    for (const key of ['Shift+ArrowRight', 'Shift+F', '-']) await viewer.page.keyboard.press(key);
    await viewer.until('it is turned', ({ image }) => image?.turn.mirrored === true);
    await expect.poll(covered, soon).toBe(true);
    await viewer.keep('shutter-turned');
    await viewer.page.keyboard.press('r');
    await viewer.page.keyboard.press('Shift+S');
    await viewer.until('it is away', ({ image }) => image?.shutter === false);
    await expect.poll(covered, soon).toBe(false);
    await viewer.page.keyboard.press('Shift+S');
    await goTo(2);
    const [middle = 0, corner = 0] = await greysAt(viewer, [
      [256, 300],
      [120, 120],
    ]);
    expect(middle).toBeGreaterThan(10);
    expect(corner).toBe(0);
    await goTo(3);
    expect((await viewer.state()).image?.shutter).toBe(false);
    viewer.expectNoProblems();
  });

  it('a key marks an image as a key image; marks are saved, counted, shown as a series, and come back', async () => {
    const { page } = viewer;
    await goTo(2);
    // The first time it is saved, and the answer is lost.
    await page.route('**/saved/key-images', losesAnswer);
    await page.keyboard.press('Shift+K');
    await page.getByRole('dialog').getByRole('textbox').fill('Röntgen, Wilhelm');
    await page.keyboard.press('Enter');
    await viewer.until('nobody answered', ({ keyImages }) => keyImages.state === 'waiting');
    await page.unroute('**/saved/key-images');
    await page.getByRole('button', { name: 'Save now' }).click();
    await viewer.until('it is saved', ({ keyImages }) => keyImages.own === 1 && keyImages.state === 'saved');
    expect(await versions()).toBe(1);
    expect(viewer.problems.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
    await goTo(4);
    await page.keyboard.press('Shift+K');
    await viewer.until(
      'two are saved',
      ({ keyImages }) => keyImages.own === 2 && keyImages.state === 'saved',
    );
    expect(await page.locator('.overlay .key-mark').textContent()).toContain('Key image');
    expect(await page.locator('.key-count').first().textContent()).toContain('2');
    expect(await page.locator('.key-tick').count()).toBe(2);
    await page.keyboard.press('Alt+k');
    await viewer.until('they are a series', ({ image }) => image?.count === 2);
    await viewer.untilSharp();
    await viewer.keep('key-images');
    await page.keyboard.press('Alt+k');
    await viewer.until('the whole series is back', ({ image }) => image?.count === names.length);
    await page.reload();
    await viewer.untilSharp();
    await viewer.until('both are marked', ({ keyImages }) => keyImages.own === 2);
    await goTo(4);
    await page.keyboard.press('Shift+K');
    await viewer.until('one is left', ({ keyImages }) => keyImages.own === 1 && keyImages.state === 'saved');
    viewer.expectNoProblems();
  });

  it('what a viewport shows is saved as a presentation state, and shown again by it; so are those of others', async () => {
    const { page } = viewer;
    await goTo(3);
    const box = await page.locator('.viewport').first().boundingBox();
    const at = (x: number, y: number): [number, number] => [(box?.x ?? 0) + x, (box?.y ?? 0) + y];
    await page.keyboard.press('w');
    await page.mouse.move(...at(400, 300));
    await page.mouse.down();
    await page.mouse.move(...at(460, 340), { steps: 4 });
    await page.mouse.up();
    for (const key of ['i', 'Shift+ArrowRight', 'Shift+F', '+', '+', 'p']) await page.keyboard.press(key);
    await page.mouse.move(...at(400, 300));
    await page.mouse.down();
    await page.mouse.move(...at(480, 250), { steps: 4 });
    await page.mouse.up();
    await page.keyboard.press('l');
    await page.mouse.move(...at(420, 330));
    await page.mouse.down();
    await page.mouse.move(...at(560, 380), { steps: 4 });
    await page.mouse.up();
    const before = await viewer.until('it is measured', ({ measurements }) => measurements.length === 1);
    await page.keyboard.press('Shift+D');
    await page.getByRole('dialog').getByRole('textbox').fill('Knochen, gedreht');
    await page.keyboard.press('Enter');
    await viewer.until('it is saved', ({ states }) => states.count === 2 && !states.saving);
    await viewer.keep('state-saved');
    await page.keyboard.press('Delete');
    await page.keyboard.press('r');
    await viewer.until('it is reset', ({ image, measurements }) => {
      return image?.turn.rotation === 0 && !image.inverted && measurements.length === 0;
    });
    const choose = async (name: string) => {
      await page.locator('.states-menu > button').click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose('Knochen, gedreht');
    const after = await viewer.until('it is applied', ({ image }) => image?.state === 'Knochen, gedreht');
    const [was, is] = [before.image, after.image];
    expect(is?.turn).toEqual(was?.turn);
    expect(is?.inverted).toBe(true);
    expect(is?.window.centre).toBeCloseTo(was?.window.centre ?? 0, 3);
    expect(is?.window.width).toBeCloseTo(was?.window.width ?? 0, 3);
    // Areas are of whole pixels.
    await expect
      .poll(async () => {
        const place = (await viewer.state()).image?.place ?? [];
        return Math.max(...place.map((value, index) => Math.abs(value - (was?.place?.[index] ?? 0))));
      }, soon)
      .toBeLessThan(4);
    expect(await page.locator('.state-drawings path').count()).toBe(2);
    expect(await page.locator('.state-drawings text').first().textContent()).toContain('mm');
    await page.locator('.states-menu > button').click();
    await viewer.keep('state-shown');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowDown');
    await viewer.until('the next is shown', ({ image }) => image?.shown === 4);
    expect(await page.locator('.state-drawings').count()).toBe(0);
    await goTo(3);
    await choose('UNNAMED');
    const others = await viewer.until("DCMTK's is applied", ({ image }) => image?.state === 'UNNAMED');
    expect(others.image).toMatchObject({
      window: { centre: 40, width: 80 },
      inverted: false,
      turn: { rotation: 0, mirrored: false },
    });
    viewer.expectNoProblems();
  });

  it('so it is with images in colours', async () => {
    const { page } = viewer;
    const colours = `${dataFolder}/odd/pydicom/OBXXXX1A.dcm`;
    await store(colours);
    await page.goto(`${server?.url}/study/${readPart10(readFileSync(colours)).attributes.study.uid}`);
    await viewer.untilSharp();
    for (const key of ['Shift+ArrowRight', '+', '+']) await page.keyboard.press(key);
    await viewer.until('it is turned', ({ image }) => image?.turn.rotation === 90);
    await page.keyboard.press('Shift+D');
    await page.getByRole('dialog').getByRole('textbox').fill('Farben');
    await page.keyboard.press('Enter');
    await viewer.until('it is saved', ({ states }) => states.count === 1 && !states.saving);
    await page.keyboard.press('r');
    await viewer.until('it is reset', ({ image }) => image?.turn.rotation === 0);
    await page.locator('.states-menu > button').click();
    await page.getByRole('menuitem', { name: 'Farben' }).click();
    const { image } = await viewer.until('it is applied', (state) => state.image?.state === 'Farben');
    expect(image).toMatchObject({ turn: { rotation: 90, mirrored: false }, inverted: false });
    await viewer.keep('state-of-colours');
    viewer.expectNoProblems();
  });
});
