// Scrolling through a long series at 30 images a second, once it is in memory: our own share of each frame.
import type { Browser } from 'playwright-core';
import { quantile } from '../statistics.ts';
import type { BenchStudy } from './made-images.ts';

/** Milliseconds. */
interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

export interface Scroll {
  readonly study: string;
  readonly frames: number;
  /** From the scroll event to the pixels handed to the viewport. */
  readonly share: Times;
  /** From there until the viewport says that it has drawn. */
  readonly drawn: Times;
  /** Steps after which no pixels of the wanted slice were handed over. */
  readonly blank: number;
  /** Steps whose pixels were coarser than the screen. */
  readonly behind: number;
  readonly pixelBytes: number;
  readonly heapBytes: number;
}

const perSecond = 30;

/** In the page: one wheel step each 1/30 s, up and down the series; what `performance` has measured of it is noted. */
export const scrolling = (steps: number) => `(async () => {
  const target = document.querySelector('.viewport');
  const box = target.getBoundingClientRect();
  const shares = []; const drawn = []; let blank = 0; let behind = 0; let handedAt = 0;
  const watcher = new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'strata.scroll') shares.push(duration);
  });
  watcher.observe({ entryTypes: ['measure'] });
  const onDrawn = () => {
    if (handedAt > 0) drawn.push(performance.now() - handedAt);
    handedAt = 0;
  };
  document.addEventListener('CORNERSTONE_IMAGE_RENDERED', onDrawn, true);
  const begun = performance.now();
  for (let step = 0; step < ${steps}; step++) {
    const due = begun + (step * 1000) / ${perSecond};
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const { count, number } = strata.image;
    const down = Math.floor(step / (count - 1)) % 2 === 0;
    target.dispatchEvent(new WheelEvent('wheel', { deltaY: down ? 100 : -100, bubbles: true, cancelable: true,
      clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }));
    // All that is to be done at once is done when the promises that are settled by now have had their turn.
    for (let turn = 0; turn < 20; turn++) await null;
    handedAt = performance.now();
    const image = strata.image;
    if (image.shown !== image.number || image.number === number) blank++;
    else if (image.level < image.needed) behind++;
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  watcher.disconnect();
  const heap = performance.memory?.usedJSHeapSize ?? 0;
  return { shares, drawn, blank, behind, heap, pixels: strata.image.pixelBytes };
})()`;

/** Opens the series without a slow line, waits until all of it is decoded, and scrolls for a while. */
export async function measureScroll(
  browser: Browser,
  port: number,
  study: BenchStudy,
  steps = 600,
): Promise<Scroll> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
  try {
    await page.goto(`http://127.0.0.1:${port}/study/${study.uid}`);
    await page.waitForFunction(
      `globalThis.strata?.image && strata.image.ready === strata.image.count`,
      null,
      {
        timeout: 300_000,
        polling: 100,
      },
    );
    await page.waitForTimeout(1000);
    const { shares, drawn, blank, behind, heap, pixels } = (await page.evaluate(scrolling(steps))) as {
      shares: number[];
      drawn: number[];
      blank: number;
      behind: number;
      heap: number;
      pixels: number;
    };
    const { name } = study;
    const times = { share: timesOf(shares), drawn: timesOf(drawn) };
    return { study: name, frames: steps, ...times, blank, behind, pixelBytes: pixels, heapBytes: heap };
  } finally {
    await page.close();
  }
}

function timesOf(values: readonly number[]): Times {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return { p50: Number.NaN, p99: Number.NaN, worst: Number.NaN };
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), worst: sorted.at(-1) as number };
}
