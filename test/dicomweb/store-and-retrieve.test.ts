import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFiles, dataFolder } from '../support/data.ts';
import { StrataProcess, temporaryFolder } from '../support/strata.ts';
import { type Attributes, DicomwebClient, firstValue, itemsOf, multipartOf } from './client.ts';

const { folder, remove } = temporaryFolder('dicomweb-store');
const bytesOf = (file: string) => readFileSync(file);
const series = dataFiles('series/mr-t1').map(bytesOf);
const files = series.slice(0, 12);
/** Of other studies, for what must not touch the first. */
const others = dataFiles('series/ct-philips').slice(1, 21).map(bytesOf);
const report = readFileSync(`${dataFolder}/odd/pydicom/test-SR.dcm`);
let strata: StrataProcess;
let client: DicomwebClient;
let study: string;
/** The address of an instance of the study. */
let instance: string;

beforeAll(async () => {
  strata = await StrataProcess.start(folder, '--dicom-port', '0');
  client = new DicomwebClient(strata.url);
  const { answer } = await client.store(files);
  study = String(firstValue(answer, '00081190')).split('/').at(-1) ?? '';
  instance = String(firstValue((await client.json(`/studies/${study}/instances`))[0], '00081190'));
});
afterAll(async () => {
  await strata?.stop();
  remove();
});

const AS_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const sorted = (list: readonly Uint8Array[]) => list.map((each) => Buffer.from(each)).sort(Buffer.compare);
const stored = (answer: Attributes) => itemsOf(answer, '00081199');
const failed = (answer: Attributes) => itemsOf(answer, '00081198');

