// Measurements saved with their study: kept until then, judged by others, shown again elsewhere, in versions.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPart10 } from '@strata/dicom/part10';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data.ts';
import { runProgram } from '../support/peers/program.ts';
import { dciodvfy, pythonJson } from '../support/peers/readers.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { type MeasurementState, ViewerPage } from '../support/viewer-page.ts';
import { draw, type Pixel } from './drawing.ts';
import { writeForeignReport } from './foreign-report.ts';

const images = [10, 20, 30, 40].map((number) => `${dataFolder}/series/ct-philips/I${number}.dcm`);
const study = readPart10(readFileSync(images[0] as string)).attributes.study.uid;
const { folder, remove } = temporaryFolder('saved');

let server: StrataProcess;
let browser: Browser;
const pages: ViewerPage[] = [];

beforeAll(async () => {
  server = await StrataProcess.start(`${folder}/data`);
  const foreign = `${folder}/foreign.dcm`;
  await writeForeignReport(images[0] as string, images[1] as string, foreign);
  const imported = await strata('import', '--data', `${folder}/data`, '--json', ...images, foreign);
  expect(imported.stderr).toBe('');
  browser = await launchChromium();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  remove();
});

async function open(): Promise<ViewerPage> {
  const viewer = await ViewerPage.open(browser, `${server.url}/study/${study}`);
  pages.push(viewer);
  await viewer.untilSharp();
  return viewer;
}

interface Saved {
  readonly sopInstanceUid: string;
  readonly author: string;
  readonly maker: string;
  readonly superseded: boolean;
  readonly predecessors: readonly string[];
  readonly content: { readonly measurements: readonly unknown[] };
}

const address = (uid = study) => `${server.url}/gateway/studies/${uid}/saved/measurements`;

/** What is saved by us, the newest first. */
async function saved(): Promise<Saved[]> {
  const { objects } = (await (await fetch(address())).json()) as { objects: Saved[] };
  return objects.filter(({ maker }) => maker === 'Strata');
}

async function post(body: unknown, uid?: string): Promise<[number, string]> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(address(uid), { method: 'POST', headers, body: JSON.stringify(body) });
  const { error } = (await response.json()) as { error?: { code: string } };
  return [response.status, error?.code ?? ''];
}

/** What is drawn, without what differs from page to page; those of the other maker left out. */
const ours = (list: readonly MeasurementState[]) =>
  list
    .filter(({ note, text }) => !note.includes('Area 400') && text !== 'Mass')
    .map(({ tool, text, points, figures }) => ({ tool, text, points, figures }))
    .sort((a, b) => (a.tool < b.tool ? -1 : 1));

/** Every number with its unit that pydicom finds in a report, and the texts. */
const FIGURES = `
import sys, json, pydicom
found = {'numbers': [], 'texts': []}
def walk(d):
    for i in d.get('ContentSequence', []):
        if i.ValueType == 'NUM':
            m = i.MeasuredValueSequence[0]
            found['numbers'].append([float(m.FloatingPointValue), m.MeasurementUnitsCodeSequence[0].CodeValue])
        if i.ValueType == 'TEXT': found['texts'].append(i.TextValue)
        walk(i)
d = pydicom.dcmread(sys.argv[1]); walk(d)
found['author'] = str(d.AuthorObserverSequence[0].PersonName)
found['patient'] = str(d.PatientID)
print(json.dumps(found))
`;

