// Images and films leave the viewer: compared with what the screen showed, with what the server renders, decoded again by others.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPart10 } from '@strata/dicom/part10';
import type { Download } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { pythonJson } from '../support/peers/readers.ts';
import type { ViewerPage } from '../support/viewer-page.ts';
import { Hosted } from './hosted.ts';

const [file = ''] = dataFiles('series/ct-philips').filter((name) => !name.endsWith('DIRFILE.dcm'));
const study = readPart10(readFileSync(file)).attributes.study.uid;
let hosted: Hosted;
let viewer: ViewerPage;
let saved = 0;

beforeAll(async () => {
  hosted = await Hosted.start();
  viewer = await hosted.open(`/study/${study}`, {
    // Nobody is there to answer the browser's own dialog.
    prepare: async (page) => {
      await page.addInitScript('globalThis.print = () => { globalThis.printedAt = Date.now(); }');
    },
  });
  await viewer.untilSharp();
});
afterAll(() => hosted?.stop());

/** Does something that saves a file. @returns the file's place */
async function savedBy(act: () => Promise<void>): Promise<{ at: string; name: string }> {
  const [download] = await Promise.all([
    viewer.page.waitForEvent('download', { timeout: 90_000 }) as Promise<Download>,
    act(),
  ]);
  const name = download.suggestedFilename();
  const at = path.join(path.dirname(hosted.data), `saved-${saved++}-${name}`);
  await download.saveAs(at);
  return { at, name };
}

const choose = (name: string) => viewer.page.getByLabel(name, { exact: false }).first().check();
const press = (name: string) =>
  viewer.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
const save = () => savedBy(() => press('Save'));

/** Mean and greatest difference of two pictures, and their sizes: all but a margin, where letters may be. */
const COMPARE = `
import sys, json, numpy
from PIL import Image
a, b = [numpy.asarray(Image.open(f).convert('RGB')).astype(int) for f in sys.argv[1:3]]
m = int(sys.argv[3])
same = a.shape == b.shape
d = abs(a - b)[m:-m, m:-m] if same else numpy.array([255])
print(json.dumps(dict(sizes=[a.shape, b.shape], mean=float(d.mean()), most=int(d.max()))))
`;
interface Compared {
  sizes: number[][];
  mean: number;
  most: number;
}
const compare = (a: string, b: string, margin = 110) => pythonJson<Compared>(COMPARE, a, b, String(margin));

/** Mean brightness of a part of a picture, by shares of its sides. */
const brightness = (picture: string, ...part: [left: number, top: number, right: number, bottom: number]) =>
  pythonJson<number>(
    `import sys, json, numpy
from PIL import Image
a = numpy.asarray(Image.open(sys.argv[1]).convert('L')).astype(float)
l, t, r, b = map(float, sys.argv[2:6])
h, w = a.shape
print(json.dumps(a[int(t*h):int(b*h), int(l*w):int(r*w)].mean()))`,
    picture,
    ...part.map(String),
  );

