// Links that show one study to who has them: made at the workstation, opened elsewhere, expired and revoked.
import { readFileSync } from 'node:fs';
import { readPart10 } from '@strata/dicom/part10';
import { StrataClient } from '@strata/stream/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFiles, dataFolder } from '../support/data.ts';
import { RawClient } from '../support/raw-client.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { ViewerPage } from '../support/viewer-page.ts';

const shared = dataFiles('series/ct-philips')
  .filter((file) => !file.endsWith('DIRFILE.dcm'))
  .slice(0, 24);
const other = `${dataFolder}/extra/multiframe/MR_256x256_19f.dcm`;
const studyOf = (file: string) => readPart10(readFileSync(file)).attributes.study.uid;
const study = studyOf(shared[0] as string);
const otherStudy = studyOf(other);

/** For what comes soon, on a slow machine too. */
const waiting = { timeout: 20_000 };

let server: StrataProcess;
let browser: Browser | undefined;
let cleanUp = () => {};
beforeAll(async () => {
  const { folder, remove } = temporaryFolder('sharing');
  cleanUp = remove;
  server = await StrataProcess.start(`${folder}/data`);
  const imported = await strata('import', '--data', `${folder}/data`, '--json', ...shared, other);
  if (imported.code !== 0) throw new Error(`The import failed:\n${imported.stderr}`);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  cleanUp();
});

async function share(body: object): Promise<{ id: string; token: string }> {
  const response = await fetch(`${server.url}/gateway/studies/${study}/shares`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(await response.text());
  const made = (await response.json()) as { share: { id: string }; path: string };
  return { id: made.share.id, token: made.path.replace('/shared/', '') };
}

async function revoke(id: string): Promise<void> {
  const response = await fetch(`${server.url}/gateway/studies/${study}/shares/${id}`, { method: 'DELETE' });
  expect(response.status).toBe(200);
}

const status = async (path: string, token: string, init: RequestInit = {}) =>
  (await fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } })).status;

const streamUrl = () => `${server.url.replace(/^http/, 'ws')}/stream`;

async function greet(token: string): Promise<RawClient> {
  const client = await RawClient.open(streamUrl());
  client.send({ type: 'hello', versions: [1], token, client: 'test' });
  return client;
}

describe('a token of a share', { timeout: 60_000 }, () => {
  it('reads its study over HTTP, and nothing else', async () => {
    const { token } = await share({ seconds: 600 });
    const list = await fetch(`${server.url}/gateway/studies/${otherStudy}`);
    const [{ sopInstanceUid: stranger }] = (await list.json()) as [{ sopInstanceUid: string }];
    const own = readPart10(readFileSync(shared[0] as string)).attributes.instance.uid;
    const allowed = [
      ...['/gateway/shared', `/gateway/studies/${study}`, `/gateway/instances/${own}/file`],
      ...[`/gateway/instances/${own}/overlays`, `/dicom-web/studies/${study}/series`],
    ];
    for (const path of allowed) expect([path, await status(path, token)]).toEqual([path, 200]);
    const refused = [
      ...[`/gateway/studies/${otherStudy}`, `/gateway/instances/${stranger}/file`, '/admin/servers'],
      ...[`/dicom-web/studies/${otherStudy}/metadata`, '/dicom-web/studies', '/worklist-items'],
      ...[`/gateway/studies/${study}/shares`, `/admin/studies/${study}/places`, '/gateway/instances/1.2.3'],
    ];
    for (const path of refused) expect([path, await status(path, token)]).toEqual([path, 403]);
    const body = { method: 'POST', body: '{}' };
    expect(await status(`/gateway/studies/${study}/shares`, token, body)).toBe(403);
    expect(await status('/gateway/instances', token, body)).toBe(403);
    expect(await status('/admin/servers', 'A'.repeat(43))).toBe(404);
    expect(await status('/gateway/shared', 'no token')).toBe(404);
  });

  it('streams its study, and answers what is of others as what is not there', async () => {
    const { token } = await share({ seconds: 600 });
    const all = new StrataClient({ servers: [streamUrl()] });
    const blobOf = async (uid: string) => (await all.study(uid)).series[0]?.instances[0]?.blob as string;
    const [own, strange] = [await blobOf(study), await blobOf(otherStudy)];
    const otherSeries = (await all.study(otherStudy)).series[0]?.uid as string;
    all.close();
    const client = await greet(token);
    await client.until('welcome');
    const get = (id: number, target: object, more: object = {}) =>
      client.send({ type: 'get', id, target, from: 0, to: 0, priority: 0, ...more } as never);
    client.send({ type: 'study', id: 1, uid: study });
    client.send({ type: 'study', id: 2, uid: otherStudy });
    client.send({ type: 'worklist', id: 3, query: { limit: 10 } as never, news: true });
    get(4, { frames: [{ blob: own, frame: 0 }] });
    get(5, {
      frames: [
        { blob: own, frame: 0 },
        { blob: strange, frame: 0 },
      ],
    });
    get(6, { series: otherSeries });
    get(7, { frames: [{ blob: strange, frame: 0 }] }, { ranges: [{ offset: 0, length: 16 }] });
    await client.until('done');
    await expect.poll(() => client.all('error').length, waiting).toBe(5);
    expect(new Set(client.all('manifest').map(({ id }) => id))).toEqual(new Set([1]));
    expect(client.all('done').map(({ id }) => id)).toEqual([4]);
    expect(new Set(client.all('level').map(({ id }) => id))).toEqual(new Set([4]));
    const codes = client.all('error').map(({ id, code }) => [id, code]);
    expect(codes.toSorted()).toEqual([
      [2, 'not-found'],
      [3, 'unauthorised'],
      [5, 'missing-blob'],
      [6, 'not-found'],
      [7, 'missing-blob'],
    ]);
    client.close();
  });

  it('ends with its time and when it is revoked, also for who is in', async () => {
    const short = await share({ seconds: 1 });
    await expect.poll(() => status('/gateway/shared', short.token), waiting).toBe(410);
    const page = await fetch(`${server.url}/shared/${short.token}`);
    expect([page.status, page.headers.get('referrer-policy')]).toEqual([410, 'no-referrer']);
    expect(await page.text()).toContain('This link has expired');
    const { id, token } = await share({ seconds: 600 });
    expect((await fetch(`${server.url}/shared/${token}`)).status).toBe(200);
    const client = await greet(token);
    await client.until('welcome');
    await revoke(id);
    expect(await status(`/gateway/studies/${study}`, token)).toBe(410);
    expect((await fetch(`${server.url}/shared/${token}`)).status).toBe(410);
    expect((await client.closed).code).toBe(1008);
    const late = await greet(token);
    expect((await late.closed).code).toBe(1008);
    expect(late.got.map(({ message }) => message)).toMatchObject([{ type: 'error', code: 'unauthorised' }]);
    const unknown = await fetch(`${server.url}/shared/${'A'.repeat(43)}`);
    expect([unknown.status, (await unknown.text()).includes('not known')]).toEqual([404, true]);
    // Neither what was asked for nor what was refused writes a token down.
    await fetch(`${server.url}/shared/${token}%E0%A4%A`, { headers: { authorization: `Bearer ${token}` } });
    for (const secret of [token, short.token]) expect(server.written).not.toContain(secret);
  });
});

