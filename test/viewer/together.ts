// Tests of viewports that belong together: hung by protocol, scrolled together, beside an earlier study, in a real browser.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ViewerPage } from '../support/viewer-page.ts';
import type { Hosted } from './hosted.ts';
import { brainSlices, sagittalColumns, writePrior, writeSagittal } from './made-series.ts';
import { mammogramColumns, mammographyStudy, writeMammograms } from './mammograms.ts';

const allSharp = (viewer: ViewerPage, count: number) =>
  viewer.until(
    `${count} viewports are sharp`,
    ({ viewports }) =>
      viewports.length === count && viewports.every((one) => one !== null && one.level >= one.needed),
  );

/** Where a pixel's middle lies in a viewport. */
function onScreen(place: readonly number[] | null | undefined, column: number, row: number) {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = place ?? [];
  return { x: a * (column + 0.5) + c * (row + 0.5) + e, y: b * (column + 0.5) + d * (row + 0.5) + f };
}

/** @param host the running Strata and browser, known once the tests run */
export function describeTogether(host: () => Hosted): void {
  describe('viewports that belong together', () => {
    const slices = brainSlices();
    let address = '';
    beforeAll(async () => {
      const folder = path.dirname(host().data);
      const made = [...writeSagittal(folder, slices), ...writePrior(folder, slices)];
      made.push(...(await writeMammograms(folder)));
      await host().import(...slices.map(({ file }) => file), ...made);
      address = `/study/${await host().studyOf('id=02&from=20130101&to=20131231')}`;
    });

    it('are hung by the protocol of the modality, and show where the images of each other lie', async () => {
      const viewer = await host().open(address);
      const { page } = viewer;
      const hung = await allSharp(viewer, 2);
      expect(hung).toMatchObject({ hanging: 'MR', together: true, layout: { rows: 1, columns: 2 } });
      await page.keyboard.press('PageDown');
      const { viewports } = await viewer.until('image 11 is there', ({ image }) => image?.shown === 11);
      // The sagittal images were made with a row for each transverse one, the last first.
      const { y } = onScreen(viewports[1]?.place, 0, slices.length - 11);
      const line = page.locator('.cell').nth(1).locator('.space-marks .cut');
      expect(Number(await line.getAttribute('y1'))).toBeCloseTo(y, 0);
      expect(Number(await line.getAttribute('y2'))).toBeCloseTo(y, 0);

      await page.keyboard.press('x');
      const column = sagittalColumns[3];
      const at = onScreen(viewports[0]?.place, column, 200);
      const box = await page.locator('.viewport').first().boundingBox();
      await page.mouse.click((box?.x ?? 0) + at.x, (box?.y ?? 0) + at.y);
      const pointed = await viewer.until(
        'the sagittal image through it is there',
        (state) => state.viewports[1]?.shown === 4,
      );
      const cross = page.locator('.cell').nth(1).locator('.cross line').first();
      const seen = onScreen(pointed.viewports[1]?.place, 200, slices.length - 11);
      expect(Number(await cross.getAttribute('y1'))).toBeCloseTo(seen.y, 0);
      expect(Number(await cross.getAttribute('x2')) + 6).toBeCloseTo(seen.x, -0.4);
      await viewer.keep('crosshair');
      viewer.expectNoProblems();
    });

    it('of mammograms stand with their chest walls back to back, the right breast on the left, CC above MLO', async () => {
      const viewer = await host().open(`/study/${mammographyStudy}`);
      const { page } = viewer;
      const { viewports, layout } = await allSharp(viewer, 4);
      expect(layout).toMatchObject({ rows: 2, columns: 2 });
      // The four were taken from left MLO to right CC, which lies with its chest wall on the left.
      expect(viewports.map((one) => [one?.number, one?.turn.mirrored])).toEqual([
        [4, true],
        [3, false],
        [2, false],
        [1, false],
      ]);
      for (const [at, view] of ['R CC', 'L CC', 'R MLO', 'L MLO'].entries()) {
        const cell = page.locator('.cell').nth(at);
        const wall = view.startsWith('R') ? 'right' : 'left';
        await cell.locator('.view', { hasText: view }).waitFor();
        await cell.locator(`.edge.${wall}`, { hasText: 'P' }).waitFor();
        // The edge of the image is the edge of its viewport.
        const gap = async () => {
          const width = (await cell.locator('.viewport').boundingBox())?.width ?? 0;
          const [a = 0, , , , e = 0] = (await viewer.state()).viewports[at]?.place ?? [];
          const ends = [e, e + a * mammogramColumns];
          return wall === 'right' ? width - Math.max(...ends) : Math.min(...ends);
        };
        await expect.poll(gap, { timeout: 30_000 }).toBeCloseTo(0, 0);
      }
      await viewer.keep('mammograms');
      // Another breast in the same viewport lies as it does.
      await page.keyboard.press('ArrowUp');
      await viewer.until(
        'the left CC lies as it was taken',
        ({ viewports: [first] }) => first?.shown === 3 && !first.turn.mirrored,
      );
      await page.locator('.cell').first().locator('.edge.left', { hasText: 'P' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await viewer.until(
        'the right one is turned again',
        ({ viewports: [first] }) => first?.shown === 4 && first.turn.mirrored,
      );
      viewer.expectNoProblems();
    });

    it('show an earlier study beside the one at hand when the worklist is asked for that', async () => {
      const viewer = await host().open('/?id=02&from=2013-01-01&to=2013-12-31');
      const { page } = viewer;
      await viewer.until('it is listed', ({ worklist }) => worklist?.state === 'current');
      await page.keyboard.press('i');
      await page.locator('.study-panel .beside').first().click();
      // The study hangs by its protocol first.
      await page.locator('.cell').nth(1).getByText('Other study').waitFor();
      await allSharp(viewer, 2);
      expect(new URL(page.url()).pathname).toBe(address);
      await viewer.keep('worklist-beside');
      viewer.expectNoProblems();
    });

    it('go with the images of an earlier study, are kept as a protocol, and come back when the page does', async () => {
      const viewer = await host().open(address);
      const { page } = viewer;
      await allSharp(viewer, 2);
      await page.locator('.prior').click();
      await page.locator('.priors .series').dragTo(page.locator('.cell').nth(1));
      await viewer.until(
        'the earlier study is there',
        ({ viewports }) => viewports[1]?.count === slices.length,
      );
      expect(await page.locator('.cell').nth(1).textContent()).toContain('Other study');
      await page.keyboard.press('PageDown');
      await page.keyboard.press('n');
      await page.keyboard.press('ArrowDown');
      await viewer.until(
        'the other one follows',
        ({ viewports }) => viewports[0]?.shown === 12 && viewports[1]?.shown === 12,
      );
      await viewer.keep('prior');
      await page.keyboard.press('Shift+p');
      await page.getByLabel('Keep this arrangement as').fill('Brain beside the prior');
      await page.getByRole('button', { name: 'Keep', exact: true }).click();
      await page.getByText('Edit your own as JSON').click();
      const json = page.getByLabel('Your hanging protocols as JSON');
      expect(JSON.parse(await json.inputValue())).toMatchObject([
        { for: { modality: 'MR' }, together: true },
      ]);
      const written = await json.inputValue();
      await json.fill(written.replace('"columns": 2', '"columns": 7'));
      await page.getByRole('button', { name: 'Save' }).click();
      expect(await page.getByRole('dialog').getByRole('alert').textContent()).toContain(
        '"columns" must be 1, 2 or 3',
      );
      await viewer.keep('hanging-protocols');
      await page.keyboard.press('Escape');
      // Long enough for what is shown to be kept.
      await page.waitForTimeout(400);

      await page.reload();
      const back = await allSharp(viewer, 2);
      expect(back.viewports.map((one) => [one?.number, one?.count])).toEqual([
        [12, slices.length],
        [12, slices.length],
      ]);
      await page.keyboard.press('Shift+r');
      const anew = await viewer.until(
        'it hangs by the kept protocol, with the earlier study',
        ({ hanging, viewports }) =>
          hanging === 'Brain beside the prior' && viewports[1]?.count === slices.length,
      );
      expect(anew.layout).toMatchObject({ rows: 1, columns: 2 });
      await page.locator('.cell').nth(1).getByText('2012-07-17').waitFor();
      viewer.expectNoProblems();
    });

    it('of a series that makes a volume, planes are cut through it, with slabs; of any other it is said why not', async () => {
      const viewer = await host().open(address);
      const { page } = viewer;
      await allSharp(viewer, 2);
      await page.keyboard.press('Shift+v');
      const whole = await viewer.until(
        'the volume is sharp',
        ({ reformat }) => reformat !== null && reformat.full === slices.length,
      );
      expect(whole.reformat).toMatchObject({ problem: '', any: slices.length, of: slices.length });
      const letters = page.locator('.plane.sagittal .edge.top');
      await letters.waitFor();
      expect(await letters.textContent()).toBe('H');
      expect(await page.locator('.plane.axial .edge.left').textContent()).toBe('R');
      expect(await page.locator('.plane .scale-bar').count()).toBe(3);
      const layer = await viewer.look();
      expect(layer.tones).toBeGreaterThan(40);
      await page.locator('#slab').fill('30');
      await viewer.until('the slab is thick', ({ reformat }) => reformat?.slab === 30);
      await page.waitForTimeout(500);
      // The greatest of many values is never less than one of them.
      expect((await viewer.look()).mean).toBeGreaterThan(layer.mean + 5);
      await viewer.keep('volume');
      await page.keyboard.press('Escape');
      await allSharp(viewer, 2);
      viewer.expectNoProblems();
      await page.goto(`${host().server.url}/study/${await host().studyOf('name=OB')}`);
      await viewer.untilSharp();
      await page.keyboard.press('Shift+v');
      expect(await page.getByRole('alert').textContent()).toContain('A volume needs more images');
      viewer.expectNoProblems();
    });

    it('are played, round and round', async () => {
      const viewer = await host().open(address);
      await allSharp(viewer, 2);
      await viewer.page.keyboard.press('c');
      await viewer.until('images go by', ({ image, cine }) => (image?.number ?? 0) > 3 && cine === 15);
      await viewer.page.keyboard.press('>');
      await viewer.until('it is faster', ({ cine }) => cine === 20);
      await viewer.until('it goes on', ({ image }) => (image?.number ?? 0) > 10);
      await viewer.until('it begins again', ({ image }) => (image?.number ?? 99) < 5);
      await viewer.page.keyboard.press('c');
      await viewer.until('it stops', ({ cine }) => cine === 0);
      viewer.expectNoProblems();
    });
  });
}
