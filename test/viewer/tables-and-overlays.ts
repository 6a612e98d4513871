// Tests of look-up tables and overlay planes in a real browser.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder } from '../support/data.ts';
import { temporaryFolder } from '../support/strata.ts';
import type { ViewerPage } from '../support/viewer-page.ts';
import type { Hosted } from './hosted.ts';
import { writeMarkedFrames } from './marked-frames.ts';
import { shownColours, shownGreys } from './shown-colours.ts';

const files = [
  'odd/pydicom/vlut_04.dcm',
  'odd/pydicom/mlut_18.dcm',
  'extra/other/OT_512x512_overlay_in_high_bits.dcm',
];

/** A picture of a page takes its time. */
const soon = { timeout: 20_000 };

const text = ({ page }: ViewerPage) => page.locator('.image-place').textContent();

/** @param host the running Strata and browser, known once the tests run */
export function describeTablesAndOverlays(host: () => Hosted): void {
  describe('tables and overlays', () => {
    const { folder, remove } = temporaryFolder('tables-and-overlays');
    beforeAll(async () => {
      const real = files.map((file) => `${dataFolder}/${file}`);
      await host().import(...real, writeMarkedFrames(folder));
    });
    afterAll(remove);

    const openSharp = async (search: string): Promise<ViewerPage> => {
      const viewer = await host().open(`/study/${await host().studyOf(search)}`);
      await viewer.untilSharp();
      return viewer;
    };

    it('the VOI LUTs of an image are in the window menu by their explanations, and change what is seen', async () => {
      const viewer = await openSharp('id=MARKED');
      const size = { columns: 128, rows: 96 };
      // On the ramp, where values are twice the column.
      const ramp = [16, 48, 64, 80, 112].map((column): [number, number] => [column, 80]);
      const sigmoid = (value: number) => 255 / (1 + Math.exp((-4 * (value - 128)) / 128));
      const seen = await shownGreys(viewer, size, ramp);
      for (const [at, [column]] of ramp.entries()) {
        expect(Math.abs((seen[at] ?? 0) - sigmoid(column * 2))).toBeLessThan(4);
      }
      expect(await text(viewer)).toContain('VOI LUT not offered: 70000 entries are above the limit of 65536');
      await viewer.keep('voi-sigmoid');
      const choose = async (name: string) => {
        await viewer.page.locator('.window-menu > button').click();
        await viewer.page.getByRole('menuitem', { name }).click();
        await viewer.until(`${name} is chosen`, ({ image }) => image?.lut === name);
      };
      await choose('Steps');
      await expect.poll(() => shownGreys(viewer, size, ramp), soon).toEqual([0, 0, 255, 255, 255]);
      expect(await text(viewer)).toContain('Steps');
      await choose('Reversed');
      await expect
        .poll(async () => {
          const greys = await shownGreys(viewer, size, ramp);
          return greys.every((grey, at) => Math.abs(grey - (255 - (ramp[at]?.[0] ?? 0) * 2)) < 4);
        }, soon)
        .toBe(true);
      await viewer.page.locator('.window-menu > button').click();
      await viewer.keep('voi-lut-menu');
      await viewer.page.keyboard.press('Escape');
      await viewer.page.keyboard.press('0');
      await viewer.until('the window is back', ({ image }) => image?.lut === null);
      await expect.poll(() => shownGreys(viewer, size, ramp), soon).toEqual(seen);
      viewer.expectNoProblems();
    });

    it('an image whose file has a VOI LUT only is shown by it, until its window is dragged', async () => {
      const viewer = await openSharp('id=VLUT_nn');
      expect((await viewer.state()).image?.lut).toBe('');
      expect(await text(viewer)).toContain('VOI LUT 1');
      const look = await viewer.look();
      expect(look.tones).toBeGreaterThan(40);
      await viewer.keep('voi-lut');
      await viewer.page.mouse.move(700, 400);
      await viewer.page.mouse.down();
      await viewer.page.mouse.move(760, 400, { steps: 4 });
      await viewer.page.mouse.up();
      const dragged = await viewer.until('a window is in its place', ({ image }) => image?.lut === null);
      // The table's own span, and a little wider.
      expect(dragged.image?.window.centre).toBeCloseTo(128, 0);
      expect(dragged.image?.window.width).toBeGreaterThan(256);
      viewer.expectNoProblems();
    });

    it('an image is shown by its modality LUT', async () => {
      const viewer = await openSharp('id=MLUT_nn');
      // Values of 16 bits, where the stored ones have 12.
      expect((await viewer.state()).image?.window.width).toBeGreaterThan(10_000);
      expect((await viewer.look()).tones).toBeGreaterThan(40);
      await viewer.keep('modality-lut');
      viewer.expectNoProblems();
    });

    it('overlays are drawn over the image, from bits of their own and beside the samples, and go by a key', async () => {
      const viewer = await openSharp('id=OVLY_Pnn');
      await viewer.until('four planes are drawn', ({ image }) => image?.overlays === 4);
      await expect.poll(async () => (await shownColours(viewer)).points, soon).toBeGreaterThan(100);
      await viewer.keep('overlays');
      await viewer.page.keyboard.press('v');
      await viewer.until('they are gone', ({ image }) => image?.overlays === 0);
      expect((await shownColours(viewer)).points).toBe(0);
      expect(await text(viewer)).toContain('Overlays hidden');
      viewer.expectNoProblems();
    });

    it('an overlay for one frame lies over that frame only, point on pixel, also when enlarged', async () => {
      const viewer = await openSharp('id=MARKED');
      const { page } = viewer;
      for (const zoomed of ['fitted', 'enlarged']) {
        const first = await shownColours(viewer);
        expect(first.coloured).toBe(null);
        await page.keyboard.press('ArrowDown');
        await viewer.until('its plane is drawn', ({ image }) => image?.shown === 2 && image.overlays === 1);
        await expect.poll(async () => (await shownColours(viewer)).points, soon).toBeGreaterThan(100);
        const { coloured } = await shownColours(viewer);
        await viewer.keep(`overlay-of-a-frame-${zoomed}`);
        // Within half a pixel of the image: its white edge is smooth, the overlay's is not.
        for (const side of ['left', 'top', 'right', 'bottom'] as const) {
          expect(Math.abs((coloured?.[side] ?? 0) - (first.white?.[side] ?? 999))).toBeLessThanOrEqual(4);
        }
        await page.keyboard.press('ArrowUp');
        await viewer.until('the first is shown', ({ image }) => image?.shown === 1 && image.overlays === 0);
        await page.keyboard.press('+');
      }
      await page.keyboard.press('ArrowDown');
      await viewer.until('its plane is drawn', ({ image }) => image?.shown === 2 && image.overlays === 1);
      expect(await text(viewer)).toContain('Overlay: Marks');
      await page.keyboard.press('ArrowDown');
      await viewer.until('the next has none', ({ image }) => image?.shown === 3 && image.overlays === 0);
      expect((await shownColours(viewer)).points).toBe(0);
      viewer.expectNoProblems();
    });
  });
}
