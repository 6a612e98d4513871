// A Strata that holds the images of the viewer's tests, and a Chromium to look at them with.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StrataClient } from '@strata/stream/client';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { dataFiles, dataFolder } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { type OpenOptions, ViewerPage } from '../support/viewer-page.ts';
import { writeMonochrome1 } from './monochrome1.ts';

/** Besides the CT series: colour by palette and by luminance, many frames, a report, an image once compressed with loss. */
const others = [
  'odd/pydicom/OBXXXX1A.dcm',
  'odd/pydicom/US1_UNCI.dcm',
  'odd/pydicom/test-SR.dcm',
  'odd/pydicom/JPEG2000_UNC.dcm',
  'extra/multiframe/MR_256x256_19f.dcm',
  'extra/other/RF_464x512_8bit.dcm',
];

export class Hosted {
  readonly browser: Browser;
  readonly data: string;
  server: StrataProcess;
  readonly #remove: () => void;
  readonly #pages: ViewerPage[] = [];

  private constructor(browser: Browser, server: StrataProcess, data: string, remove: () => void) {
    this.browser = browser;
    this.server = server;
    this.data = data;
    this.#remove = remove;
  }

  /** Starts server and browser and imports the images. */
  static async start(): Promise<Hosted> {
    const { folder, remove } = temporaryFolder('viewer');
    const data = `${folder}/data`;
    const all = [...dataFiles('series/ct-philips'), ...others.map((file) => `${dataFolder}/${file}`)];
    const images = all.filter((file) => !file.endsWith('DIRFILE.dcm'));
    const monochrome1 = writeMonochrome1(folder);
    const server = await StrataProcess.start(data);
    try {
      const imported = await strata('import', '--data', data, '--json', ...images, monochrome1);
      if (imported.code !== 0) {
        throw new Error(`The import failed:\n${imported.stderr}\n${imported.stdout.slice(0, 2000)}`);
      }
      return new Hosted(await launchChromium(), server, data, remove);
    } catch (error) {
      await server.stop();
      remove();
      throw error;
    }
  }

  /** Imports more images. */
  async import(...files: string[]): Promise<void> {
    const imported = await strata('import', '--data', this.data, '--json', ...files);
    if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
  }

  /** Opens a path of the viewer; levels above `hold` are held back. */
  async open(path: string, options: OpenOptions = {}): Promise<ViewerPage> {
    const page = await ViewerPage.open(this.browser, `${this.server.url}${path}`, options);
    this.#pages.push(page);
    return page;
  }

  /** The study of the first line that the worklist shows for a search. */
  async studyOf(search: string): Promise<string> {
    const viewer = await this.open(`/?${search}`);
    await viewer.until('the worklist is there', ({ worklist }) => worklist?.state === 'current');
    const uid = await viewer.page.locator('tr[data-study]').first().getAttribute('data-study');
    await viewer.close();
    if (!uid) throw new Error(`No study for ${search}`);
    return uid;
  }

  /** Kills the server, does something without it, and starts it again at the same address. */
  async killAndRestart(meanwhile: () => Promise<void>): Promise<void> {
    const { port } = new URL(this.server.url);
    await this.server.kill();
    await meanwhile();
    this.server = await StrataProcess.start(this.data, '--port', port);
  }

  /** Changes bytes of the finest level of one image of the study's first series on the server's disk. 1 is the first image. */
  async damageImage(studyUid: string, number: number): Promise<void> {
    const client = new StrataClient({ servers: [`${this.server.url.replace(/^http/, 'ws')}/stream`] });
    const { series } = await client.study(studyUid);
    client.close();
    const blob = series[0]?.instances[number - 1]?.blob;
    if (!blob) throw new Error(`No image ${number} in the study ${studyUid}`);
    const file = path.join(this.data, 'store/blobs', blob.slice(0, 2), blob.slice(2, 4), blob);
    // A running server may still know the right bytes.
    await this.killAndRestart(async () => {
      const bytes = readFileSync(file);
      for (let at = bytes.length - 64; at < bytes.length; at++) bytes[at] = 255 - (bytes[at] ?? 0);
      chmodSync(file, 0o644);
      writeFileSync(file, bytes);
    });
  }

  /** Closes every page that was opened. */
  async closePages(): Promise<void> {
    await Promise.all(this.#pages.splice(0).map((page) => page.close()));
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    this.#remove();
  }
}
