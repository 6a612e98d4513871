// A server of a pool is killed while somebody scrolls: the viewer shows nothing of it.
import { readFileSync } from 'node:fs';
import { readPart10 } from '@strata/dicom/part10';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFiles } from '../support/data.ts';
import { Pool } from '../support/pool.ts';
import { ViewerPage } from '../support/viewer-page.ts';

const files = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));
const study = readPart10(readFileSync(files[0] as string)).attributes.study.uid;

let pool: Pool | undefined;
let browser: Browser | undefined;
beforeAll(async () => {
  pool = await Pool.start(2);
  const imported = await pool.server(0).run('import', '--json', ...files);
  if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await pool?.close();
});

it('goes on without a word when a server is killed while one scrolls', { timeout: 180_000 }, async () => {
  if (!pool || !browser) throw new Error('The pool was not started.');
  const viewer = await ViewerPage.open(browser, `${pool.server(0).url}/study/${study}`);
  await viewer.untilSharp();
  const killed = pool.server(1).kill();
  for (let step = 1; step < 30; step++) {
    await viewer.page.keyboard.press('ArrowDown');
    const state = await viewer.until(
      `image ${step + 1} is shown`,
      ({ image }) => image?.shown === step + 1 && image.level >= 0,
    );
    expect(state).toMatchObject({ connection: 'connected', image: { error: null } });
  }
  await killed;
  await viewer.until('every image is there', ({ image }) => image?.refined === image?.count);
  const all = await viewer.until(
    'the image is on the screen at its full level',
    ({ image }) => image !== null && image.level === image.levels,
  );
  expect(all.connection).toBe('connected');
  expect(all.image?.error).toBeNull();
  expect(await viewer.page.getByRole('alert').count()).toBe(0);
  await viewer.keep('server-lost');
  // The browser itself notes on its console that a connection was lost; the page has nothing to say.
  expect(viewer.problems.filter((problem) => !problem.includes('WebSocket'))).toEqual([]);
});
