// What the viewer's tests do with a page: read its state, wait for it, look at its pixels, keep pictures of it.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { HeldLevels } from './held-levels.ts';

const pictures = path.resolve(import.meta.dirname, '../screenshots');

/** What a viewport shows. */
interface ImageState {
  series: string;
  number: number;
  count: number;
  level: number;
  levels: number;
  needed: number;
  isPart: boolean;
  shown: number | null;
  coarse: number;
  refined: number;
  pixelBytes: number;
  received: number[];
  window: { centre: number; width: number };
  lut: string | null;
  overlays: number;
  shutter: boolean;
  state: string | null;
  inverted: boolean;
  zoom: number;
  tool: string;
  error: string | null;
  place: number[] | null;
  turn: { rotation: number; mirrored: boolean };
}

/** Something drawn and what it measures. */
export interface MeasurementState {
  tool: string;
  text: string;
  points: { x: number; y: number }[];
  figures: { name: string; value: number; unit: string; quantity?: string }[];
  note: string;
  provisional: { level: number; levels: number } | null;
  number: number;
}

type Place = [number, number, number];

/** How a plane lies on the screen: millimetres, patient coordinates; CSS pixels per millimetre. */
export interface PlaneLook {
  origin: Place;
  right: Place;
  down: Place;
  scale: number;
}

/** Something drawn in a plane through a volume. */
export interface PlaneMeasurementState extends Pick<MeasurementState, 'tool' | 'figures' | 'provisional'> {
  plane: string;
  points: Place[];
  slab: { millimetres: number; kind: string } | null;
}

/** `window.strata` of the viewer (client/renderer/shell/debug-state.ts), as far as the tests read it. */
export interface ViewerState {
  page: 'worklist' | 'study';
  connection: string;
  bytesReceived: number;
  worklist: { state: string; total: number } | null;
  study: { uid: string; state: string; series: number; message: string } | null;
  image: ImageState | null;
  layout: { rows: number; columns: number; maximised: boolean; active: number } | null;
  viewports: (ImageState | null)[];
  measurements: MeasurementState[];
  planeMeasurements: PlaneMeasurementState[];
  saving: { state: string; unsaved: number; author: string | null; unread: number };
  report: { open: boolean; state: string; versions: string[]; draft: boolean; behind: boolean } | null;
  reformat: {
    problem: string;
    notes: string[];
    slab: number;
    window: { centre: number; width: number } | null;
    inverted: boolean;
    tool: string;
    large: string | null;
    looks: Record<string, PlaneLook>;
    any: number;
    full: number;
    of: number;
  } | null;
  keyImages: { own: number; others: number; state: string };
  states: { count: number; saving: boolean };
  together: boolean;
  cine: number;
  hanging: string;
  priors: number;
  download: {
    state: string;
    figures: { files: number; written: number; servers: [string, number][] };
    missing: { name: string; code: string }[];
  } | null;
  uploads: {
    state: string;
    figures: { files: number; stored: number; already: number; refused: number };
    refused: { name: string; code: string }[];
    studies: string[];
  } | null;
}

/** Grey values of the picture in the viewport: enough to tell images apart. */
export interface Look {
  /** A number for the exact pixels. */
  hash: number;
  mean: number;
  /** Different brightnesses in the picture. */
  tones: number;
  /** Mean difference between the strongest and the weakest of a pixel's colours: 0 for grey. */
  colour: number;
}

/** A phone or a tablet: CSS pixels, device pixels in each, and fingers. */
interface Screen {
  readonly width: number;
  readonly height: number;
  readonly density: number;
}

export interface OpenOptions {
  /** Levels above this one are held back until `held` lets them go; default none. */
  readonly hold?: number;
  /** What is done to the page before anything is loaded into it. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** Another screen than that of a workstation. */
  readonly screen?: Screen;
}

export class ViewerPage {
  readonly page: Page;
  /** Errors on the console and thrown by the page. */
  readonly problems: string[] = [];
  readonly #held: HeldLevels | null;

  private constructor(page: Page, held: HeldLevels | null) {
    this.page = page;
    this.#held = held;
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }

