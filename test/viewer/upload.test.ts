// Files that are dropped onto a page, or chosen, are stored: told file by file, and again after a server that died.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPart10 } from '@strata/dicom/part10';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeZip } from '../../server/src/testing/make-zip.ts';
import { launchChromium } from '../support/chromium.ts';
import { dataFiles, dataFolder } from '../support/data.ts';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';

const ct = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));
const mr = `${dataFolder}/extra/multiframe/MR_256x256_19f.dcm`;
const studyOf = (file: string) => readPart10(readFileSync(file)).attributes.study.uid;

let folder: string;
let data: string;
let server: StrataProcess;
let browser: Browser;
let viewer: ViewerPage;
let cleanUp = () => {};
beforeAll(async () => {
  const made = temporaryFolder('upload');
  cleanUp = made.remove;
  folder = made.folder;
  data = `${folder}/data`;
  server = await StrataProcess.start(data);
  browser = await launchChromium();
  viewer = await ViewerPage.open(browser, `${server.url}/`);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  cleanUp();
});

/** Drops files onto the page as a browser does. */
async function drop(files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const inText = files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString('base64') }));
  const transfer = await viewer.page.evaluateHandle((given) => {
    const page = globalThis as unknown as {
      DataTransfer: new () => { items: { add(file: unknown): void } };
      File: new (parts: unknown[], name: string) => unknown;
    };
    const made = new page.DataTransfer();
    for (const { name, text } of given) {
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      made.items.add(new page.File([bytes], name));
    }
    return made;
  }, inText);
  await viewer.page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await viewer.page.locator('.drop-zone').waitFor();
  await viewer.keep('upload-over');
  await viewer.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

describe('an upload', { timeout: 180_000 }, () => {
  it('stores files and archives, names what was refused, and links to the studies', async () => {
    const archive = makeZip([
      ...ct.slice(3, 6).map((file) => ({ name: `disc/${path.basename(file)}`, content: readFileSync(file) })),
      { name: 'disc/inner.zip', content: Buffer.from('PK') },
    ]);
    await drop([
      ...ct.slice(0, 3).map((file) => ({ name: path.basename(file), bytes: readFileSync(file) })),
      { name: 'mr.dcm', bytes: readFileSync(mr) },
      { name: 'notes.txt', bytes: Buffer.from('These are notes.') },
      { name: 'cut.dcm', bytes: readFileSync(mr).subarray(0, 40_000) },
      { name: 'disc.zip', bytes: archive },
      { name: '.DS_Store', bytes: Buffer.from('leftover') },
    ]);
    const state = await viewer.until('all is stored', ({ uploads }) => uploads?.state === 'done', 60_000);
    expect(state.uploads?.figures).toMatchObject({ files: 10, stored: 7, already: 0, refused: 3 });
    expect(state.uploads?.refused.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'cut.dcm', code: 'truncated' },
      { name: 'disc.zip/disc/inner.zip', code: 'zip-in-zip' },
      { name: 'notes.txt', code: 'not-dicom' },
    ]);
    expect(new Set(state.uploads?.studies)).toEqual(new Set([studyOf(ct[0] as string), studyOf(mr)]));
    const link = viewer.page.locator('.upload-studies a').first();
    await expect.poll(() => link.textContent(), { timeout: 20_000 }).toContain('file');
    await viewer.until('the list has them', ({ worklist }) => worklist?.total === 2);
    await viewer.keep('upload-done');
    await link.click();
    await viewer.until('the study is open', ({ page, study }) => page === 'study' && study?.state === 'open');
    viewer.expectNoProblems();
  });

  it('goes on by itself after the server died, and counts nothing that it did not hear of', async () => {
    const chosen = path.join(folder, 'chosen');
    mkdirSync(chosen);
    for (const file of ct.slice(4)) writeFileSync(path.join(chosen, path.basename(file)), readFileSync(file));
    await viewer.page.locator('.upload-panel input[data-choose="folder"]').setInputFiles(chosen);
    const isUnderWay = (figures?: { files: number; stored: number }) =>
      figures?.files === ct.length - 4 && figures.stored > 2;
    await viewer.until('it is under way', ({ uploads }) => isUnderWay(uploads?.figures));
    const { port } = new URL(server.url);
    await server.kill();
    await viewer.until('it waits', ({ uploads }) => uploads?.state === 'waiting');
    await viewer.keep('upload-waiting');
    server = await StrataProcess.start(data, '--port', port);
    const state = await viewer.until('all is stored', ({ uploads }) => uploads?.state === 'done', 90_000);
    const { files, stored, already, refused } = state.uploads?.figures ?? {};
    expect({ files, refused, settled: (stored ?? 0) + (already ?? 0) }).toEqual({
      ...{ files: ct.length - 4, refused: 0, settled: ct.length - 4 },
    });
    expect(already).toBeGreaterThanOrEqual(2);
    const list = await fetch(`${server.url}/gateway/studies/${studyOf(ct[0] as string)}`);
    expect(await list.json()).toHaveLength(ct.length);
    // The browser itself notes that connections were lost; the page has nothing to say.
    expect(viewer.problems.filter((problem) => !/WebSocket|ERR_CONNECTION|ERR_/.test(problem))).toEqual([]);
  });

  it('is cancelled: what was stored stays, the rest is not sent', async () => {
    await viewer.page.locator('.upload-panel header .button').click();
    await viewer.until('it is gone', ({ uploads }) => uploads?.state === 'none');
    const notes = Array.from({ length: 1500 }, (_, at) => ({ name: `${at}.txt`, bytes: Buffer.from('x') }));
    await drop(notes);
    await viewer.until('it is under way', ({ uploads }) => (uploads?.figures.refused ?? 0) > 5);
    await viewer.page.locator('.upload-panel header .button').click();
    const state = await viewer.until('it is cancelled', ({ uploads }) => uploads?.state === 'cancelled');
    expect(state.uploads?.figures.files).toBeGreaterThan(5);
    await viewer.keep('upload-cancelled');
  });
});