describe('the export', { timeout: 120_000 }, () => {
  it('as PNG shows what the screen shows, pixel by pixel', async () => {
    const { page } = viewer;
    // Something measured, to be left out or not.
    await page.keyboard.press('l');
    const box = await page.locator('.viewport').first().boundingBox();
    const [x, y] = [(box?.x ?? 0) + 300, (box?.y ?? 0) + 300];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 200, y + 20, { steps: 5 });
    await page.mouse.up();
    await viewer.until('it is measured', ({ measurements }) => measurements.length === 1);
    const screen = path.join(path.dirname(hosted.data), 'screen.png');
    const style = '.overlay, .svg-layer { visibility: hidden }';
    await page.locator('.viewport canvas').first().screenshot({ path: screen, style });
    await page.keyboard.press('Shift+e');
    await page.getByRole('dialog', { name: 'Export and print' }).waitFor();
    await viewer.keep('export-dialog');
    await page.getByLabel('Measurements and marks').uncheck();
    const { at, name } = await save();
    expect(name).toMatch(/^CT-series-\d+-image-1\.png$/);
    const { sizes, mean, most } = await compare(screen, at);
    expect(sizes[0]).toEqual(sizes[1]);
    expect([mean, most]).toEqual([0, 0]);
    await page.getByLabel('Measurements and marks').check();
    const marked = await save();
    expect((await compare(screen, marked.at)).most).toBeGreaterThan(60);
  });

  it('leaves out who the patient is unless asked', async () => {
    const topLeft = [0, 0, 0.2, 0.04] as const;
    const without = await save();
    expect(await brightness(without.at, ...topLeft)).toBeLessThan(1);
    await choose('Who the patient is');
    const withIdentity = await save();
    expect(await brightness(withIdentity.at, ...topLeft)).toBeGreaterThan(3);
    await viewer.page.getByLabel('Who the patient is').uncheck();
  });

  it('has every pixel of the image, as the server renders it', async () => {
    await viewer.page.getByLabel('Text in the corners').uncheck();
    await viewer.page.getByLabel('Measurements and marks').uncheck();
    await choose('The whole image, every pixel: 512 × 512');
    const { at } = await save();
    const { image } = await viewer.state();
    const { centre = 0, width = 0 } = image?.window ?? {};
    const attributes = readPart10(readFileSync(file)).attributes;
    const found = await (await fetch(`${hosted.server.url}/gateway/studies/${study}`)).json();
    const uids = found as { sopInstanceUid: string; number: number | null }[];
    const first = uids.reduce((a, b) => ((a.number ?? 0) <= (b.number ?? 0) ? a : b));
    const place = `studies/${study}/series/${attributes.series.uid}/instances/${first.sopInstanceUid}`;
    const query = `window=${centre},${width},linear`;
    const rendered = await fetch(`${hosted.server.url}/dicom-web/${place}/rendered?${query}`, {
      headers: { accept: 'image/png' },
    });
    expect(rendered.status, await rendered.clone().text()).toBe(200);
    const reference = keepFile('rendered.png', new Uint8Array(await rendered.arrayBuffer()));
    const { sizes, most } = await compare(reference, at);
    expect(sizes).toEqual([
      [512, 512, 3],
      [512, 512, 3],
    ]);
    expect(most).toBeLessThanOrEqual(1);
  });

  it('as JPEG says that it loses detail', async () => {
    await choose('JPEG, smaller');
    expect(await viewer.page.getByRole('dialog').textContent()).toContain('not for diagnosis');
    const { at, name } = await save();
    expect(name).toMatch(/\.jpg$/);
    expect([...readFileSync(at).subarray(0, 2)]).toEqual([0xff, 0xd8]);
    await choose('PNG, without loss');
    await choose('As on the screen');
    await choose('Text in the corners');
    await choose('Measurements and marks');
  });

  it('copies a PNG', async () => {
    const { page } = viewer;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await press('Copy');
    await page.getByText('Copied.').waitFor();
    const kinds = await page.evaluate('navigator.clipboard.read().then((all) => all[0].types)');
    expect(kinds).toEqual(['image/png']);
  });

  it('prints pictures and nothing else of the page', async () => {
    const { page } = viewer;
    await press('Print');
    await expect
      .poll(() => page.evaluate('globalThis.printedAt ?? 0'), { timeout: 20_000 })
      .toBeGreaterThan(0);
    await page.emulateMedia({ media: 'print' });
    await viewer.keep('export-print');
    expect(await page.locator('.print-sheet img').count()).toBe(1);
    expect(await page.locator('.toolbar').isVisible()).toBe(false);
    await page.emulateMedia({ media: null });
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    await page.locator('.print-sheet').waitFor({ state: 'detached' });
  });

  it('as GIF has every image at its rate', async () => {
    const { page } = viewer;
    await page.getByRole('tab', { name: 'Film' }).click();
    await choose('GIF, 256 colours');
    for (const [label, value] of [
      ['to image', '5'],
      ['From image', '1'],
      ['Images per second', '10'],
      ['Longer side in pixels', '256'],
    ] as const) {
      await page.getByLabel(label).fill(value);
      await page.getByLabel(label).blur();
    }
    await viewer.keep('export-film');
    const { at, name } = await save();
    expect(name).toMatch(/^CT-series-\d+\.gif$/);
    const seen = await pythonJson(
      `import sys, json, numpy
from PIL import Image
i = Image.open(sys.argv[1])
seen = dict(frames=i.n_frames, size=i.size, duration=i.info['duration'], marked=[])
for frame in range(i.n_frames):
    i.seek(frame)
    p = numpy.asarray(i.convert('RGB')).astype(int)
    seen['marked'].append(bool((p[..., 0] - p[..., 2] > 60).sum() > 40))
print(json.dumps(seen))`,
      at,
    );
    // The length is on the first image.
    const marked = [true, false, false, false, false];
    expect(seen).toEqual({ frames: 5, size: [256, 256], duration: 100, marked });
  });

  it('as MP4 has every image, or says that this browser cannot make it', async () => {
    const { page } = viewer;
    const mp4 = page.getByRole('radio', { name: 'MP4' });
    if (await mp4.isDisabled()) {
      expect(await page.getByRole('dialog').textContent()).toContain('cannot make MP4 files');
      return;
    }
    await mp4.check();
    const { at } = await save();
    const bytes = readFileSync(at);
    expect(bytes.subarray(4, 8).toString('latin1')).toBe('ftyp');
    // Sample Size Box (ISO/IEC 14496-12, 8.7.3): version and flags, size for all, count.
    expect(bytes.readUInt32BE(bytes.indexOf('stsz') + 12)).toBe(5);
    const url = `data:video/mp4;base64,${bytes.toString('base64')}`;
    // The viewer's own page may play nothing.
    const player = await hosted.browser.newPage();
    const film = await player.evaluate(playedFilm, url);
    await player.close();
    expect(film).toMatchObject({ width: 256, height: 256, error: '' });
    expect(film.duration).toBeCloseTo(0.5, 1);
  });

  it('can be cancelled', async () => {
    const { page } = viewer;
    await choose('GIF, 256 colours');
    await page.getByLabel('to image').fill('58');
    await page.getByLabel('Longer side in pixels').fill('2048');
    await page.getByLabel('Longer side in pixels').blur();
    await press('Save');
    await press('Cancel');
    await page.getByText('Cancelled.').waitFor();
  });

  it('of originals is an archive', async () => {
    const { page } = viewer;
    await page.getByRole('tab', { name: 'DICOM' }).click();
    await viewer.keep('export-originals');
    await choose('This series');
    const { at, name } = await savedBy(() => page.getByRole('link', { name: 'Download' }).click());
    expect(name).toMatch(/^series-[\d.]+\.zip$/);
    const names = await pythonJson<string[]>(
      'import sys,json,zipfile\nprint(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))',
      at,
    );
    expect(names).toEqual(expect.arrayContaining(['DICOMDIR', 'index.html', 'DICOM/SE000001/IM000001']));
    viewer.expectNoProblems();
  });
});

function keepFile(name: string, bytes: Uint8Array): string {
  const at = path.join(path.dirname(hosted.data), name);
  writeFileSync(at, bytes);
  return at;
}

interface Film {
  width: number;
  height: number;
  duration: number;
  error: string;
}

/** What functions that run in the page use of the browser. */
interface VideoGlobals {
  document: { createElement(name: 'video'): VideoLike };
}
interface VideoLike {
  src: string;
  videoWidth: number;
  videoHeight: number;
  duration: number;
  error: { message: string } | null;
  addEventListener(name: string, run: () => void): void;
}

/** Runs in the page. */
function playedFilm(url: string): Promise<Film> {
  const video = (globalThis as unknown as VideoGlobals).document.createElement('video');
  return new Promise((resolve) => {
    const done = () =>
      resolve({
        ...{ width: video.videoWidth, height: video.videoHeight, duration: video.duration },
        error: video.error?.message ?? '',
      });
    video.addEventListener('loadeddata', done);
    video.addEventListener('error', done);
    video.src = url;
  });
}