describe('a link', { timeout: 120_000 }, () => {
  it('is made in the dialog, shows its study and nothing else, and closes when it is revoked', async () => {
    if (!browser) throw new Error('Chromium was not started.');
    const viewer = await ViewerPage.open(browser, `${server.url}/study/${study}`);
    await viewer.untilSharp();
    await viewer.page.keyboard.press('Shift+L');
    const dialog = viewer.page.locator('.share-dialog');
    await dialog.locator('input[value="day"]').check();
    await dialog.locator('.share-note').fill('Dr Ward, practice in the High Street');
    await dialog.locator('.share-by').fill('Dr Reader');
    await dialog.locator('.main').click();
    const link = await dialog.locator('.made-share input').inputValue();
    expect(link).toMatch(new RegExp(`^${server.url}/shared/[A-Za-z0-9_-]{43}$`));
    const line = dialog.locator('.share-list li').first();
    await line.filter({ hasText: 'Dr Ward' }).waitFor();
    await viewer.keep('share-dialog');

    const token = link.slice(-43);
    const asked: { path: string; hasToken: boolean; referer: string | undefined }[] = [];
    const shown = await ViewerPage.open(browser, link, {
      prepare: async (page) => {
        page.on('request', (request) => {
          const { pathname } = new URL(request.url());
          if (!/^\/(gateway|dicom-web|admin)/.test(pathname)) return;
          const headers = request.headers();
          const hasToken = headers.authorization === `Bearer ${token}`;
          asked.push({ path: pathname, hasToken, referer: headers.referer });
        });
      },
    });
    const state = await shown.untilSharp();
    expect(state).toMatchObject({ page: 'study', study: { uid: study }, priors: 0, connection: 'connected' });
    await shown.page.keyboard.press('Escape');
    expect(new URL(shown.page.url()).pathname).toBe(`/shared/${token}`);
    expect(await shown.page.locator('a.brand, .upload, [data-command="study.share"]').count()).toBe(0);
    expect(await shown.page.locator('.shared-by').textContent()).toContain('Dr Reader');
    await shown.keep('shared-study');
    expect(asked.map(({ path }) => path)).toContain('/gateway/shared');
    expect(asked.filter(({ hasToken, referer }) => !hasToken || referer?.includes('shared'))).toEqual([]);
    shown.expectNoProblems();

    await line.locator('.revoke').click();
    await line.locator('.revoke').click();
    await shown.page.locator('.link-closed[data-code="share-revoked"]').waitFor();
    expect(await shown.page.locator('.viewport').count()).toBe(0);
    await shown.keep('shared-closed');
    await viewer.page.locator('.share-list li[data-state="revoked"]').first().waitFor();
    await viewer.keep('share-dialog-revoked');
    viewer.expectNoProblems();
    shown.expectNoProblems();
  });
});

