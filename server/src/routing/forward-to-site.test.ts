// STOW-RS towards another site, over a real socket: what counts as taken, as refused, and as being away.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { AwayError } from './errand-runner.ts';
import { stow } from './forward-to-site.ts';

const signal = new AbortController().signal;
const file = new Uint8Array(Buffer.from('a file'));

async function site(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/studies`;
}

const answering = (status: number, body: object = {}) =>
  site((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
const failed = { '00081198': { vr: 'SQ', Value: [{ '00081197': { vr: 'US', Value: [0xa700] } }] } };
const warned = { '00081199': { vr: 'SQ', Value: [{ '00081196': { vr: 'US', Value: [0xb000] } }] } };

it('sends the headers of the rule, and leaves those of STOW-RS as they have to be', async () => {
  const seen: IncomingMessage['headers'][] = [];
  const address = await site(({ headers }, response) => {
    seen.push(headers);
    response.writeHead(headers.authorization === 'Bearer abc' ? 200 : 401).end();
  });
  const headers = { Authorization: 'Bearer abc', 'Content-Type': 'text/plain' };
  expect(await stow(address, file, signal, headers)).toEqual({ taken: true });
  expect(seen[0]?.['content-type']).toMatch(/^multipart\/related; type="application\/dicom"/);
  expect(await stow(address, file, signal)).toMatchObject({
    taken: false,
    reason: expect.stringContaining('401'),
  });
});

it('counts an instance as taken that was stored with a warning, and as refused when it failed', async () => {
  expect(await stow(await answering(202, warned), file, signal)).toEqual({ taken: true });
  const refused = { taken: false, reason: expect.stringMatching(/202, failure reason A700H/) };
  expect(await stow(await answering(202, failed), file, signal)).toEqual(refused);
  expect(await stow(await answering(409), file, signal)).toMatchObject({ taken: false });
});

it('takes a site that is down or busy for being away, which says nothing about the instance', async () => {
  await expect(stow(await answering(503), file, signal)).rejects.toThrow(AwayError);
  await expect(stow('http://127.0.0.1:1/studies', file, signal)).rejects.toThrow(AwayError);
});
