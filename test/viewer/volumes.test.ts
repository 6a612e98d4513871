// PET in SUV, fusion with CT, planes through a tilted series and volumes in 3D, in a real browser.
import { readFileSync } from 'node:fs';
import { readPart10 } from '@strata/dicom/part10';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';
import { ctFiles, ctPlanes, hotSpot, writePet } from './pet-ct.ts';
import { itMeasuresInPlanes } from './plane-measurements.ts';

const petFile = `${dataFolder}/odd/fo-dicom/GH184.dcm`;
const otherPetFile = `${dataFolder}/odd/fo-dicom/GH610.dcm`;

let browser: Browser | undefined;
let server: StrataProcess | undefined;
let removeFolder: (() => void) | undefined;
const pages: ViewerPage[] = [];

beforeAll(async () => {
  const { folder, remove } = temporaryFolder('volumes');
  removeFolder = remove;
  const data = `${folder}/data`;
  server = await StrataProcess.start(data);
  const files = [
    ...ctFiles(),
    ...writePet(folder),
    ...writePet(folder, '1.2.826.0.1.3680043.10.99'),
    petFile,
    otherPetFile,
  ];
  const imported = await strata('import', '--data', data, '--json', ...files);
  if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
  browser = await launchChromium();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  removeFolder?.();
});

/** Opens the study that a file is of. */
async function openStudyOf(file: string): Promise<ViewerPage> {
  if (!browser || !server) throw new Error('Strata was not started.');
  const { uid } = readPart10(readFileSync(file)).attributes.study;
  const viewer = await ViewerPage.open(browser, `${server.url}/study/${uid}`);
  pages.push(viewer);
  await viewer.untilSharp();
  return viewer;
}

let ct: ViewerPage | undefined;

/** The CT series with the PET series of its study, open in one page for all tests of it. */
async function ctStudy(): Promise<ViewerPage> {
  ct ??= await openStudyOf(ctFiles()[0] ?? '');
  return ct;
}

/** A machine may be slow, and busy with other tests. */
const patient = { timeout: 60_000 };

const corners = ({ page }: ViewerPage) => page.locator('.image-place').first().textContent();

/** Points at a pixel of the active image, and lets go. */
async function press(viewer: ViewerPage, column: number, row: number): Promise<void> {
  const box = await viewer.page.locator('.cell[data-active="true"] .viewport').boundingBox();
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (await viewer.state()).image?.place ?? [];
  const [x, y] = [column + 0.5, row + 0.5];
  await viewer.page.mouse.click((box?.x ?? 0) + a * x + c * y + e, (box?.y ?? 0) + b * x + d * y + f);
}

