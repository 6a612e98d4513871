// Tests of several viewports side by side in a real browser.
import { describe, expect, it } from 'vitest';
import type { ViewerPage } from '../support/viewer-page.ts';
import type { Hosted } from './hosted.ts';

/** Waits until a viewport shows its image as sharp as it can. */
const untilSharpIn = (viewer: ViewerPage, index: number) =>
  viewer.until(`viewport ${index + 1} is sharp`, ({ viewports }) => {
    const image = viewports[index];
    return image ? image.level >= image.needed : false;
  });

/** @param host the running Strata and browser, known once the tests run */
export function describeLayouts(host: () => Hosted): void {
  describe('layouts', () => {
    it('viewports have a series, a slice, a window and a turn of their own, and one may take the whole page', async () => {
      const viewer = await host().open(`/study/${await host().studyOf('name=head')}`);
      const { page } = viewer;
      await viewer.untilSharp();
      await page.keyboard.press('PageDown');
      await page.keyboard.press('Alt+4');
      await viewer.until('there are four viewports', ({ viewports }) => viewports.length === 4);
      expect((await viewer.state()).viewports.map((image) => image?.number)).toEqual([
        11,
        undefined,
        undefined,
        undefined,
      ]);
      expect(await page.locator('.cell').nth(1).textContent()).toContain('Drag a series here');
      await page.locator('.series').first().dragTo(page.locator('.cell').nth(1));
      await untilSharpIn(viewer, 1);
      await page.keyboard.press('End');
      await page.keyboard.press('2');
      await page.keyboard.press('Shift+ArrowRight');
      const two = await untilSharpIn(viewer, 1);
      expect(two.layout).toMatchObject({ rows: 2, columns: 2, active: 1 });
      expect(two.viewports.slice(0, 2)).toMatchObject([
        { number: 11, window: { width: 80 }, turn: { rotation: 0 } },
        { number: 58, window: { width: 1500 }, turn: { rotation: 90 } },
      ]);
      // Turned to the right, the patient's right side is up.
      expect(await page.locator('.cell').nth(1).locator('.edge.top').textContent()).toBe('R');
      await page.keyboard.press('Shift+f');
      expect(await page.locator('.cell').nth(1).locator('.edge.left').textContent()).toBe('AF');
      await viewer.keep('layout');
      await page.keyboard.press('Shift+m');
      await viewer.until('one takes the page', ({ layout }) => layout?.maximised === true);
      await untilSharpIn(viewer, 1);
      expect(await page.locator('.cell').count()).toBe(1);
      await page.keyboard.press('Alt+1');
      await viewer.until('one is left', ({ viewports }) => viewports.length === 1);
      await viewer.untilSharp();
      expect((await viewer.state()).image).toMatchObject({ number: 11 });
      viewer.expectNoProblems();
    });
  });
}
