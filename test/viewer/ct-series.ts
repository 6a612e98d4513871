// Tests of a CT series in a real browser: coarse first, then sharp, and every tool.
import { beforeAll, describe, expect, it } from 'vitest';
import type { ViewerPage, ViewerState } from '../support/viewer-page.ts';
import type { Hosted } from './hosted.ts';

const slices = 58;

/** Drags over the image with a mouse button. */
async function drag(
  { page }: ViewerPage,
  button: 'left' | 'middle' | 'right',
  dx: number,
  dy: number,
): Promise<void> {
  await page.mouse.move(700, 400);
  await page.mouse.down({ button });
  await page.mouse.move(700 + dx, 400 + dy, { steps: 8 });
  await page.mouse.up({ button });
}

/** @param host the running Strata and browser, known once the tests run */
export function describeCtSeries(host: () => Hosted): void {
  describe('a CT series', () => {
    let address = '';
    beforeAll(async () => {
      address = `/study/${await host().studyOf('name=head')}`;
    });

    const openSharp = async (): Promise<ViewerPage> => {
      const viewer = await host().open(address);
      await viewer.untilSharp();
      return viewer;
    };

    /** Opens the series with everything above level 2 held back, and waits until that is on the screen. */
    const openCoarse = async (): Promise<ViewerPage> => {
      const viewer = await host().open(address, { hold: 2 });
      const isCoarse = ({ image }: ViewerState) => image?.level === 2 && image.coarse === slices;
      await viewer.until('every slice is there at level 2', isCoarse);
      return viewer;
    };

    it('shows a coarse image of every slice first and then the sharp one', async () => {
      const viewer = await openCoarse();
      expect((await viewer.state()).image).toMatchObject({ level: 2, levels: 5, needed: 5, refined: 0 });
      expect(await viewer.page.locator('.overlay').textContent()).toContain('Level 2/5 (64 px) · coarse');
      const line = viewer.page.locator('.progress-line');
      expect(await line.textContent()).toContain(`level 2 of 5 · 0 of ${slices} sharp`);
      const coarseLook = await viewer.look();
      await viewer.keep('ct-coarse');
      expect(coarseLook.tones).toBeGreaterThan(20);
      viewer.held.release();
      const sharp = await viewer.untilSharp();
      expect(sharp.image).toMatchObject({ level: 5, levels: 5, number: 1, count: slices });
      const sharpLook = await viewer.look();
      await viewer.keep('ct-sharp');
      expect(sharpLook.hash).not.toBe(coarseLook.hash);
      await viewer.until('every slice is at full level', ({ image }) => image?.refined === slices);
      expect(await viewer.page.locator('.overlay').textContent()).toContain('Level 5/5 (512 px) · full');
      await line.waitFor({ state: 'detached' });
      viewer.expectNoProblems();
    });

    it('asks for no more than the screen can show, and for more when it is enlarged', async () => {
      const viewer = await host().open('/');
      await viewer.page.setViewportSize({ width: 500, height: 300 });
      await viewer.page.goto(`${host().server.url}${address}`);
      const small = await viewer.until(
        'every slice is as sharp as shown',
        ({ image }) => image?.refined === slices && image.level >= image.needed,
      );
      expect(small.image).toMatchObject({ level: 4, needed: 4, levels: 5 });
      expect(Math.max(...(small.image?.received ?? []))).toBe(4);
      expect(await viewer.page.locator('.overlay').textContent()).toContain('display resolution');
      for (let times = 0; times < 4; times++) await viewer.page.keyboard.press('+');
      await viewer.until('the full level is shown', ({ image }) => image?.level === 5);
      viewer.expectNoProblems();
    });

    it('is scrolled by keys and wheel, to the last slice and back', async () => {
      const viewer = await openSharp();
      const { page } = viewer;
      const at = (number: number) =>
        viewer.until(`image ${number} is sharp`, ({ image }) => image?.shown === number && image.level === 5);
      const first = await viewer.look();
      await page.keyboard.press('ArrowDown');
      await at(2);
      await page.keyboard.press('PageDown');
      await at(12);
      await page.mouse.move(700, 400);
      await page.mouse.wheel(0, 100);
      await at(13);
      await page.keyboard.press('End');
      await at(slices);
      await viewer.keep('ct-last-slice');
      expect((await viewer.look()).hash).not.toBe(first.hash);
      await page.keyboard.press('s');
      await drag(viewer, 'left', 0, -80);
      await at(slices - 10);
      await page.keyboard.press('Home');
      await at(1);
      expect((await viewer.look()).hash).toBe(first.hash);
      viewer.expectNoProblems();
    });

    it('changes its window by presets and by dragging, inverts, and is reset', async () => {
      const viewer = await openSharp();
      const { page } = viewer;
      await page.keyboard.press('PageDown');
      await page.keyboard.press('PageDown');
      await page.keyboard.press('PageDown');
      await viewer.until('image 31 is sharp', ({ image }) => image?.shown === 31 && image.level === 5);
      const before = await viewer.look();
      const { window } = (await viewer.state()).image ?? {};
      await viewer.keep('ct-middle');
      await page.keyboard.press('3');
      await viewer.until('the bone window is on', ({ image }) => image?.window.width === 2500);
      const bone = await viewer.look();
      expect(bone.hash).not.toBe(before.hash);
      await viewer.keep('ct-bone');
      await page.keyboard.press('i');
      await viewer.until('it is inverted', ({ image }) => image?.inverted === true);
      const inverted = await viewer.look();
      // The image's own black turns white; what lies around it stays black.
      expect(inverted.mean).toBeGreaterThan(bone.mean + 50);
      await viewer.keep('ct-inverted');
      await drag(viewer, 'left', 60, 20);
      const dragged = await viewer.state();
      expect(dragged.image?.window.width).toBeGreaterThan(2500);
      await page.locator('.window-menu > button').click();
      await viewer.keep('ct-window-menu');
      await page.getByRole('menuitem', { name: /Brain/ }).click();
      await viewer.until('the brain window is on', ({ image }) => image?.window.width === 80);
      await page.keyboard.press('r');
      await viewer.until('it is reset', ({ image }) => image?.inverted === false);
      expect((await viewer.state()).image?.window).toEqual(window);
      expect((await viewer.look()).hash).toBe(before.hash);
      viewer.expectNoProblems();
    });

    it('is enlarged, moved and fitted again, and says what its keys do', async () => {
      const viewer = await openSharp();
      const { page } = viewer;
      const fitted = await viewer.state();
      const before = await viewer.look();
      await page.keyboard.press('+');
      const enlarged = await viewer.until(
        'it is larger',
        ({ image }) => (image?.zoom ?? 0) > (fitted.image?.zoom ?? 0) * 1.2,
      );
      await drag(viewer, 'right', 0, -60);
      await viewer.until(
        'it is larger still',
        ({ image }) => (image?.zoom ?? 0) > (enlarged.image?.zoom ?? 0) * 1.1,
      );
      const still = await viewer.look();
      await drag(viewer, 'middle', 120, 40);
      expect((await viewer.look()).hash).not.toBe(still.hash);
      await viewer.keep('ct-enlarged');
      await page.keyboard.press('o');
      await viewer.until(
        'one image pixel is one of the screen',
        ({ image }) => Math.abs((image?.zoom ?? 0) - 1) < 0.01,
      );
      await page.keyboard.press('f');
      await viewer.until(
        'it fits',
        ({ image }) => Math.abs((image?.zoom ?? 0) - (fitted.image?.zoom ?? 0)) < 0.01,
      );
      expect((await viewer.look()).hash).toBe(before.hash);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await viewer.keep('keys');
      viewer.expectNoProblems();
    });

    it('goes on where it was when the server is killed and started again', async () => {
      const viewer = await openCoarse();
      await host().killAndRestart(async () => {
        viewer.held.forget();
        await viewer.until(
          'the viewer says that it reconnects',
          ({ connection }) => connection === 'reconnecting',
        );
        await viewer.page.keyboard.press('ArrowDown');
        await viewer.until('the next slice is shown', ({ image }) => image?.shown === 2 && image.level === 2);
        await viewer.keep('reconnecting');
      });
      viewer.held.release();
      await viewer.until('it is connected again', ({ connection }) => connection === 'connected', 60_000);
      await viewer.page.keyboard.press('End');
      await viewer.until(
        'the last slice is sharp',
        ({ image }) => image?.shown === slices && image.level === 5,
        60_000,
      );
      const all = await viewer.until(
        'every slice is at full level',
        ({ image }) => image?.refined === slices,
        60_000,
      );
      expect(all.image?.error).toBeNull();
      await viewer.keep('reconnected');
    });

    it('says of a damaged image what is wrong with it, and shows all others', async () => {
      await host().damageImage(address.slice('/study/'.length), 30);
      const viewer = await openSharp();
      const others = await viewer.until(
        'every other slice is sharp',
        ({ image }) => image?.refined === slices - 1,
      );
      expect(others.image?.error).toBeNull();
      for (let at = 0; at < 3; at++) await viewer.page.keyboard.press('PageDown');
      await viewer.page.keyboard.press('ArrowUp');
      const damaged = await viewer.until('the damaged image says so', ({ image }) => Boolean(image?.error));
      expect(damaged.image?.number).toBe(30);
      expect(await viewer.page.getByRole('alert').textContent()).toContain('Image 30 cannot be shown');
      await viewer.keep('damaged-image');
      await viewer.page.keyboard.press('ArrowDown');
      await viewer.until('the next one is sharp', ({ image }) => image?.shown === 31 && image.level === 5);
    });
  });
}
