import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../config/log.ts';
import type { IngestAnswer } from '../gateway/outcome.ts';
import { scratchFolder, testBytes, testFile } from '../testing/test-files.ts';
import { Strata } from './strata.ts';

const scratch = scratchFolder();
const data = path.join(scratch.path, 'data');
const log = createLog('silent');
const sr = 'odd/pydicom/test-SR.dcm';
let strata: Strata;

const start = (folder: string, port = 0, host = '127.0.0.1') =>
  Strata.start({ data: folder, host, port, command: 'start', log });

beforeAll(async () => {
  strata = await start(data);
});
afterAll(async () => {
  await strata.stop();
  scratch[Symbol.dispose]();
});

/** A request with headers that fetch does not let through. */
async function ask(path: string, headers: Record<string, string>, method = 'GET', body?: Uint8Array) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const outgoing = request(`${strata.url}${path}`, { method, headers, agent: false });
      outgoing.once('error', reject);
      outgoing.once('response', async (response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
      });
      outgoing.end(body);
    },
  );
}

const post = (body: string | Uint8Array<ArrayBuffer>) =>
  fetch(`${strata.url}/gateway/instances`, {
    method: 'POST',
    headers: { 'content-type': 'application/dicom' },
    body,
  });

describe('a running Strata', () => {
  it('lives and is ready', async () => {
    expect((await fetch(`${strata.url}/health`)).status).toBe(200);
    expect(await (await fetch(`${strata.url}/ready`)).json()).toEqual({ ready: true, missing: [] });
  });

  it('refuses names and pages of elsewhere before anything else', async () => {
    expect(await ask('/health', { host: 'evil.example:80' })).toMatchObject({ status: 421 });
    expect(await ask('/gateway/instances', { origin: 'http://evil.example' }, 'POST')).toMatchObject({
      status: 403,
    });
    expect(await ask('/', { origin: 'null' })).toMatchObject({ status: 403 });
    expect(await ask('/health', { origin: strata.url })).toMatchObject({ status: 200 });
  });

  it('gives every address of the viewer a page that may not be framed or load from elsewhere', async () => {
    for (const address of ['/', '/study/1.2.3']) {
      const response = await fetch(`${strata.url}${address}`, { headers: { accept: 'text/html' } });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      expect(response.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    }
  });

  it('says in JSON what is not there, without paths of its own', async () => {
    for (const address of [
      '/nothing',
      '/assets/../../package.json',
      '/gateway/studies/1.2.3',
      '/gateway/nothing',
    ]) {
      const response = await fetch(`${strata.url}${address}`);
      expect(response.status, address).toBe(404);
      expect(await response.json(), address).toMatchObject({ error: { code: 'not-found' } });
    }
  });

  it('says in the same JSON that an address cannot be read', async () => {
    const response = await fetch(`${strata.url}/%zz`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'bad-request' } });
  });

  it('takes a file in, knows it again, and gives it back', async () => {
    const first = (await (await post(testBytes(sr))).json()) as IngestAnswer;
    expect(first).toMatchObject({ outcome: 'stored' });
    expect(await (await post(testBytes(sr))).json()).toEqual({ ...first, outcome: 'already' });
    const back = await fetch(`${strata.url}/gateway/instances/${first.sopInstanceUid}/file`);
    expect(Buffer.compare(Buffer.from(await back.arrayBuffer()), readFileSync(testFile(sr)))).toBe(0);
    const list = await (await fetch(`${strata.url}/gateway/studies/${first.studyInstanceUid}`)).json();
    expect(list).toMatchObject([
      { sopInstanceUid: first.sopInstanceUid, file: { length: readFileSync(testFile(sr)).length } },
    ]);
  });

  it('refuses what is no image with a reason', async () => {
    const response = await post('not an image');
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ outcome: 'refused', code: 'not-dicom' });
  });

  it('wants to know the length of a file before it comes, and limits it', async () => {
    const type = { 'content-type': 'application/dicom' };
    const chunked = await ask(
      '/gateway/instances',
      { ...type, 'transfer-encoding': 'chunked' },
      'POST',
      new Uint8Array(10),
    );
    expect(chunked).toMatchObject({ status: 411 });
    const large = ask('/gateway/instances', { ...type, 'content-length': String(2 ** 40) }, 'POST');
    expect(await large).toMatchObject({ status: 413 });
    expect(
      await ask('/gateway/instances', { 'content-type': 'text/plain' }, 'POST', new Uint8Array(10)),
    ).toMatchObject({ status: 415 });
  });

  it('is not used up by senders that go away in the middle', async () => {
    const { port } = new URL(strata.url);
    const head = `POST /gateway/instances HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/dicom\r\n`;
    for (let sender = 0; sender < 100; sender++) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.write(`${head}Content-Length: 50000000\r\n\r\nDICM`, resolve));
      socket.destroy();
    }
    expect((await post(testBytes(sr))).status).toBe(200);
  });

  it('quarantines another file under a known UID and keeps the first', async () => {
    const changed = testBytes(sr);
    const at = Buffer.from(changed).lastIndexOf('CONTAINER');
    changed.set(Buffer.from('CONTAINEX'), at);
    const first = (await (await post(testBytes(sr))).json()) as IngestAnswer;
    const response = await post(changed);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      outcome: 'refused',
      code: 'conflict',
      sopInstanceUid: first.sopInstanceUid,
    });
    const kept = readdirSync(path.join(data, 'quarantine')).sort();
    expect(kept).toHaveLength(2);
    expect(readFileSync(path.join(data, 'quarantine', kept[0] ?? '')).equals(changed)).toBe(true);
    const back = await fetch(`${strata.url}/gateway/instances/${first.sopInstanceUid}/file`);
    expect(Buffer.compare(Buffer.from(await back.arrayBuffer()), readFileSync(testFile(sr)))).toBe(0);
  });

  it('keeps its data folder to itself, and says where it runs', async () => {
    await expect(start(data)).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining(strata.url),
    });
  });
});

describe('starting', () => {
  it('fails clearly when the port is taken, and leaves the folder free', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const folder = path.join(scratch.path, 'second');
    await expect(start(folder, port)).rejects.toMatchObject({ code: 'port-busy' });
    taken.close();
    await (await start(folder)).stop();
  });

  it('refuses to listen beyond this machine before it touches the folder', async () => {
    await expect(start(path.join(scratch.path, 'never'), 0, '0.0.0.0')).rejects.toMatchObject({
      code: 'not-loopback',
    });
    expect(readdirSync(scratch.path)).not.toContain('never');
  });

  it('refuses a folder of other things', async () => {
    const folder = path.join(scratch.path, 'photos');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'holiday.jpg'), '');
    await expect(start(folder)).rejects.toMatchObject({ code: 'not-a-data-folder' });
    expect(readdirSync(folder)).toEqual(['holiday.jpg']);
  });
});
