// Documents that are read and reports that are written, in a real browser, on a few images of one study.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';
import { foreignDocuments } from './foreign-documents.ts';

const names = ['I10', 'I20', 'I30'];
const { folder, remove } = temporaryFolder('reports-viewer');
let browser: Browser | undefined;
let server: StrataProcess;
let viewer: ViewerPage;
let study = '';

beforeAll(async () => {
  server = await StrataProcess.start(`${folder}/data`);
  const images = names.map((name) => `${dataFolder}/series/ct-philips/${name}.dcm`);
  const documents = await foreignDocuments(images[1] ?? '', folder);
  const imported = await strata('import', '--data', `${folder}/data`, '--json', ...images, ...documents);
  if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
  browser = await launchChromium();
  viewer = await ViewerPage.open(browser, `${server.url}/?report=unread`);
  await viewer.page.setViewportSize({ width: 1440, height: 860 });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  remove();
});

const press = (button: string) => viewer.page.locator(`[data-do="${button}"]`).click();
const section = (role: string) => viewer.page.locator(`.editor [data-section="${role}"] textarea`);

/** Saves a report as somebody else does, who has seen these versions. */
async function saveElsewhere(text: string, predecessors: readonly string[]): Promise<void> {
  const sections = [{ role: 'findings', heading: 'Findings', text }];
  const response = await fetch(`${server.url}/gateway/studies/${study}/saved/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      author: 'Curie^Marie',
      predecessors,
      content: { stage: 'preliminary', change: 'none', language: 'en', sections, images: [] },
    }),
  });
  expect(response.status).toBe(201);
}

async function newest(): Promise<
  { sopInstanceUid: string; maker: string; content: { sections: { text: string }[] } }[]
> {
  const response = await fetch(`${server.url}/gateway/studies/${study}/saved/reports`);
  const { objects } = (await response.json()) as { objects: Awaited<ReturnType<typeof newest>> };
  return objects.filter(({ maker }) => maker === 'Strata');
}

describe('what is read and written about a study', { timeout: 120_000 }, () => {
  it('a document of another maker is read, and goes to the image that it names', async () => {
    const row = viewer.page.locator('tr[data-study]').first();
    await viewer.until('the worklist is there', ({ worklist }) => worklist?.total === 1);
    await row.waitFor();
    // What is measured by a machine is no report.
    expect(await row.locator('td.report').textContent()).toBe('Unread');
    await viewer.keep('report-worklist');
    study = (await row.getAttribute('data-study')) ?? '';
    await viewer.page.goto(`${server.url}/study/${study}`);
    await viewer.untilSharp();
    await viewer.page.locator('.series', { hasText: 'Ultrasound measurements' }).click();
    const text = viewer.page.locator('.document-text');
    await text.getByRole('heading', { name: 'Vascular Ultrasound Procedure Report' }).waitFor();
    expect(await text.textContent()).toContain('12.5 mm');
    // Read with the digits that it has sense for; the others are at hand.
    expect(await text.getByText('176.4 mm').getAttribute('title')).toBe('176.4231243 mm');
    expect(await text.textContent()).toContain('Ödem nicht sicher.');
    expect(await text.locator('.problems').textContent()).toContain('HOLOGRAM');
    await viewer.keep('report-document');
    await text.locator('.image-link').click();
    await viewer.until(
      'the image that it names is beside it',
      ({ layout, image }) => layout?.columns === 2 && image?.number === 2 && image.level >= image.needed,
    );
    await viewer.keep('report-document-image');
  });

  it('a PDF is named, and opens without what could run', async () => {
    await viewer.page.locator('.series', { hasText: 'Letter' }).click();
    const link = viewer.page.getByRole('link', { name: 'Open the PDF in a new tab' });
    await link.waitFor();
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    const response = await fetch(server.url + (await link.getAttribute('href')));
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await response.text()).startsWith('%PDF-1.4')).toBe(true);
    await viewer.keep('report-pdf');
  });

  it('a clinical document is read as text, and nothing in it runs', async () => {
    await viewer.page.locator('.series', { hasText: 'Discharge' }).click();
    const text = viewer.page.locator('.clinical');
    await text.getByRole('heading', { name: 'Entlassbrief' }).waitFor();
    const facts = (await text.locator('.facts').textContent()) ?? '';
    for (const fact of [
      'Größe, Dr. Anna',
      '1950-01-02',
      '4711',
      '2026-04-07 13:00',
      'Reader, Rita',
      'Klinik am See',
    ]) {
      expect(facts).toContain(fact);
    }
    expect(await text.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Befund', 'Medikation']);
    expect(await text.locator('[data-look="bold"]').textContent()).toBe('Ödem');
    expect(await text.locator('[data-look="deleted"]').textContent()).toBe('100');
    expect(await text.getByRole('listitem').allTextContents()).toContain('zweitens');
    expect(await text.getByRole('columnheader').allTextContents()).toEqual(['Wert', 'Datum']);
    expect(await text.locator('td[colspan="2"]').textContent()).toBe('Summe');
    expect(await text.getByRole('note').textContent()).toContain('Pictures');
    expect(await text.locator('a, img, script, [onclick]').count()).toBe(0);
    expect(await viewer.page.evaluate('window.ran')).toBeUndefined();
    await viewer.keep('report-clinical');
    viewer.expectNoProblems();
  });

  it('a report is begun from a template, takes a measurement, and outlives the page', async () => {
    await viewer.page.keyboard.press('Alt+1');
    await viewer.page.locator('.series', { hasText: '3 images' }).click();
    await viewer.untilSharp();
    await viewer.page.keyboard.press('l');
    const place = await viewer.page.locator('.viewport').first().boundingBox();
    if (!place) throw new Error('There is no viewport.');
    const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
    await viewer.page.mouse.move(x - 60, y);
    await viewer.page.mouse.down();
    await viewer.page.mouse.move(x, y + 10, { steps: 4 });
    await viewer.page.mouse.move(x + 60, y + 20, { steps: 4 });
    await viewer.page.mouse.up();
    await viewer.until('the length is measured', ({ measurements }) => measurements[0]?.figures.length === 1);
    await viewer.page.keyboard.press('Shift+B');
    await viewer.until('the reports are there', ({ report }) => report?.state === 'ready');
    await viewer.keep('report-none');
    // Beside the report the tools still stand in one line; what has no room there is in the menu at its end.
    const { height = 0 } = (await viewer.page.locator('.toolbar').boundingBox()) ?? {};
    expect(height).toBeLessThan(45);
    await viewer.page.locator('.more-menu > .button').click();
    await viewer.page.locator('.more-menu [data-command="together.lines"]').click();
    expect(await viewer.page.locator('.toolbar > [data-command="together.lines"]').count()).toBe(0);
    await press('write');
    expect(await section('technique').inputValue()).toContain('CT');
    await section('findings').fill('No infiltrate.');
    await viewer.page.locator('[data-do="measurement"]').selectOption({ index: 1 });
    await section('impression').fill('Normal.');
    const findings = await section('findings').inputValue();
    expect(findings).toMatch(/^No infiltrate\.\nLength: \d+\.\d mm \(CT \d+, image \d\)$/);
    await viewer.keep('report-writing');
    await viewer.page.reload();
    await viewer.untilSharp();
    expect(await section('findings').inputValue()).toBe(findings);
    expect(await section('impression').inputValue()).toBe('Normal.');
  });

  it('it is saved by a name, and who writes on is told that somebody was quicker', async () => {
    await press('save');
    await viewer.page.locator('dialog.question input').fill('Röntgen^Wilhelm');
    await viewer.page.locator('dialog.question button[type="submit"]').click();
    await viewer.until(
      'the version is saved',
      ({ report }) => report?.draft === false && report.versions[0] === 'preliminary',
    );
    await viewer.page.locator('.report-panel .document-text').getByText('Normal.').waitFor();
    await viewer.keep('report-preliminary');
    const [first] = await newest();
    await press('write');
    await section('impression').fill('Normal. Follow up in a year.');
    await saveElsewhere('Seen by somebody else.', [first?.sopInstanceUid ?? '']);
    await viewer.until('the newer version is known', ({ report }) => report?.behind === true);
    await viewer.page.locator('[data-notice="newer-version"]').waitFor();
    await viewer.keep('report-newer');
    await press('read-newer');
    await viewer.page.locator('.report-panel .document-text').getByText('Seen by somebody else.').waitFor();
    await press('back');
    expect(await section('impression').inputValue()).toBe('Normal. Follow up in a year.');
    await press('take-over');
    await viewer.until('it follows on the newer one', ({ report }) => report?.behind === false);
  });

  it('signed it is final, in the worklist too; more can only be added', async () => {
    await press('final');
    await press('confirm');
    await viewer.until('it is signed', ({ report }) => report?.versions[0] === 'final' && !report.draft);
    await viewer.page.locator('.versions summary').click();
    await viewer.page.locator('.report-panel .document-text').getByText('Verified by').waitFor();
    await viewer.keep('report-final');
    expect((await newest()).map(({ content }) => content.sections.at(-1)?.text)).toEqual([
      'Normal. Follow up in a year.',
      'Seen by somebody else.',
      'Normal.',
    ]);
    await press('addendum');
    expect(await viewer.page.locator('.editor [data-fixed="true"]').count()).toBeGreaterThan(2);
    await section('addendum').fill('Compared with an earlier study: unchanged.');
    await viewer.keep('report-addendum');
    await press('discard');
    await press('confirm');
    await viewer.page.goto(`${server.url}/?report=final`);
    const state = viewer.page.locator('tr[data-study] td.report');
    await state.waitFor();
    expect(await state.textContent()).toBe('Final');
    await viewer.keep('report-worklist-final');
    viewer.expectNoProblems();
  });
});
