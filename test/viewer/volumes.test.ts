// PET in SUV, fusion with CT, planes through a tilted series and volumes in 3D, in a real browser.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';
import { ctFiles, writePet } from './pet-ct.ts';

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
    `${dataFolder}/odd/fo-dicom/GH184.dcm`,
    `${dataFolder}/odd/fo-dicom/GH610.dcm`,
  ];
  const imported = await strata('import', '--data', data, '--json', ...files);
  if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
  browser = await launchChromium();
}, 120_000);
afterEach(() => Promise.all(pages.splice(0).map((page) => page.close())));
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  removeFolder?.();
});

/** Opens the study of the first line that the worklist shows for a search. */
async function openStudy(search: string): Promise<ViewerPage> {
  if (!browser || !server) throw new Error('Strata was not started.');
  const viewer = await ViewerPage.open(browser, `${server.url}/?${search}`);
  pages.push(viewer);
  await viewer.until('the worklist is there', ({ worklist }) => worklist?.state === 'current');
  const uid = await viewer.page.locator('tr[data-study]').first().getAttribute('data-study');
  await viewer.page.goto(`${server.url}/study/${uid}`);
  await viewer.untilSharp();
  return viewer;
}

const corners = ({ page }: ViewerPage) => page.locator('.image-place').first().textContent();

/** Points at a pixel of the active image, and lets go. */
async function press(viewer: ViewerPage, column: number, row: number): Promise<void> {
  const box = await viewer.page.locator('.cell[data-active="true"] .viewport').boundingBox();
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (await viewer.state()).image?.place ?? [];
  const [x, y] = [column + 0.5, row + 0.5];
  await viewer.page.mouse.click((box?.x ?? 0) + a * x + c * y + e, (box?.y ?? 0) + b * x + d * y + f);
}

describe('volumes', { timeout: 120_000 }, () => {
  it('values of a PET image are SUV, as computed with pydicom; where there are none, the image says why', async () => {
    const viewer = await openStudy('id=999999');
    const { page } = viewer;
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
    const other = await openStudy('id=ModLutId');
    expect(await corners(other)).toContain('No SUV: values in PROPCPS are no activity');
    await other.keep('suv-none');
    other.expectNoProblems();
  });

  it('planes through a series of a tilted gantry and uneven steps are cut right, and what was done is said', async () => {
    const viewer = await openStudy('modality=CT');
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
    viewer.expectNoProblems();
  });
});