/** Fingers that go from where they are to where they are to be, in steps, and are lifted. */
async function fingers(
  viewer: ViewerPage,
  from: readonly number[][],
  to: readonly number[][],
): Promise<void> {
  const session = await viewer.page.context().newCDPSession(viewer.page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', part: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: (type === 'touchEnd' ? [] : from).map(([x = 0, y = 0], at) => ({
        x: x + ((to[at]?.[0] ?? x) - x) * part,
        y: y + ((to[at]?.[1] ?? y) - y) * part,
        id: at,
      })),
    });
  await send('touchStart', 0);
  for (let step = 1; step <= 4; step++) await send('touchMove', step / 4);
  await send('touchEnd', 1);
  await session.detach();
}

describe('a link on a phone', { timeout: 120_000 }, () => {
  it('shows one image as sharp as its screen, scrolled by a finger, enlarged and moved by two', async () => {
    if (!browser) throw new Error('Chromium was not started.');
    const { token } = await share({ seconds: 600, madeBy: 'Dr Reader' });
    const screen = { width: 390, height: 844, density: 2 };
    const viewer = await ViewerPage.open(browser, `${server.url}/shared/${token}`, { screen });
    const first = await viewer.untilSharp();
    // 390 CSS pixels are 780 of the screen: all that 512 have.
    expect(first.image).toMatchObject({ number: 1, tool: 'scroll', needed: 5, level: 5 });
    expect(first.layout).toMatchObject({ rows: 1, columns: 1 });
    const box = (selector: string) => viewer.page.locator(selector).first().boundingBox();
    const [image, strip, toolbar] = [
      await box('.viewport'),
      await box('.series-list'),
      await box('.toolbar'),
    ];
    expect(image?.width).toBeGreaterThan(360);
    expect(image?.height).toBeGreaterThan(600);
    expect(strip?.y).toBeGreaterThan((image?.y ?? 0) + (image?.height ?? 0) - 1);
    expect(toolbar?.height).toBeLessThan(60);
    await viewer.keep('phone');

    await fingers(viewer, [[190, 300]], [[190, 420]]);
    const scrolled = await viewer.until('a finger scrolled', ({ image }) => (image?.number ?? 0) > 5);
    expect(scrolled.image?.zoom).toBe(first.image?.zoom);
    await fingers(
      viewer,
      [
        [150, 400],
        [230, 400],
      ],
      [
        [70, 400],
        [310, 400],
      ],
    );
    const larger = await viewer.until(
      'it is larger',
      ({ image }) => (image?.zoom ?? 0) > 2 * (first.image?.zoom ?? 1),
    );
    expect(larger.image?.number).toBe(scrolled.image?.number);
    const before = larger.image?.place as number[];
    await fingers(
      viewer,
      [
        [150, 400],
        [230, 400],
      ],
      [
        [150, 460],
        [230, 460],
      ],
    );
    await viewer.until(
      'it moved',
      ({ image }) => Math.abs((image?.place?.[5] ?? 0) - (before[5] ?? 0) - 60) < 4,
    );
    await viewer.untilSharp();
    await viewer.keep('phone-zoomed');
    await viewer.page.locator('.window-menu > .button').tap();
    await viewer.page.locator('.window-menu .menu .button').first().waitFor();
    await viewer.keep('phone-windows');
    viewer.expectNoProblems();
  });

  it('has room for more on a tablet, and on a phone on its side', async () => {
    if (!browser) throw new Error('Chromium was not started.');
    const { token } = await share({ seconds: 600 });
    const screens = { tablet: [820, 1180, 1], 'phone-aside': [844, 390, 1] } as const;
    for (const [name, [width, height, density]] of Object.entries(screens)) {
      const viewer = await ViewerPage.open(browser, `${server.url}/shared/${token}`, {
        screen: { width, height, density },
      });
      await viewer.untilSharp();
      const image = await viewer.page.locator('.viewport').first().boundingBox();
      const across = await viewer.page.evaluate(() => {
        const { document } = globalThis as unknown as {
          document: { documentElement: { scrollWidth: number } };
        };
        return document.documentElement.scrollWidth;
      });
      expect([name, across]).toEqual([name, width]);
      expect(image?.width).toBeGreaterThan(width * 0.7);
      await viewer.keep(name);
      viewer.expectNoProblems();
      await viewer.close();
    }
  });
});
