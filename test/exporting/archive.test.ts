// A study as an archive: the objects byte for byte, a DICOMDIR that lists them, a small viewer that opens from a folder.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readPart10 } from '@strata/dicom/part10';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFiles, dataFolder } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { fetchAndUnpack, flat, namesIn, readFileSet, readTree } from './read-archive.ts';

const pictures = path.resolve(import.meta.dirname, '../screenshots');
const { folder, remove } = temporaryFolder('archive');
const kinds = [
  'odd/pydicom/OBXXXX1A.dcm',
  'odd/pydicom/test-SR.dcm',
  'odd/pydicom/vlut_04.dcm',
  'extra/large/DX_2128x2000_MONO1_12bit_J2KR.dcm',
].map((file) => path.join(dataFolder, file));
const [palette = '', report = ''] = kinds;
const series = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));
let server: StrataProcess;
let browser: Browser;

beforeAll(async () => {
  const data = path.join(folder, 'data');
  server = await StrataProcess.start(data);
  const imported = await strata('import', '--data', data, '--json', ...series, ...kinds);
  expect(imported.code, imported.stdout.slice(0, 2000) + imported.stderr).toBe(0);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  remove();
});

const uidsOf = (file: string) => readPart10(readFileSync(file)).attributes;

/** Fetches the archive of a file's study. @returns the folder that it was unpacked to */
async function unpacked(file: string, query = ''): Promise<string> {
  const study = uidsOf(file).study.uid;
  const at = path.join(folder, `${study}${query.replace(/\W/g, '-')}`);
  mkdirSync(at);
  return fetchAndUnpack(`${server.url}/gateway/studies/${study}/zip${query}`, at);
}

it('holds the files that were sent, byte for byte, and a DICOMDIR of them', async () => {
  const out = await unpacked(series[0] as string, '?viewer=no');
  const listed = await readFileSet(path.join(out, 'DICOMDIR'));
  const sent = new Map(series.map((file) => [uidsOf(file).instance.uid, file]));
  expect(listed.map(([uid]) => uid).sort()).toEqual([...sent.keys()].sort());
  for (const [uid, file, loaded] of listed) {
    expect(loaded).toBe(uid);
    expect(readFileSync(file).equals(readFileSync(sent.get(uid) as string)), uid).toBe(true);
  }
});

it('of a report, holds the report with what its record must say', async () => {
  const out = await unpacked(report);
  const [object] = flat(await readTree(path.join(out, 'DICOMDIR'))).filter(({ file }) => file !== '');
  expect(object).toMatchObject({
    type: 'SR DOCUMENT',
    keys: { CompletionFlag: 'COMPLETE', VerificationFlag: 'VERIFIED', ConceptNameCodeSequence: '1' },
  });
  expect(object?.keys.VerificationDateTime).toMatch(/^\d{14}/);
  expect(readFileSync(path.join(out, 'README.TXT'), 'utf8')).not.toContain('index.html');
});

it('of a series, holds that series; an archive of what is not there is refused', async () => {
  const { uid } = uidsOf(palette).series;
  const at = path.join(folder, 'series');
  mkdirSync(at);
  const out = await fetchAndUnpack(`${server.url}/gateway/series/${uid}/zip`, at);
  expect(await readFileSet(path.join(out, 'DICOMDIR'))).toHaveLength(1);
  expect((await fetch(`${server.url}/gateway/studies/1.2.3/zip`)).status).toBe(404);
  expect((await fetch(`${server.url}/gateway/series/${uid}/zip?viewer=perhaps`)).status).toBe(400);
});

it('is written by the command line too, never over another file', async () => {
  const file = path.join(folder, 'command.zip');
  const command = ['export', uidsOf(palette).study.uid, '--zip', file, '--data', path.join(folder, 'data')];
  const ran = await strata(...command, '--no-viewer');
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toContain(`1 archive in ${file}`);
  expect(await namesIn(file)).toEqual(['DICOM/SE000001/IM000001', 'DICOMDIR', 'README.TXT']);
  expect(await strata(...command)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is there already'),
  });
});

