// Scrolling through a series that is larger than the page's memory: what the page takes, and that there is always an image.
import { readFileSync } from 'node:fs';
import type { Browser, CDPSession } from 'playwright-core';
import type { BenchStudy } from './made-images.ts';
import { scrolling } from './scroll.ts';

const MiB = 2 ** 20;
const patience = 900_000;

export interface MemoryUse {
  readonly study: string;
  readonly frames: number;
  /** Steps after which no pixels of the wanted slice were there, and those whose pixels were coarser than the screen. */
  readonly blank: number;
  readonly behind: number;
  /** Bytes of pixels ready, and of script memory, when it ended. */
  readonly pixelBytes: number;
  readonly heapBytes: number;
  /** Resident bytes of the pages' processes: with the worklist open, and at most with the study. */
  readonly before: number;
  readonly most: number;
}

/** Opens the series, waits until its pixels fill the memory for them, and scrolls through all of it and back. */
export async function measureMemory(browser: Browser, port: number, study: BenchStudy): Promise<MemoryUse> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
  const session = await browser.newBrowserCDPSession();
  let most = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction(`performance.getEntriesByName('strata.prepared').length > 0`);
    const before = await residentBytes(session);
    timer = setInterval(() => {
      void residentBytes(session).then(
        (bytes) => {
          most = Math.max(most, bytes);
        },
        () => undefined, // the browser is gone: the bench fails by itself
      );
    }, 500);
    await page.goto(`http://127.0.0.1:${port}/study/${study.uid}`);
    await page.waitForFunction(
      `globalThis.strata?.image && strata.image.refined === strata.image.count &&
       (strata.image.ready === strata.image.count || strata.image.pixelBytes > ${350 * MiB})`,
      null,
      { timeout: patience, polling: 250 },
    );
    const frames = study.instances.length * 2;
    const seen = (await page.evaluate(scrolling(frames))) as Record<
      'blank' | 'behind' | 'heap' | 'pixels',
      number
    >;
    const { blank, behind, heap: heapBytes, pixels: pixelBytes } = seen;
    return { study: study.name, frames, blank, behind, heapBytes, pixelBytes, before, most };
  } finally {
    clearInterval(timer);
    await session.detach();
    await page.close();
  }
}

/** Of all processes that draw pages. Linux only; 0 elsewhere. */
async function residentBytes(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  let bytes = 0;
  for (const { type, id } of processInfo) if (type === 'renderer') bytes += residentOf(id);
  return bytes;
}

function residentOf(process: number): number {
  try {
    const [, kilobytes = '0'] =
      /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${process}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}
