import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { announcedLength, readBody } from './request-body.ts';

const IDLE_MS = 100;
let server: Server;
let outcome: Promise<Uint8Array>;
let received: (result: Promise<Uint8Array>) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    const length = announcedLength(request.headers, 1000);
    const body = readBody(request, length, IDLE_MS);
    received(body);
    body.then(
      () => response.end(),
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

/** Opens a connection, sends a head for `length` bytes and then `sent` of them. */
function send(length: number, sent: number) {
  outcome = new Promise((resolve) => {
    received = resolve;
  });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${'a'.repeat(sent)}`);
  return socket;
}

describe('the body of a request', () => {
  it('is read whole, in a buffer of its own length', async () => {
    send(1000, 1000).end();
    const body = await outcome;
    expect([body.length, body.buffer.byteLength]).toEqual([1000, 1000]);
  });

  it('may be empty', async () => {
    send(0, 0).end();
    expect((await outcome).length).toBe(0);
  });

  it('that stops early is told with how far it came', async () => {
    const socket = send(1000, 400);
    setTimeout(() => socket.destroy(), 20);
    await expect(outcome).rejects.toMatchObject({ code: 'interrupted', statusCode: 400 });
  });

  it('whose sender falls silent is given up', async () => {
    const socket = send(1000, 400);
    await expect(outcome).rejects.toMatchObject({ code: 'too-slow', statusCode: 408 });
    socket.destroy();
  });
});

describe('the announced length', () => {
  it.each([
    [undefined, 'length-required'],
    ['', 'length-required'],
    ['-1', 'length-required'],
    ['1e3', 'length-required'],
    ['9'.repeat(40), 'length-required'],
    ['1001', 'too-large'],
  ])('%s is refused: %s', (announced, code) => {
    const headers = announced === undefined ? {} : { 'content-length': announced };
    expect(() => announcedLength(headers, 1000)).toThrow(expect.objectContaining({ code }));
  });
});
