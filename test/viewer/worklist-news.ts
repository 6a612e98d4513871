// A worklist that is open at one server while another one takes studies in.
import path from 'node:path';
import { expect, it } from 'vitest';
import { dataFolder } from '../support/data.ts';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';
import type { Hosted } from './hosted.ts';

/** @param host the running Strata and browser, known once the tests run */
export function describeWorklistNews(host: () => Hosted): void {
  it('shows a study that another server takes in without a touch, and keeps the place and the choice', async () => {
    const { folder, remove } = temporaryFolder('second');
    const { data, browser } = host();
    const second = await StrataProcess.start(folder, '--metadata', path.join(data, 'metadata-url'));
    const viewer = await ViewerPage.open(browser, `${second.url}/?sort=name`);
    try {
      const { page } = viewer;
      const { worklist } = await viewer.until(
        'studies are listed',
        (state) => state.worklist?.state === 'current',
      );
      const total = worklist?.total ?? 0;
      await page.setViewportSize({ width: 1280, height: 300 });
      for (let row = 1; row < total; row++) await page.keyboard.press('ArrowDown');
      const chosen = page.locator('tr[aria-selected="true"]');
      const before = { uid: await chosen.getAttribute('data-study'), box: await chosen.boundingBox() };
      await host().import(path.join(dataFolder, 'odd/pydicom/MR_small_implicit.dcm'));
      await viewer.until('the new study is listed', (state) => state.worklist?.total === total + 1);
      expect(await page.locator('tr[data-study]').count()).toBe(total + 1);
      expect(await chosen.getAttribute('data-study')).toBe(before.uid);
      expect((await chosen.boundingBox())?.y).toBe(before.box?.y);
      viewer.expectNoProblems();
    } finally {
      await viewer.close();
      await second.stop();
      remove();
    }
  });
}
