// Original files come from all servers of a pool at once, checked, as an archive or into a folder, also when one dies.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { readPart10 } from '@strata/dicom/part10';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findSources } from '../../server/src/cli/importing/find-sources.ts';
import { launchChromium } from '../support/chromium.ts';
import { dataFiles } from '../support/data.ts';
import { Pool } from '../support/pool.ts';
import { temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';

const files = dataFiles('series/ct-philips')
  .filter((file) => !file.endsWith('DIRFILE.dcm'))
  .slice(0, 40);
const study = readPart10(readFileSync(files[0] as string)).attributes.study.uid;
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const originals = files.map((file) => digestOf(readFileSync(file))).sort();

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

/** In place of the dialog of the system, which no test can answer: a folder of the browser's own. */
const folderOfTheBrowser = () => {
  const page = globalThis as unknown as {
    navigator: { storage: { getDirectory(): Promise<unknown> } };
    showDirectoryPicker: unknown;
  };
  page.showDirectoryPicker = () => page.navigator.storage.getDirectory();
};

/** Runs in the page: the digests of all files below a folder of the browser's own. */
const digestsIn = async (name: string): Promise<string[]> => {
  interface Entry {
    kind: string;
    values(): AsyncIterable<Entry>;
    getDirectoryHandle(name: string): Promise<Entry>;
    getFile(): Promise<Blob>;
  }
  const page = globalThis as unknown as { navigator: { storage: { getDirectory(): Promise<Entry> } } };
  const digests: string[] = [];
  const walk = async (folder: Entry) => {
    for await (const entry of folder.values()) {
      if (entry.kind === 'directory') await walk(entry);
      else {
        const digest = await crypto.subtle.digest('SHA-256', await (await entry.getFile()).arrayBuffer());
        digests.push([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
      }
    }
  };
  await walk(await (await page.navigator.storage.getDirectory()).getDirectoryHandle(name));
  return digests.sort();
};

it('saves the originals byte by byte from both servers, and from one when the other dies', {
  timeout: 120_000,
}, async () => {
  if (!pool || !browser) throw new Error('The pool was not started.');
  const { folder, remove } = temporaryFolder('download');
  try {
    const viewer = await ViewerPage.open(browser, `${pool.server(0).url}/study/${study}`, {
      prepare: async (page) => {
        await page.addInitScript(folderOfTheBrowser);
      },
    });
    await viewer.untilSharp();
    await viewer.page.keyboard.press('Shift+O');
    const panel = viewer.page.locator('.download-panel');
    const saving = viewer.page.waitForEvent('download');
    await panel.locator('[data-into="zip"]').click();
    const state = await viewer.until('all is there', ({ download }) => download?.state === 'done', 60_000);
    expect(state.download?.figures).toMatchObject({ files: files.length, written: files.length });
    expect(state.download?.figures.servers.length).toBe(2);
    await viewer.keep('download-done');
    const archive = `${folder}/saved.zip`;
    await (await saving).saveAs(archive);
    const digests: string[] = [];
    for await (const found of findSources([archive])) {
      if (!('source' in found)) throw new Error(`${found.unusable.name}: ${found.unusable.code}`);
      digests.push(digestOf(await buffer(await found.source.open())));
    }
    expect(digests.sort()).toEqual(originals);
    viewer.expectNoProblems();

    await panel.locator('header .button').click();
    await viewer.until('it is closed', ({ download }) => download?.state === 'none');
    await viewer.page.keyboard.press('Shift+O');
    const killed = pool.server(1).kill();
    await panel.locator('[data-into="folder"]').click();
    const name = `strata-study-${study.slice(-24).replace(/^\.+/, '')}`;
    const again = await viewer.until(
      'all is there again',
      ({ download }) => download?.state === 'done' && download.figures.written === files.length,
      60_000,
    );
    await killed;
    expect(again.download?.missing).toEqual([]);
    expect(await viewer.page.evaluate(digestsIn, name)).toEqual(originals);
    // The browser itself notes on its console that a connection was lost; the page has nothing to say.
    expect(viewer.problems.filter((problem) => !/WebSocket|ERR_/.test(problem))).toEqual([]);
  } finally {
    remove();
  }
});