describe('measurements that are saved', { timeout: 180_000 }, () => {
  let first: ViewerPage;
  let drawn: ReturnType<typeof ours>;

  it('by another program are shown, and in words what cannot be', async () => {
    first = await open();
    const { measurements, saving } = await first.until(
      'the report is shown',
      (state) => state.measurements.length === 2,
    );
    expect(measurements.map(({ tool, number, text }) => [tool, number, text])).toEqual([
      ['ellipse', 1, 'Mass'],
      ['freehand', 2, ''],
    ]);
    expect(measurements[0]?.note).toContain('stated: Area 400 mm²');
    expect(saving).toMatchObject({ unsaved: 0, unread: 2 });
    await first.page.locator('.not-shown summary').click();
    const words = await first.page.locator('.not-shown').textContent();
    expect(words).toContain('Liver: Volume 1500 cm3 has no place in an image');
    expect(words).toContain('Overall assessment: Stable');
    expect(await first.page.locator('.measurement-list').textContent()).toContain('by ACME');
    await first.keep('saved-foreign');
    await first.page.locator('.not-shown summary').click();
  });

  it('are kept until then, whatever becomes of the page', async () => {
    const shapes: [string, ...Pixel[]][] = [
      ['l', [200, 60], [400, 160]],
      ['q', [220, 250], [300, 330]],
      ['e', [400, 300], [440, 350]],
      ['d', [60, 400], [160, 400], [160, 470], [60, 470], [60, 401]],
      ['h', [256, 400]],
      ['b', [330, 450], [460, 450]],
      ['k', [40, 200], [90, 200]],
      ['y', [420, 200], [470, 230]],
    ];
    for (const [at, [key, ...pixels]] of shapes.entries()) {
      await draw(first, key, ...pixels);
      // The angle has a second line.
      if (key === 'k') await draw(first, key, [40, 300], [90, 350]);
      await first.until(`${key} is drawn`, (state) => state.measurements.length === at + 3);
    }
    await first.page.locator('#answer').fill('Größe? Fissur');
    await first.page.keyboard.press('Enter');
    const { measurements, saving } = await first.until(
      'all is measured',
      (state) =>
        state.saving.unsaved === 8 &&
        state.measurements.some(({ text }) => text.startsWith('Größe')) &&
        state.measurements.every(({ provisional, number }) => provisional === null || number !== 1),
    );
    expect(saving.author).toBeNull();
    drawn = ours(measurements);
    expect(drawn).toHaveLength(9);
    await first.keep('saved-not-yet');
    await first.page.reload();
    await first.untilSharp();
    const again = await first.until('they are there again', (state) => state.saving.unsaved === 8);
    expect(ours(again.measurements)).toEqual(drawn);
    expect(await first.page.getByRole('status').filter({ hasText: '8 changes not saved' }).count()).toBe(1);
    // As in a window that is opened after this one was closed: of its session nothing is left.
    await first.page.addInitScript(() => sessionStorage.clear());
    await first.page.reload();
    await first.untilSharp();
    const anew = await first.until('they are there in a new window', ({ saving }) => saving.unsaved === 8);
    expect(ours(anew.measurements)).toEqual(drawn);
    first.expectNoProblems();
  });

  it('are a report that others understand, with who made it', async () => {
    const { page } = first;
    await page.route('**/saved/measurements', (route) => route.abort());
    await page.keyboard.press('Control+s');
    await page.locator('#answer').fill('Röntgen, Anna');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Not saved: The server cannot be reached.' }).waitFor();
    expect((await first.state()).saving.unsaved).toBe(8);
    await page.unroute('**/saved/measurements');
    // As soon as the server is back, it is tried again without a word.
    const { port } = new URL(server.url);
    await server.kill();
    server = await StrataProcess.start(`${folder}/data`, '--port', port);
    const state = await first.until('it is saved', ({ saving }) => saving.unsaved === 0);
    await page.getByRole('alert').filter({ hasText: 'Not saved' }).waitFor({ state: 'detached' });
    // The browser itself notes on its console that nobody answered.
    expect(first.problems.splice(0).filter((problem) => !/ERR_|WebSocket/.test(problem))).toEqual([]);
    expect(state.saving).toMatchObject({ state: 'idle', author: 'Röntgen, Anna' });
    expect(ours(state.measurements)).toEqual(drawn);
    await first.keep('saved-measurements');
    const [version] = await saved();
    expect(version?.content.measurements).toHaveLength(8);
    const response = await fetch(`${server.url}/gateway/instances/${version?.sopInstanceUid}/file`);
    const file = path.join(folder, 'ours.dcm');
    writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
    expect((await dciodvfy(file)).errors).toEqual([]);
    const dump = await runProgram('dsrdump', [file]);
    expect([dump.code, dump.stderr.split('\n').filter((line) => line.startsWith('E:'))]).toEqual([0, []]);
    expect(dump.stdout).toContain('(,,"Long Axis")');
    expect((await runProgram('dsr2html', [file])).stdout).toContain('Attenuation Coefficient');
    const read = await pythonJson<{ numbers: [number, string][]; texts: string[]; author: string }>(
      FIGURES,
      file,
    );
    const units: Record<string, string> = { mm: 'mm', 'mm²': 'mm2', '°': 'deg', HU: "[hnsf'U]" };
    const figures = drawn
      .filter(({ tool, text }) => text !== '' || tool !== '')
      .flatMap((one) => one.figures);
    for (const { value, unit } of figures.filter(({ unit }) => unit !== 'mm²')) {
      expect(read.numbers).toContainEqual([value, units[unit]]);
    }
    expect(read.texts).toContain('Größe? Fissur');
    expect(read.author).toBe('Röntgen, Anna');
  });

  it('are shown in another browser as they were, and a change there is a new version, which the first follows', async () => {
    const second = await open();
    const { measurements } = await second.until(
      'they are shown',
      (state) => state.measurements.length === 10 && state.saving.unsaved === 0,
    );
    expect(ours(measurements)).toEqual(drawn);
    await second.keep('saved-again');
    await second.page.getByRole('button', { name: 'Remove Arrow' }).click();
    // Where the text of the rectangle stands: with a tool in hand, a drag draws.
    const box = await second.page
      .locator('.svg-layer text')
      .filter({ hasText: 'Mean' })
      .first()
      .boundingBox();
    if (!box) throw new Error('The rectangle has no text.');
    await second.page.keyboard.press('l');
    await second.page.evaluate('new Promise((done) => requestAnimationFrame(done))');
    await second.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await second.page.mouse.down();
    await second.page.mouse.move(box.x + box.width / 2 + 40, box.y + 90, { steps: 5 });
    await second.page.mouse.up();
    await second.until('both are changes', ({ saving }) => saving.unsaved === 2);
    await second.page.locator('.measurement-list [data-command="measurement.save"]').click();
    await second.page.locator('#answer').fill('Curie^Marie');
    await second.page.keyboard.press('Enter');
    await second.until(
      'they are saved',
      ({ saving }) => saving.unsaved === 0 && saving.author === 'Curie^Marie',
    );
    const [newest, before] = await saved();
    expect(newest).toMatchObject({ author: 'Curie^Marie', superseded: false });
    expect(newest?.predecessors).toEqual([before?.sopInstanceUid]);
    expect(before).toMatchObject({ author: 'Röntgen, Anna', superseded: true });
    const news = await first.until(
      'the first page shows it',
      ({ saving }) => saving.author === 'Curie^Marie' && saving.unsaved === 0,
    );
    expect(news.measurements.some(({ tool }) => tool === 'arrow')).toBe(false);
    expect(news.measurements.filter(({ tool }) => tool === 'length')).toHaveLength(2);
    for (const page of pages) page.expectNoProblems();
  });

  it('must make sense, and be of the study', async () => {
    const content = { measurements: [] };
    expect(await post({ author: 'A', predecessors: [], content }, '1.2.3')).toEqual([404, 'not-found']);
    expect(await post({ author: ' ', predecessors: [], content })).toEqual([400, 'invalid']);
    expect(await post({ author: 'A', predecessors: ['1.2.3'], content })).toEqual([409, 'not-in-study']);
    const wrong = {
      ...{
        uid: '1.2',
        kind: 'length',
        sopInstanceUid: '1.2.3',
        frame: 1,
        points: [
          [1, 2],
          [3, 4],
        ],
      },
      ...{ closed: false, text: '', figures: [], columnMm: null, note: '' },
    };
    const of = (one: unknown) => ({ author: 'A', predecessors: [], content: { measurements: [one] } });
    expect(await post(of(wrong))).toEqual([409, 'not-in-study']);
    expect(await post(of({ ...wrong, points: [[1, '2']] }))).toEqual([400, 'invalid']);
    expect(await post(of({ ...wrong, kind: 'volume' }))).toEqual([400, 'invalid']);
    expect((await saved()).length).toBe(2);
  });
});