describe('a study that was stored in one request', () => {
  it('is told instance by instance, and the same again when it comes again', async () => {
    const { status, answer } = await client.store(files);
    expect(status).toBe(200);
    expect(stored(answer)).toHaveLength(files.length);
    expect(failed(answer)).toEqual([]);
    expect(firstValue(stored(answer)[0], '00081150')).toMatch(/^1\.2\.840\.10008\./);
    const place = String(firstValue(stored(answer)[0], '00081190'));
    expect(await client.json(place)).toHaveLength(1);
  });

  it('comes back byte by byte: whole, by series, and one by one', async () => {
    const parts = await client.parts(`/studies/${study}`, AS_STORED);
    expect(sorted(parts.map(({ body }) => body))).toEqual(sorted(files));
    const one = await client.get(instance, 'application/dicom; transfer-syntax=*');
    const body = Buffer.from(await one.arrayBuffer());
    expect(files.some((file) => file.equals(body))).toBe(true);
    const [same] = await client.parts(instance, AS_STORED);
    expect(same?.body.equals(body)).toBe(true);
    expect(await client.parts(instance.replace(/\/instances.*/, ''), AS_STORED)).toHaveLength(files.length);
  });

  it('comes in explicit little endian unless another transfer syntax is named', async () => {
    const [part] = await client.parts(instance, 'multipart/related; type="application/dicom"');
    expect(part?.headers['content-type']).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
    expect(part?.body.includes('1.2.840.10008.1.2.1\0')).toBe(true);
  });

  it('has metadata with the addresses of its bulk data, packed for those who take that', async () => {
    const metadata = await client.json(`/studies/${study}/metadata`);
    expect(metadata).toHaveLength(files.length);
    const pixels = metadata[0]?.['7FE00010'];
    expect(pixels?.vr).toBe('OW');
    const one = await client.json(`${instance}/metadata`);
    expect(metadata).toContainEqual(one[0]);
    const packed = await client.get(`/studies/${study}/metadata`, '*/*', { 'accept-encoding': 'gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.json()).toEqual(metadata);
    const plain = await client.get(`/studies/${study}/metadata`, '*/*', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('gives its pixels as bulk data and as frames alike, as they stand in the file', async () => {
    const [metadata] = await client.json(`${instance}/metadata`);
    const address = metadata?.['7FE00010']?.BulkDataURI ?? '';
    const [bulk] = await client.parts(address, 'multipart/related; type="application/octet-stream"');
    const [frame] = await client.parts(
      `${instance}/frames/1`,
      'multipart/related; type="application/octet-stream"',
    );
    const single = await client.get(`${instance}/frames/1`, 'application/octet-stream');
    expect(bulk?.body).toEqual(frame?.body);
    expect(Buffer.from(await single.arrayBuffer())).toEqual(frame?.body);
    const [file] = await client.parts(instance, AS_STORED);
    expect(file?.body.includes(frame?.body ?? Buffer.from('no frame'))).toBe(true);
  });
});

describe('what is asked for wrongly', () => {
  it.each([
    ['/studies/1.2.3', 404, 'not-found'],
    ['/studies/1.2.3/metadata', 404, 'not-found'],
    ['INSTANCE/frames/2', 404, 'no-such-frame'],
    ['INSTANCE/frames/1,0', 404, 'no-such-frame'],
    ['INSTANCE/frames/one', 400, 'bad-frames'],
    ['INSTANCE/bulkdata/7FE0', 400, 'bad-path'],
    ['INSTANCE/bulkdata/00091001', 404, 'not-found'],
    ['INSTANCE/rendered?window=1', 400, 'bad-parameter'],
    ['INSTANCE/thumbnail?viewport=0,9', 400, 'bad-parameter'],
    ['/nothing', 404, 'not-found'],
  ])('%s is answered with %d and %s', async (place, status, code) => {
    const response = await client.get(place.replace('INSTANCE', instance));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it('an instance of one study is not found under another', async () => {
    const { answer } = await client.store(others.slice(0, 1));
    const other = String(firstValue(answer, '00081190')).split('/').at(-1) ?? '';
    const misplaced = instance.replace(study, other);
    expect((await client.get(misplaced)).status).toBe(404);
  });

  it.each([
    ['', 'application/pdf'],
    ['/metadata', 'multipart/related; type="application/dicom+xml"'],
    ['/frames/1', 'image/jls'],
    ['/frames/1', 'image/jpeg'],
    ['/rendered', 'image/gif'],
    ['', 'application/dicom; transfer-syntax=1.2.3'],
  ])('%s as %s is answered with 406 and what there is', async (place, accept) => {
    const response = await client.get(`${instance}${place}`, accept);
    expect(response.status).toBe(406);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toMatch(/There is: \w+\//);
  });
});

describe('what is stored wrongly', () => {
  it('is told apart from what is stored', async () => {
    const { status, answer } = await client.store([report, Buffer.from('no image')]);
    expect(status).toBe(202);
    expect(stored(answer)).toHaveLength(1);
    const [other] = itemsOf(answer, '0008119A');
    expect(firstValue(other, '00081197')).toBe(0xc000);
  });

  it('another file under a known UID is refused, and the first stays', async () => {
    const changed = Buffer.from(report);
    changed.write('CONTAINEX', changed.lastIndexOf('CONTAINER'));
    const { status, answer } = await client.store([changed]);
    expect(status).toBe(409);
    expect(firstValue(failed(answer)[0], '00081197')).toBe(0x0111);
    expect(firstValue(failed(answer)[0], '00081155')).toMatch(/^[\d.]+$/);
  });

  it('a file of another study than the address names is refused', async () => {
    const { status, answer } = await client.store(
      [files[0] as Buffer, others[1] as Buffer],
      `/studies/${study}`,
    );
    expect(status).toBe(202);
    expect(firstValue(failed(answer)[0], '00081197')).toBe(0xa900);
  });

  it('media types that are not DICOM are refused, as a whole and part by part', async () => {
    const { body, contentType } = multipartOf([report], 'image/png');
    expect((await client.post('/studies', contentType, body)).status).toBe(415);
    const relabelled = contentType.replace('image/png', 'application/dicom');
    expect((await client.post('/studies', relabelled, body)).status).toBe(415);
    expect((await client.post('/studies', 'application/dicom', report)).status).toBe(200);
    expect((await client.post('/studies', 'multipart/related; type="application/dicom"', body)).status).toBe(
      400,
    );
  });

  it('a body without its end boundary is answered with 400, and what was whole is stored and listed', async () => {
    const { body, contentType } = multipartOf(others.slice(2, 5));
    const cut = body.subarray(0, body.length - 1000);
    const { status, answer, headers } = await client.post('/studies', contentType, cut);
    expect(status).toBe(400);
    expect(headers.get('warning')).toMatch(/end boundary/);
    expect(stored(answer)).toHaveLength(2);
    const uid = String(firstValue(stored(answer)[1], '00081155'));
    expect(await client.json(`/instances?SOPInstanceUID=${uid}`)).toHaveLength(1);
    expect((await client.store(others.slice(2, 5))).status).toBe(200);
  });

  it('nothing at all is answered with 400', async () => {
    const { contentType } = multipartOf([]);
    expect((await client.post('/studies', contentType, Buffer.from(''))).status).toBe(400);
    const { body, contentType: type } = multipartOf([]);
    expect((await client.post('/studies', type, body)).status).toBe(400);
  });
});

describe('clients that vanish', () => {
  it('in the middle of storing leave nothing half stored and nothing behind', async () => {
    const { body, contentType } = multipartOf(series.slice(12, 24));
    const { port } = new URL(strata.url);
    const senders = Array.from({ length: 20 }, async (_, sender) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      const head = `POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\n`;
      socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`);
      await new Promise((sent) => socket.write(body.subarray(0, 40_000 * (sender + 1)), sent));
      socket.destroy();
    });
    await Promise.all(senders);
    expect((await client.store(series.slice(12, 24))).status).toBe(200);
    const all = await client.json(`/studies/${study}/metadata`);
    expect(all).toHaveLength(24);
  });

  it('in the middle of retrieving free what was held for them', async () => {
    // More of them than answers are made at once.
    for (let round = 0; round < 40; round++) {
      const leaving = new AbortController();
      const response = await fetch(`${client.base}/studies/${study}`, { signal: leaving.signal });
      await response.body?.getReader().read();
      leaving.abort();
    }
    await sleep(50);
    expect(await client.parts(`/studies/${study}`, AS_STORED)).toHaveLength(24);
  });
});
