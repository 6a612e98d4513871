// Saved work whose answer is lost, sent again: the connection breaks when the server has committed it and has not answered.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readPart10 } from '@strata/dicom/part10';
import { uidOfRequest } from '@strata/protocol/saved';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const file = `${dataFolder}/series/ct-philips/I10.dcm`;
const { study, instance } = readPart10(readFileSync(file)).attributes;
const { folder, remove } = temporaryFolder('sent-again');
let server: StrataProcess;
let proxy: TcpProxy;

beforeAll(async () => {
  server = await StrataProcess.start(`${folder}/data`);
  const imported = await strata('import', '--data', `${folder}/data`, '--json', file);
  expect(imported.stderr).toBe('');
  proxy = await TcpProxy.start(() => Number(new URL(server.url).port));
}, 60_000);

afterAll(async () => {
  await proxy?.close();
  await server?.stop();
  remove();
});

const path = (kind: string) => `/gateway/studies/${study.uid}/saved/${kind}`;

function post(kind: string, body: object, through = server.url): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${through}${path(kind)}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function saved(kind: string): Promise<string[]> {
  const answer = await fetch(`${server.url}${path(kind)}`);
  const { objects } = (await answer.json()) as { objects: { sopInstanceUid: string }[] };
  return objects.map(({ sopInstanceUid }) => sopInstanceUid);
}

const images = [{ sopInstanceUid: instance.uid, frames: [] }];
const area = { topLeft: [1, 1], bottomRight: [512, 512], mode: 'SCALE TO FIT', magnification: null };
const window = { window: { centre: 41.3, width: 160.7 }, voiFunction: 'LINEAR', lut: null };
const contents = {
  'key-images': {
    title: { value: '113000', scheme: 'DCM', meaning: 'Of Interest' },
    description: '',
    images,
  },
  measurements: { measurements: [] },
  presentations: {
    ...{ label: 'LUNG', description: 'Lunge', images, rescale: null, modalityTable: false, inverse: false },
    ...{
      windows: [{ images: [], ...window }],
      areas: [{ images: [], ...area }],
      rotation: 90,
      flipped: true,
    },
    ...{ shutter: null, texts: [], layers: [] },
    drawings: [
      {
        ...{ images, layer: 'MEASUREMENTS', kind: 'POLYLINE', units: 'PIXEL', filled: false },
        points: [10.3, 20.7, 100.1, 30],
      },
    ],
  },
  reports: {
    ...{ stage: 'final', change: 'none', language: 'en', images },
    sections: [{ role: 'findings', heading: 'Findings', text: ' No “Ödem”.\n' }],
  },
};

it.each(Object.entries(contents))(
  '%s whose answer was lost are saved once',
  async (kind, content) => {
    const request = { id: randomUUID(), author: 'Röntgen^Wilhelm', predecessors: [], content };
    const uid = uidOfRequest(request.id);
    proxy.stall();
    const lost = expect(post(kind, request, `http://127.0.0.1:${proxy.port}`)).rejects.toThrow();
    await expect.poll(() => saved(kind), { timeout: 20_000 }).toEqual([uid]);
    proxy.cut();
    await lost;
    proxy.flow();
    const again = await post(kind, request);
    expect([again.status, await again.json()]).toMatchObject([200, { sopInstanceUid: uid }]);
    const both = await Promise.all([post(kind, request), post(kind, request)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    // What says something else is never taken for it.
    const other = await post(kind, { ...request, author: 'Curie^Marie' });
    expect([other.status, await other.json()]).toMatchObject([409, { error: { code: 'another-request' } }]);
    expect(await saved(kind)).toEqual([uid]);
  },
  60_000,
);