it('ends when nobody takes it, and the next one is made', async () => {
  const address = `${server.url}/gateway/studies/${uidsOf(series[0] as string).study.uid}/zip`;
  for (let times = 0; times < 20; times++) {
    const ending = new AbortController();
    const { body } = await fetch(address, { signal: ending.signal });
    await body?.getReader().read();
    ending.abort();
  }
  // More were begun than are made at once.
  await expect.poll(async () => headOf(address), { timeout: 20_000 }).toBe(200);
});

async function headOf(address: string): Promise<number> {
  const ending = new AbortController();
  const { status } = await fetch(address, { signal: ending.signal });
  ending.abort();
  return status;
}

/** What the page says of itself; see page/viewer.js. */
interface SmallViewer {
  shown: number;
  count: number;
  series: number;
  window: { centre: number; width: number };
  zoom: number;
  problem: string;
}

async function opened(out: string): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 760 } });
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(pathToFileURL(path.join(out, 'index.html')).href);
  await expect.poll(async () => (await stateOf(page)).shown, { timeout: 20_000 }).toBeGreaterThan(0);
  return { page, problems };
}

const stateOf = (page: Page): Promise<SmallViewer> =>
  page.evaluate(() => structuredClone((globalThis as unknown as { smallViewer: SmallViewer }).smallViewer));

/** Mean brightness of the picture, and how far its colours are from grey. */
async function lookAt(page: Page): Promise<{ mean: number; colour: number }> {
  const run = `(() => {
    const canvas = document.querySelector('canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let [mean, colour] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      mean += data[at];
      colour += Math.abs(data[at] - data[at + 2]);
    }
    return { mean: (mean * 4) / data.length, colour: (colour * 4) / data.length };
  })()`;
  return page.evaluate(run);
}

it('opens from the folder without a server: scrolls, windows, zooms, and says what it is for', {
  timeout: 60_000,
}, async () => {
  const { page, problems } = await opened(await unpacked(series[0] as string));
  expect(await stateOf(page)).toMatchObject({ count: series.length, problem: '' });
  expect(await page.textContent('#purpose')).toContain('not for diagnosis');
  expect(await page.textContent('#left')).toBe('R');
  // All pixels, without loss: no more is to be said.
  expect(await page.textContent('#lacks')).toBe('');
  const before = await lookAt(page);
  expect(before.mean).toBeGreaterThan(5);
  await page.screenshot({ path: path.join(pictures, 'export-small-viewer.png') });
  await page.keyboard.press('Home');
  await page.mouse.move(700, 400);
  await page.mouse.wheel(0, 100);
  await expect.poll(async () => (await stateOf(page)).shown, { timeout: 20_000 }).toBe(2);
  await page.mouse.down();
  await page.mouse.move(800, 460, { steps: 4 });
  await page.mouse.up();
  const { window } = await stateOf(page);
  expect(window.width).toBeGreaterThan(0);
  expect((await lookAt(page)).mean).not.toBeCloseTo(before.mean, 0);
  await page.keyboard.press('+');
  expect((await stateOf(page)).zoom).toBeCloseTo(1.25);
  expect(problems).toEqual([]);
  await page.close();
});

it('shows colours, images that a table makes brighter, and smaller ones of large images', {
  timeout: 60_000,
}, async () => {
  for (const [file, leastColour, lacks] of [
    [palette, 3, ''],
    [kinds[2] ?? '', -1, ''],
    [kinds[3] ?? '', -1, 'Not for diagnosis: reduced in size'],
  ] as const) {
    const { page, problems } = await opened(await unpacked(file));
    const { mean, colour } = await lookAt(page);
    expect(mean).toBeGreaterThan(3);
    expect(colour).toBeGreaterThan(leastColour);
    expect(await page.textContent('#lacks')).toBe(lacks);
    if (lacks) await page.screenshot({ path: path.join(pictures, 'export-small-viewer-reduced.png') });
    expect(problems).toEqual([]);
    await page.close();
  }
});
