// One opening of a study in a real Chromium, timed inside the page: in Strata's viewer, and in the peers' page.
import type { BrowserContext, Page } from 'playwright-core';

/** Milliseconds from the click. */
export interface Timing {
  /** Until the first image is drawn as sharp as the screen can show it. */
  readonly first: number;
  /** Until every image is decoded at that level; null when it was not waited for. */
  readonly whole: number | null;
  /** From zooming to one image pixel per screen pixel until that is drawn; null where nothing is left to be fetched. */
  readonly full: number | null;
}

export interface Wanted {
  /** `unseen`: by its address, nothing of it is known yet. `pointed at`: by a click on its line, on which the pointer has been for a moment. */
  readonly from: 'unseen' | 'pointed at';
  readonly whole: boolean;
  /** Whether the images are larger than the screen. */
  readonly full: boolean;
}

const window = { width: 1280, height: 800 };
const patience = 120_000;
const startPatience = 60_000;
/** How long who points at a line takes until the click. */
const pointingMs = 300;

/** Notes, in the page, when a state is reached for the first time: after each drawing, and every few milliseconds. */
const watch = `
globalThis.bench = { at: {}, wanted: {}, since: 0 };
globalThis.bench.look = (drawn) => {
  const { at, wanted, since } = globalThis.bench;
  for (const [name, test] of Object.entries(wanted)) {
    if (at[name] === undefined && test(drawn)) at[name] = performance.now() - since;
  }
};
// Those that the page itself listens with have their turn first.
document.addEventListener('CORNERSTONE_IMAGE_RENDERED', () => queueMicrotask(() => globalThis.bench.look(true)), true);
setInterval(() => globalThis.bench.look(false), 5);
`;

/** @param tests by name, each the body of a function of \`drawn\`; @param action what starts the clock */
async function timed(page: Page, tests: Record<string, string>, action: string): Promise<void> {
  const functions = Object.entries(tests).map(([name, body]) => `${name}: (drawn) => { ${body} }`);
  await page.evaluate(`
    bench.at = {}; bench.wanted = { ${functions.join(', ')} };
    bench.since = performance.now();
    ${action};
  `);
}

async function untilNoted(page: Page, name: string): Promise<number> {
  await page.waitForFunction(`bench.at.${name} !== undefined || bench.failed?.()`, null, {
    polling: 50,
    timeout: patience,
  });
  const at = await page.evaluate(`bench.failed?.() ?? bench.at.${name}`);
  if (typeof at !== 'number') throw new Error(`The page failed: ${at}`);
  return at;
}

async function opened(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize(window);
  await page.addInitScript(watch);
  await page.goto(url);
  return page;
}

const isPaintedEarly = `(() => {
  const early = document.querySelector('.early-picture[data-level]')?.dataset;
  return early !== undefined && Number(early.level) >= Number(early.needed);
})()`;

/**
 * The first image is there when it is drawn sharp enough by the viewport, or painted so by the page before the viewport is
 * ready.
 */
const firstOfStrata = `
if (${isPaintedEarly}) return true;
const i = strata.image;
return drawn && i && i.shown === i.number && i.level >= i.needed && i.level >= 0;
`;

const wholeOfStrata = `
const i = strata.image;
return i && i.ready === i.count && i.ready > 0 && (i.level >= i.needed || ${isPaintedEarly});
`;

/** What is visible is as sharp as the image is: all of it, or the part on the screen. */
const fullOfStrata = `
const i = strata.image;
return drawn && (i.level === i.levels || (i.isPart && i.needed === i.levels));
`;

/** Opens a study from the worklist. */
export async function runStrata(
  context: BrowserContext,
  url: string,
  study: string,
  wanted: Wanted,
): Promise<Timing> {
  // The study that a list begins with is chosen, and fetched ahead. For what is to be unseen, that is another one.
  const page = await opened(context, wanted.from === 'unseen' ? `${url}?modality=MR` : url);
  try {
    await page.waitForFunction(
      `globalThis.strata?.worklist?.state === 'current' && strata.connection === 'connected' &&
       performance.getEntriesByName('strata.prepared').length > 0`,
      null,
      { timeout: startPatience },
    );
    await page.waitForTimeout(1500);
    await page.evaluate(`bench.failed = () => strata.image?.error`);
    if (wanted.from === 'pointed at') {
      await page.hover(`tr[data-study="${study}"]`);
      await page.waitForTimeout(pointingMs);
    }
    await timed(
      page,
      {
        first: firstOfStrata,
        whole: wholeOfStrata,
      },
      wanted.from === 'unseen'
        ? `history.pushState(null, '', '/study/${study}'); dispatchEvent(new PopStateEvent('popstate'))`
        : `document.querySelector('tr[data-study="${study}"] a').click()`,
    );
    const first = await untilNoted(page, 'first');
    const whole = wanted.whole ? await untilNoted(page, 'whole') : null;
    if (!wanted.full) return { first, whole, full: null };
    await timed(page, { full: fullOfStrata }, `dispatchEvent(new KeyboardEvent('keydown', { key: 'o' }))`);
    return { first, whole, full: await untilNoted(page, 'full') };
  } finally {
    await page.close();
  }
}

/** Opens a study's list of frames in the peers' page. */
export async function runPeer(
  context: BrowserContext,
  url: string,
  index: string,
  wanted: Wanted,
): Promise<Timing> {
  const page = await opened(context, url);
  try {
    await page.waitForFunction(`globalThis.peer`, null, { timeout: startPatience });
    await page.waitForTimeout(1500);
    await page.evaluate(`bench.failed = () => peer.state.error`);
    await timed(
      page,
      {
        first: `const s = peer.state; return drawn && s.frames > 0 && s.shown >= s.needed;`,
        whole: `const s = peer.state; return s.frames > 0 && s.ready === s.frames;`,
      },
      `peer.open('${index}')`,
    );
    const first = await untilNoted(page, 'first');
    const whole = wanted.whole ? await untilNoted(page, 'whole') : null;
    if (!wanted.full) return { first, whole, full: null };
    await timed(
      page,
      { full: `const s = peer.state; return drawn && s.shown === s.levels;` },
      `peer.sharpen('${index}')`,
    );
    return { first, whole, full: await untilNoted(page, 'full') };
  } finally {
    await page.close();
  }
}
