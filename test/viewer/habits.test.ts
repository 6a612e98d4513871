// The viewer as people are used to it: their language, their keys and mouse buttons, and whatever they use to see and to type.
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsOf } from '../support/accessibility.ts';
import { launchChromium } from '../support/chromium.ts';
import { dataFiles, dataFolder } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';

let browser: Browser | undefined;
let server: StrataProcess | undefined;
let opened: ViewerPage | undefined;
let remove = () => {};

/** One page of the size of a small laptop for all that follows, opened at the worklist. */
beforeAll(async () => {
  const made = temporaryFolder('habits');
  remove = made.remove;
  const data = `${made.folder}/data`;
  server = await StrataProcess.start(data);
  const series = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));
  const files = [...series.slice(0, 12), `${dataFolder}/odd/pydicom/test-SR.dcm`];
  const imported = await strata('import', '--data', data, '--json', ...files);
  if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
  browser = await launchChromium();
  opened = await ViewerPage.open(browser, `${server.url}/`);
  await opened.page.setViewportSize({ width: 1366, height: 768 });
  await opened.until('the worklist is there', ({ worklist }) => worklist?.state === 'current');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  remove();
});

function viewer(): ViewerPage {
  if (!opened) throw new Error('The viewer was not opened.');
  return opened;
}

type Language = 'en' | 'de';

async function chooseLanguage(language: Language): Promise<void> {
  const { page } = viewer();
  await page.locator('.settings-button').click();
  await page.locator('dialog[open]').waitFor();
  await page.locator(`input[name="language"][value="${language}"]`).check();
  await page.locator(`html[lang="${language}"]`).waitFor();
  await closeDialog();
}

async function closeDialog(): Promise<void> {
  await viewer().page.keyboard.press('Escape');
  await viewer().page.locator('dialog').waitFor({ state: 'detached' });
}

/** Looks at a part of the page with axe, and keeps a picture. @returns what is wrong */
async function judge(what: string, language: Language, within?: string): Promise<string[]> {
  const found = await violationsOf(viewer().page, within);
  await viewer().keep(`habits-${what}-${language}`);
  return found.map((why) => `${what} (${language}): ${why}`);
}

/** Does so with a dialog that a key opens, and closes it again. */
async function judgeDialog(what: string, language: Language, key: string, part = ''): Promise<string[]> {
  const { page } = viewer();
  await page.keyboard.press(key);
  if (part) await page.locator(`#settings-${part}`).click();
  await page.locator('dialog[open]').waitFor();
  const found = await judge(what, language, 'dialog[open]');
  await closeDialog();
  return found;
}

