// Tests of colour, many frames, reports and other kinds of images in a real browser.
import { describe, expect, it } from 'vitest';
import type { ViewerPage } from '../support/viewer-page.ts';
import type { Hosted } from './hosted.ts';

const text = ({ page }: ViewerPage) => page.locator('.image-place').textContent();

/** @param host the running Strata and browser, known once the tests run */
export function describeKindsOfImages(host: () => Hosted): void {
  describe('kinds of images', () => {
    const openStudy = async (search: string): Promise<ViewerPage> =>
      host().open(`/study/${await host().studyOf(search)}`);

    it('colours by palette and by samples are shown as colours, and inverted as colours', async () => {
      for (const [search, name] of [
        ['name=OB', 'palette'],
        ['name=CompressedSamples&id=13US1', 'rgb'],
      ] as const) {
        const viewer = await openStudy(search);
        await viewer.untilSharp();
        const look = await viewer.look();
        expect(look.tones).toBeGreaterThan(40);
        expect(look.colour).toBeGreaterThan(0.5);
        await viewer.keep(`colour-${name}`);
        await viewer.page.keyboard.press('i');
        await viewer.until('it is inverted', ({ image }) => image?.inverted === true);
        expect((await viewer.look()).mean).toBeGreaterThan(look.mean);
        viewer.expectNoProblems();
        await viewer.close();
      }
    });

    it('an instance of many frames is scrolled frame by frame', async () => {
      const viewer = await openStudy('name=Knee');
      await viewer.untilSharp();
      expect((await viewer.state()).image).toMatchObject({ number: 1, count: 19 });
      const first = await viewer.look();
      await viewer.page.keyboard.press('End');
      await viewer.until(
        'the last frame is sharp',
        ({ image }) => image?.shown === 19 && image.level === image.levels,
      );
      expect(await text(viewer)).toContain('frame 19/19');
      expect((await viewer.look()).hash).not.toBe(first.hash);
      await viewer.keep('frames');
      viewer.expectNoProblems();
    });

    it('a report is listed and can be read', async () => {
      const viewer = await openStudy('modality=SR');
      await viewer.until('the study is open', ({ study }) => study?.state === 'open');
      await viewer.page.getByRole('heading', { name: 'Diagnosis' }).waitFor();
      await viewer.page.getByText('A mass of').first().waitFor();
      await viewer.keep('report');
      viewer.expectNoProblems();
    });

    it('an image that was once compressed with loss says so on the image', async () => {
      const viewer = await openStudy('id=8NM1');
      await viewer.untilSharp();
      expect(await text(viewer)).toContain('Lossy compressed at the source');
      await viewer.keep('lossy');
    });

    it('MONOCHROME1 is shown the other way round', async () => {
      const plain = await openStudy('name=Unbekannt');
      await plain.untilSharp();
      const other = await openStudy('name=Monoeins');
      await other.untilSharp();
      const [a, b] = [await plain.look(), await other.look()];
      // Black around the image stays; the image itself is turned round.
      expect(b.hash).not.toBe(a.hash);
      await other.keep('monochrome1');
      await other.page.keyboard.press('i');
      await other.until('it is inverted', ({ image }) => image?.inverted === true);
      expect((await other.look()).hash).toBe(a.hash);
      other.expectNoProblems();
    });

    it('a study that is not there is said to be missing, with a way back', async () => {
      const viewer = await host().open('/study/1.2.3.4.5');
      await viewer.until('it is said to be missing', ({ study }) => study?.state === 'failed');
      await viewer.keep('missing-study');
      await viewer.page.getByRole('button', { name: 'Worklist' }).click();
      await viewer.until('the worklist is there', ({ page }) => page === 'worklist');
      await viewer.page.goto(`${host().server.url}/study/abc`);
      await viewer.page.getByText('There is no study “abc”').waitFor();
      await viewer.until('the worklist is there again', ({ worklist }) => worklist?.state === 'current');
      await viewer.keep('no-study');
      expect(new URL(viewer.page.url()).pathname).toBe('/');
      await viewer.page.keyboard.press('Enter');
      await viewer.until('a study is open', ({ study }) => study?.state === 'open');
      await viewer.page.goBack();
      await viewer.until('the list is there', ({ worklist }) => worklist?.state === 'current');
      await viewer.page.locator('.summary', { hasText: /^\d+ studies/ }).waitFor();
    });
  });
}