  /** Opens a page of the viewer in a window of its own. */
  static async open(browser: Browser, url: string, options: OpenOptions = {}): Promise<ViewerPage> {
    const { hold, prepare, screen } = options;
    const page = await browser.newPage(
      screen
        ? {
            viewport: { width: screen.width, height: screen.height },
            ...{ deviceScaleFactor: screen.density, isMobile: true, hasTouch: true },
          }
        : { viewport: { width: 1280, height: 800 } },
    );
    const viewer = new ViewerPage(page, hold === undefined ? null : await HeldLevels.of(page, hold));
    await prepare?.(page);
    await page.goto(url);
    return viewer;
  }

  /** The levels held back. Throws when the page was opened without. */
  get held(): HeldLevels {
    if (!this.#held) throw new Error('This page was opened without holding levels.');
    return this.#held;
  }

  state(): Promise<ViewerState> {
    return this.page.evaluate(() =>
      structuredClone((globalThis as unknown as { strata: ViewerState }).strata),
    );
  }

  /** Waits until the state is as wanted. @returns that state; fails with the last one and the page's problems */
  async until(what: string, wanted: (state: ViewerState) => boolean, timeout = 30_000): Promise<ViewerState> {
    const end = Date.now() + timeout;
    let state = await this.state();
    while (!wanted(state)) {
      if (Date.now() > end) {
        const { image, ...rest } = state;
        const seen = JSON.stringify({ ...rest, image: image && { ...image, received: undefined } });
        throw new Error(
          `Waited in vain until ${what}. State: ${seen}. Problems: ${this.problems.join('; ')}`,
        );
      }
      await this.page.waitForTimeout(40);
      state = await this.state();
    }
    return state;
  }

  /** Waits until what is visible of the wanted image is on the screen as sharp as the screen can show it. */
  untilSharp(): Promise<ViewerState> {
    return this.until(
      'the image is sharp',
      ({ image }) => image !== null && (image.level >= image.needed || image.isPart),
    );
  }

  /** What is drawn in the middle of the viewport, without the text over it. */
  async look(): Promise<Look> {
    await this.page.evaluate(framesDrawn);
    const picture = await this.page
      .locator('.viewport canvas')
      .first()
      .screenshot({ style: '.overlay, .progress-line { visibility: hidden }' });
    return this.page.evaluate(lookAt, `data:image/png;base64,${picture.toString('base64')}`);
  }

  /** Keeps a picture of the page for people to look at. */
  async keep(name: string): Promise<void> {
    mkdirSync(pictures, { recursive: true });
    await this.page.screenshot({ path: path.join(pictures, `${name}.png`) });
  }

  /** The page has complained of nothing. */
  expectNoProblems(): void {
    expect(this.problems).toEqual([]);
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

/** Red, green, blue and alpha of each pixel. */
interface PagePixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** What functions that run in the page use of the browser; the tests' own types know no browser. */
export interface BrowserGlobals {
  createImageBitmap(blob: Blob): Promise<{ width: number; height: number }>;
  requestAnimationFrame(callback: () => void): number;
  OffscreenCanvas: new (
    width: number,
    height: number,
  ) => {
    getContext(kind: '2d'): {
      drawImage(image: unknown, x: number, y: number): void;
      getImageData(x: number, y: number, width: number, height: number): PagePixels;
    };
  };
}

/** Runs in the page: what the viewport was handed is drawn with the next frame, and shown with the one after it. */
function framesDrawn(): Promise<void> {
  const { requestAnimationFrame } = globalThis as unknown as BrowserGlobals;
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

/** Runs in the page. */
async function lookAt(address: string): Promise<Look> {
  const { createImageBitmap, OffscreenCanvas } = globalThis as unknown as BrowserGlobals;
  const bitmap = await createImageBitmap(await (await fetch(address)).blob());
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const tones = new Set<number>();
  let [hash, sum, colour] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    const grey = (red + green + blue) / 3;
    hash = (Math.imul(hash, 31) + red * 65_536 + green * 256 + blue) | 0;
    tones.add(Math.round(grey));
    sum += grey;
    colour += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  const pixels = width * height;
  return { hash, mean: sum / pixels, tones: tones.size, colour: colour / pixels };
}