// One page goes through all of it: each step begins where the last one ended.
describe('the habits of those who use the viewer', { timeout: 120_000 }, () => {
  it('the worklist, its help and the settings keep WCAG 2.2 AA in both languages', async () => {
    const { page } = viewer();
    await page.keyboard.press('i');
    await page.locator('.study-panel [data-state="there"]').first().waitFor();
    const found: string[] = [];
    for (const language of ['en', 'de'] as const) {
      await chooseLanguage(language);
      found.push(...(await judge('worklist', language)));
      found.push(...(await judgeDialog('worklist-help', language, '?')));
      for (const part of ['general', 'keys', 'mouse']) {
        found.push(...(await judgeDialog(`settings-${part}`, language, 'Control+,', part)));
      }
    }
    expect(found).toEqual([]);
    await page.keyboard.press('i');
  });

  it('all of the worklist is reached by Tab, what has the focus is seen, and at 200 % nothing is lost', async () => {
    const { page } = viewer();
    expect(await notReached(viewer())).toEqual([]);
    // A browser's zoom of 200 % is a window of half the size.
    await page.setViewportSize({ width: 683, height: 384 });
    expect(await page.locator('.settings-button').isVisible()).toBe(true);
    expect(await cutOff(viewer(), '.filters, .summary')).toEqual([]);
    await viewer().keep('habits-zoomed-worklist');
    for (const part of ['general', 'keys', 'mouse']) {
      await page.keyboard.press('Control+,');
      await page.locator(`#settings-${part}`).click();
      expect(await cutOff(viewer(), 'dialog')).toEqual([]);
      await viewer().keep(`habits-zoomed-${part}`);
      await closeDialog();
    }
    await page.setViewportSize({ width: 1366, height: 768 });
  });

  it('the language is that of the settings, at once, in texts, numbers and dates, and stays', async () => {
    const { page } = viewer();
    expect(await page.title()).toBe('Strata · Arbeitsliste');
    const row = page.locator('tr[data-study]', { hasText: 'HEAD' });
    expect(await row.textContent()).toContain('06.02.2015');
    await page.locator('#filter-name').fill('head');
    await chooseLanguage('en');
    expect(await page.title()).toBe('Strata · Worklist');
    expect(await row.textContent()).toContain('2015-02-06');
    // Nothing was loaded anew.
    expect(await page.locator('#filter-name').inputValue()).toBe('head');
    await chooseLanguage('de');
    await page.reload();
    await row.locator('a').click();
    await viewer().untilSharp();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    expect(await page.locator('.overlay').textContent()).toContain('Bild 1/12');
    expect(await page.locator('[data-tool="zoom"]').getAttribute('title')).toBe('Zoom (Z)');
  });

  it('the page of a study, its menus and dialogs keep WCAG 2.2 AA in both languages', async () => {
    const { page } = viewer();
    const found: string[] = [];
    for (const language of ['de', 'en'] as const) {
      await chooseLanguage(language);
      found.push(...(await judge('study', language)));
      for (const menu of ['layout', 'measure', 'window', 'more']) {
        await page.locator(`.${menu}-menu > button`).click();
        found.push(...(await judge(`${menu}-menu`, language, '.menu')));
        await page.keyboard.press('Escape');
      }
      for (const [what, key] of [
        ['report', 'Shift+b'],
        ['download', 'Shift+o'],
      ] as const) {
        await page.keyboard.press(key);
        await page.locator(`.${what}-panel`).waitFor();
        found.push(...(await judge(what, language, `.${what}-panel`)));
        if (what === 'report') await page.keyboard.press(key);
        else await page.locator('.download-panel .button').first().click();
      }
      for (const [what, key] of [
        ['help', '?'],
        ['hanging', 'Shift+p'],
        ['question', 'Shift+c'],
        ['export', 'Shift+e'],
        ['share', 'Shift+l'],
      ] as const) {
        found.push(...(await judgeDialog(what, language, key)));
      }
    }
    expect(found).toEqual([]);
  });

  it('all of a study is reached without a mouse: series into viewports, menus, and the rest by Tab', async () => {
    const { page } = viewer();
    await page.keyboard.press('Alt+2');
    await page.keyboard.press('n');
    await viewer().until('the second viewport is active', ({ layout }) => layout?.active === 1);
    await page.locator('.series').first().focus();
    await page.keyboard.press('Enter');
    await viewer().until('the series is there', ({ viewports }) => viewports[1]?.count === 12);
    const more = page.locator('.more-menu > button');
    await more.focus();
    await page.keyboard.press('Enter');
    // One to one, hide text, right, left.
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await viewer().until('it is turned left', ({ image }) => image?.turn.rotation === 270);
    expect(await more.evaluate((button) => button.matches(':focus'))).toBe(true);
    expect(await notReached(viewer())).toEqual([]);
    await page.keyboard.press('Alt+1');
    // Nothing moves by itself, whatever the system is set to.
    expect(await page.evaluate(moving)).toEqual([]);
  });

  it('a key is pressed to be given to a command, is taken from another only when told, and goes to a file and back', async () => {
    const { page } = viewer();
    const row = (id: string) => page.locator(`[data-keys-of="${id}"]`);
    const give = async (id: string, key: string) => {
      await row(id).getByRole('button', { name: 'Add' }).click();
      await page.keyboard.press(key);
    };
    await page.keyboard.press('?');
    await page.getByRole('button', { name: 'Change keys' }).click();
    await page.locator('#key-search').fill('invert');
    await give('image.invert', 'F7');
    await row('image.invert')
      .getByRole('button', { name: /^Take I/ })
      .click();
    expect(await row('image.invert').locator('.cap').allInnerTexts()).toEqual(['F7 ×']);
    await page.locator('#key-search').fill('');
    await give('image.fit', 'w');
    expect(await row('image.fit').getByRole('status').textContent()).toContain('W is the key of Window.');
    await viewer().keep('habits-key-conflict');
    await row('image.fit').getByRole('button', { name: 'Move it here' }).click();
    expect(await row('tool.window').textContent()).toContain('no key');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save to a file' }).click();
    const buffer = readFileSync(await (await saved).path());
    expect(JSON.parse(buffer.toString()).keys).toEqual({
      'image.invert': ['F7'],
      'image.fit': ['f', 'w'],
      'tool.window': [],
    });
    await page.getByRole('button', { name: 'Usual keys for all' }).click();
    await page.locator('#keys-file').setInputFiles({ name: 'k.json', mimeType: 'application/json', buffer });
    await page.getByText('Taken: 3 commands with other keys.').waitFor();
    await closeDialog();

    await page.keyboard.press('i');
    await page.keyboard.press('F7');
    await viewer().until('it is inverted', ({ image }) => image?.inverted === true);
    expect(await page.locator('[data-command="image.invert"]').getAttribute('title')).toBe('Invert (F7)');
    await page.keyboard.press('?');
    await page.locator('#help-search').fill('f7');
    expect(await page.locator('[data-help]').allInnerTexts()).toEqual([expect.stringContaining('Invert')]);
    // Escape empties the field first.
    await page.locator('#help-search').fill('');
    await closeDialog();
  });

  it('mouse buttons have the tools that were chosen for them', async () => {
    const { page } = viewer();
    await page.keyboard.press('Control+,');
    await page.locator('#settings-mouse').click();
    await page.locator('#mouse-right').selectOption('window');
    await closeDialog();
    const before = await viewer().state();
    const box = await page.locator('.viewport').boundingBox();
    const [x, y] = [(box?.x ?? 0) + 200, (box?.y ?? 0) + 200];
    await page.mouse.move(x, y);
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(x + 80, y, { steps: 5 });
    await page.mouse.up({ button: 'right' });
    const width = before.image?.window.width ?? 0;
    const after = await viewer().until(
      'the window is wider',
      ({ image }) => (image?.window.width ?? 0) > width,
    );
    expect(after.image?.zoom).toBe(before.image?.zoom);
    viewer().expectNoProblems();
  });
});