describe('volumes', { timeout: 180_000 }, () => {
  it('values of a PET image are SUV, as computed with pydicom; where there are none, the image says why', async () => {
    const viewer = await openStudyOf(petFile);
    const { page } = viewer;
    expect((await viewer.state()).image).toMatchObject({ inverted: true });
    expect((await viewer.state()).image?.window.width).toBeLessThan(20);
    await page.keyboard.press('3');
    await viewer.until('the window is SUV 0 to 10', ({ image }) => image?.window.width === 10);
    expect(await corners(viewer)).toContain('SUVbw 0–10 g/ml');
    await page.keyboard.press('h');
    // The greatest value of the image: 32767 stored, times 0.234542 Bq/ml, times 90 kg over the decayed dose.
    await press(viewer, 39, 65);
    const { measurements } = await viewer.until(
      'the value is there',
      ({ measurements: [one] }) => one?.provisional === null && one.figures.length === 2,
    );
    expect(measurements[0]?.figures).toMatchObject([
      { value: expect.closeTo(2.5497, 2), unit: 'g/ml', quantity: 'SUVbw' },
      { unit: 'cm²/ml', quantity: 'SUVbsa' },
    ]);
    await viewer.keep('suv');
    viewer.expectNoProblems();
    const other = await openStudyOf(otherPetFile);
    expect(await corners(other)).toContain('No SUV: values in PROPCPS are no activity');
    await other.page.keyboard.press('h');
    await press(other, 64, 64);
    const counted = await other.until(
      'the value is there',
      ({ measurements: [one] }) => one?.provisional === null && one.figures.length === 1,
    );
    expect(counted.measurements[0]?.figures).toMatchObject([{ name: 'Value', unit: 'prop. counts/s' }]);
    await other.keep('suv-none');
    other.expectNoProblems();
  });

  it('a PET series lies in colour over the tilted CT of its space, where it is in the patient; others are not fused', async () => {
    const viewer = await ctStudy();
    const { page } = viewer;
    const planes = ctPlanes();
    const distances = planes.map((plane) => Math.abs(plane.distanceTo(hotSpot.place)));
    const nearest = distances.indexOf(Math.min(...distances));
    await page.keyboard.press('Home');
    for (let at = 0; at < nearest; at++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+U');
    await page.locator('.fusion-colours[data-fused="true"]').waitFor();
    await viewer.until(
      'the slice is there',
      ({ image }) => image?.number === nearest + 1 && image.shown === image.number,
    );
    await viewer.untilSharp();
    await page.getByText('All 44 images at full level').waitFor();
    const wanted = planes[nearest]?.pixelOf(hotSpot.place) ?? [0, 0];
    const millimetresOff = async () => {
      const { x, y } = await page.evaluate<{ x: number; y: number }>(whitePixels);
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (await viewer.state()).image?.place ?? [];
      const determinant = a * d - b * c;
      const column = (d * (x - e) - c * (y - f)) / determinant - 0.5;
      const row = (a * (y - f) - b * (x - e)) / determinant - 0.5;
      return Math.hypot(column - wanted[0], row - wanted[1]) * 0.488;
    };
    // Half a voxel of the made series.
    await expect.poll(millimetresOff, patient).toBeLessThan(2);
    const legend = await page.locator('.fusion-legend').getAttribute('aria-label');
    expect(legend).toContain('Colour: PT FDG, 60 %');
    expect(legend).toContain('Grey: CT');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('Opacity 50 %').waitFor();
    // Who comes to a slider by the keyboard moves it with the arrows; one that the mouse let go leaves them to the images.
    await page.locator('#fusion-opacity').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Opacity 55 %').waitFor();
    await page.locator('#fusion-opacity').click({ position: { x: 4, y: 8 } });
    await page.getByText('Opacity 0 %').waitFor();
    await page.keyboard.press('ArrowUp');
    await viewer.until('the image before is there', ({ image }) => image?.number === nearest);
    await page.keyboard.press('ArrowDown');
    await viewer.until('the image is there again', ({ image }) => image?.shown === nearest + 1);
    await page.getByText('Opacity 0 %').waitFor();
    await page.locator('#fusion-opacity').fill('50');
    await page.keyboard.press('Shift+ArrowRight');
    await viewer.keep('fusion');
    await page.keyboard.press('Shift+U');
    await page.locator('.fusion-colours').waitFor({ state: 'detached' });
    viewer.expectNoProblems();
    await page.locator('.series', { hasText: 'elsewhere' }).dblclick();
    await viewer.until('the other PET is open', ({ image }) => image?.count === 4);
    await page.keyboard.press('Shift+U');
    expect(await page.getByRole('alert').textContent()).toContain('different frames of reference');
    await viewer.keep('fusion-refused');
    await page.keyboard.press('Shift+U');
    await page.locator('.series').first().dblclick();
    await viewer.until('the CT is open again', ({ image }) => image?.count === 28);
  });

  it('a volume is shown in 3D without a graphics card: by presets, turned by the mouse, in as much time as the machine has', async () => {
    const viewer = await ctStudy();
    const { page } = viewer;
    await page.keyboard.press('Control+Shift+V');
    const picture = page.locator('.solid-picture');
    const done = async () => {
      await page.locator('.solid-picture[data-done="true"]').waitFor();
      return page.evaluate<number>(meanOfPicture);
    };
    await page.getByText('All 28 images').waitFor();
    expect(await done()).toBeGreaterThan(8);
    expect(await page.locator('.solid-place .edge.left').textContent()).toBe('R');
    expect(await page.locator('.solid-place .edge.top').textContent()).toBe('H');
    expect(await page.locator('.solid-place').textContent()).toContain('For overview, not for measuring');
    expect(await page.locator('.solid-place').textContent()).toMatch(/\d+ × \d+ × \d+ voxels/);
    await viewer.keep('solid-bone');
    const box = await picture.boundingBox();
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 90, y + 40, { steps: 6 });
    await page.mouse.up();
    // Half of a right angle to the left and a little from above.
    await expect
      .poll(() => page.locator('.solid-place .edge.left').textContent(), patient)
      .toMatch(/^(RP|PR)/);
    await done();
    await viewer.keep('solid-turned');
    await page.locator('[data-side="left"]').click();
    await page.locator('[data-preset="mip"]').click();
    await expect.poll(() => page.locator('.solid-place .edge.left').textContent(), patient).toBe('A');
    expect(await done()).toBeGreaterThan(8);
    await viewer.keep('solid-mip');
    await page.keyboard.press('Escape');
    await viewer.untilSharp();
    viewer.expectNoProblems();
  });

  it('planes through a series of a tilted gantry and uneven steps are cut right, and what was done is said', async () => {
    const viewer = await ctStudy();
    const { page } = viewer;
    await page.keyboard.press('Shift+v');
    const { reformat } = await viewer.until(
      'the volume is sharp',
      ({ reformat }) => reformat !== null && reformat.of > 0 && reformat.full === reformat.of,
    );
    expect(reformat).toMatchObject({ problem: '', notes: ['tilted', 'uneven'], any: 28 });
    await page.locator('.plane.sagittal .edge.top').waitFor();
    expect(await page.locator('.plane.sagittal .edge.top').textContent()).toBe('H');
    const words = await page.locator('.reformat-bar').textContent();
    expect(words).toContain('Tilted gantry (18.5°), put right');
    expect(words).toContain('Uneven steps');
    await viewer.keep('volume-tilted');
    await page.keyboard.press('Shift+U');
    await expect
      .poll(() => page.locator('.plane .fusion-colours[data-fused="true"]').count(), patient)
      .toBe(3);
    await page.getByText('All 44 images at full level').waitFor();
    await expect.poll(() => page.evaluate(anyColour), patient).toBe(true);
    expect(await page.locator('.plane.sagittal .fusion-legend').getAttribute('aria-label')).toContain(
      'PT FDG',
    );
    await viewer.keep('volume-fused');
    viewer.expectNoProblems();
  });

  itMeasuresInPlanes(() => openStudyOf(ctFiles()[0] ?? ''));
});

/** The middle of what is white in the colours over the image, in CSS pixels of the viewport; run by the page. */
const whitePixels = `(() => {
  const canvas = document.querySelector('.fusion-colours');
  const context = canvas?.getContext('2d');
  if (!context || canvas.width === 0) return { x: Number.NaN, y: Number.NaN };
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  let [count, sumX, sumY] = [0, 0, 0];
  for (let at = 0; at < width * height; at++) {
    if (data[at * 4 + 3] === 0 || data[at * 4 + 2] < 250) continue;
    count++;
    sumX += at % width;
    sumY += Math.floor(at / width);
  }
  const scale = canvas.clientWidth / width;
  return { x: (sumX / count + 0.5) * scale, y: (sumY / count + 0.5) * scale };
})()`;

/** How bright the picture of the volume is, 0 to 255; run by the page. */
const meanOfPicture = `(() => {
  const canvas = document.querySelector('.solid-picture');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += data[at];
  return sum / (data.length / 4);
})()`;

/** Whether every plane has colours; run by the page. */
const anyColour = `[...document.querySelectorAll('.plane .fusion-colours')].every((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, at) => at % 4 === 3 && value > 0);
})`;