/** What can be used by Tab: menus, tabs and radio buttons are one stop each. */
const usable = ['a[href]', 'button', 'input', 'select', '[tabindex="0"]']
  .map((kind) => `${kind}:not([tabindex="-1"], [disabled], [hidden], [type="radio"]:not(:checked))`)
  .join(', ');

/** Runs in the page: what there is to be reached; then, after each Tab, what has the focus. */
const countStops = `
  globalThis.stops = [...document.querySelectorAll('${usable}')].filter((one) => one.checkVisibility());
  document.activeElement?.blur();
  globalThis.stops.length`;
const focusedStop = `(() => {
  const one = document.activeElement;
  // A list marks the line that it is on.
  const marked = document.getElementById(one.getAttribute('aria-activedescendant')) ?? one;
  const { outlineStyle, outlineWidth } = getComputedStyle(marked);
  const isMarked = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  return { at: globalThis.stops.indexOf(one), isMarked, what: one.outerHTML.slice(0, 120) };
})()`;

/** Runs in the page: the rules of its styles that take time. */
const moving = `
  [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter(({ style }) => /[1-9]/.test((style?.transitionDuration ?? '') + (style?.animationDuration ?? '')))
    .map(({ cssText }) => cssText)`;

/** What is not come to by Tab, or shows nothing while it has the focus. */
async function notReached({ page }: ViewerPage): Promise<string[]> {
  const count = await page.evaluate<number>(countStops);
  const unmarked = new Set<string>();
  const reached = new Set<number>();
  // Fields of dates are several stops.
  for (let presses = 0; presses < count * 2 + 20 && reached.size < count; presses++) {
    await page.keyboard.press('Tab');
    const { at, isMarked, what } = await page.evaluate<{ at: number; isMarked: boolean; what: string }>(
      focusedStop,
    );
    if (at >= 0) reached.add(at);
    if (at >= 0 && !isMarked) unmarked.add(`not marked: ${what}`);
  }
  const all = await page.evaluate<string[]>('globalThis.stops.map((one) => one.outerHTML.slice(0, 120))');
  return [...unmarked, ...all.filter((_, at) => !reached.has(at))];
}

/** What of an area lies outside of the window where it cannot be scrolled to. */
async function cutOff({ page }: ViewerPage, area: string): Promise<string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('${area}')]
      .flatMap((one) => [...one.querySelectorAll('button, input, select, label, p, h2, legend')])
      .filter((one) => one.checkVisibility() && !one.closest('.visually-hidden'))
      .filter((one) => {
        const { left, right, bottom } = one.getBoundingClientRect();
        let around = one.parentElement;
        while (around && !/auto|scroll/.test(getComputedStyle(around).overflowY)) around = around.parentElement;
        return left < -1 || right > innerWidth + 1 || (!around && bottom > innerHeight + 1);
      })
      .map((one) => one.outerHTML.slice(0, 120))`);
}
