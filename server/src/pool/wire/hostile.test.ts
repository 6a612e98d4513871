// What strangers and broken servers may send to the listener of the pool: it answers or hangs up, and serves the others.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDisks, POOL_KEY, startClient, startListener } from '../testing/wire-pair.ts';
import { authorization, signerOf } from './signature.ts';

const NONCE = '3'.repeat(32);

/** Sends bytes and waits until the other side hangs up or a moment has passed. @returns what came back */
async function sendRaw(port: number, ...pieces: (string | Uint8Array)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').catch(() => undefined);
  for (const piece of pieces) socket.write(piece);
  socket.end();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 300))]);
  socket.destroy();
  return answer;
}

/** Sends a request that is signed as it is. @returns its status */
async function sendSigned(
  url: string,
  method: string,
  path: string,
  body: string,
  headers: Record<string, string> = {},
) {
  const signed = { method, url: path, target: 'peer', nonce: NONCE, body: method === 'POST' ? body : '' };
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: authorization(POOL_KEY, { id: 'a', boot: 'b' }, signed),
      'strata-nonce': NONCE,
      ...headers,
    },
    ...(body !== '' && { body }),
  });
  return { status: response.status, text: await response.text() };
}

describe('the listener of the pool', () => {
  it('survives any bytes, and answers none but 4xx to them', async () => {
    const { disks } = await freshDisks();
    const peer = await startListener('peer', disks);
    const line = fc.constantFrom(
      'GET ',
      'PUT ',
      'POST ',
      '/blobs/',
      '/fetch',
      ' HTTP/1.1\r\n',
      '\r\n',
      'host: x\r\n',
      'content-length: 5\r\n',
      'transfer-encoding: chunked\r\n',
      'authorization: Strata a:b:c\r\n',
      '..',
      '%00',
      'range: bytes=0-\r\n',
    );
    const noise = fc.oneof(
      line,
      line,
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.uint8Array({ maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(noise, { minLength: 1, maxLength: 12 }), async (pieces) => {
        const answer = await sendRaw(peer.port, ...pieces);
        expect(answer).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
    expect(await startClient().state(peer)).toEqual({ id: 'peer' });
  });

  it('refuses addresses, orders and lengths that are none, even when they are signed', async () => {
    const { disks } = await freshDisks();
    const peer = await startListener('peer', disks);
    const digest = 'ab'.repeat(32);
    const cases: [string, string, string, number][] = [
      ['GET', '/blobs/../../etc/passwd', '', 401], // a client normalises it: the signature is of another address
      ['GET', `/blobs/${digest}`, '', 404],
      ['GET', '/blobs/', '', 404],
      ['GET', `/blobs/${digest.toUpperCase()}`, '', 404],
      ['GET', `/blobs/${digest}%00`, '', 404],
      ['GET', '/nothing', '', 404],
      ['DELETE', `/blobs/${digest}`, '', 405],
      ['PUT', `/blobs/${digest}`, 'x', 400],
      ['PUT', `/blobs/${digest}?length=2`, 'x', 400],
      ['PUT', `/blobs/${digest}?length=-1`, 'x', 400],
      ['PUT', `/blobs/${digest}?length=1e99`, 'x', 400],
      ['PUT', `/blobs/${digest}?length=1`, 'x', 422],
      ['POST', '/fetch', '', 400],
      ['POST', '/fetch', '{', 400],
      ['POST', '/fetch', '{}', 400],
      ['POST', '/fetch', JSON.stringify({ digest: '../x', length: 1, from: ['a'] }), 400],
      ['POST', '/fetch', JSON.stringify({ digest, length: 2 ** 60, from: ['a'] }), 400],
      ['POST', '/fetch', JSON.stringify({ digest, length: 1, from: [] }), 400],
      ['POST', '/fetch', JSON.stringify({ digest, length: 1, from: ['a'], extra: 1 }), 400],
      ['POST', '/remove', JSON.stringify({ digest, leastOthers: 0 }), 400],
      ['POST', '/verify', JSON.stringify([digest]), 400],
      ['POST', '/nothing', '{}', 404],
      ['POST', '/fetch', `{"digest":"${'x'.repeat(70_000)}"}`, 413],
    ];
    for (const [method, path, body, status] of cases) {
      const answer = await sendSigned(peer.wireUrl, method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, status]);
    }
  });

  it('gives ranges of a blob and nothing beyond', async () => {
    const { disks } = await freshDisks();
    const peer = await startListener('peer', disks);
    const { digest } = await disks.put([randomBytes(1000)]);
    const asked = fc.oneof(
      fc
        .tuple(fc.integer({ min: -5, max: 1100 }), fc.integer({ min: -5, max: 1100 }))
        .map(([a, b]) => `bytes=${a}-${b}`),
      fc.constantFrom(
        'bytes=0-',
        'bytes=-5',
        'bytes=0-1,5-6',
        'chars=0-5',
        'bytes=0-99999999999999999999',
        '=',
        '',
      ),
      fc.string({ maxLength: 20 }).filter((text) => /^[\x21-\x7e]*$/.test(text)),
    );
    await fc.assert(
      fc.asyncProperty(asked, async (range) => {
        const { status, text } = await sendSigned(
          peer.wireUrl,
          'GET',
          `/blobs/${digest}`,
          '',
          range === '' ? {} : { range },
        );
        const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
        const isOne = from !== undefined && Number(from) <= Number(to) && Number(to) < 1000;
        expect(status).toBe(range === '' ? 200 : isOne ? 206 : 416);
        if (isOne) expect(text.length).toBeGreaterThan(0);
      }),
      { numRuns: 100, interruptAfterTimeLimit: 10_000 },
    );
  });

  it('keeps nothing of a put that breaks off, and frees its place', async () => {
    const { disks, folders } = await freshDisks();
    const peer = await startListener('peer', disks);
    const path = `/blobs/${'cd'.repeat(32)}?length=1000000`;
    const signed = { method: 'PUT', url: path, target: 'peer', nonce: NONCE, body: '' };
    const head = [
      `PUT ${path} HTTP/1.1`,
      'host: pool',
      `authorization: ${authorization(POOL_KEY, { id: 'a', boot: 'b' }, signed)}`,
      `strata-nonce: ${NONCE}`,
      'content-length: 1000000',
      '\r\n',
    ].join('\r\n');
    await Promise.all(Array.from({ length: 30 }, () => sendRaw(peer.port, head, randomBytes(10_000))));
    await expect.poll(() => readdirSync(`${folders[0]}/tmp`)).toEqual([]);
    expect(await disks.has('cd'.repeat(32))).toBe(false);
    const { digest, length } = await disks.put([Buffer.from('levels')]);
    expect(await startClient().size(peer, digest)).toBe(length);
  });

  it('knows a signature only as it was made', () => {
    const request = { method: 'GET', url: '/state', target: 'peer', nonce: NONCE, body: '' };
    const good = authorization(POOL_KEY, { id: 'a', boot: 'b' }, request);
    expect(signerOf(POOL_KEY, good, request)).toEqual({ id: 'a', boot: 'b' });
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), fc.nat(), fc.nat(), (text, at, code) => {
        expect(signerOf(POOL_KEY, text, request)).toBeNull();
        const place = at % good.length;
        const changed = good.slice(0, place) + String.fromCharCode(code % 256) + good.slice(place + 1);
        if (changed !== good) expect(signerOf(POOL_KEY, changed, request)).toBeNull();
      }),
    );
    expect(signerOf(POOL_KEY, undefined, request)).toBeNull();
  });
});

describe('the client of the pool', () => {
  it('takes no answer of a broken or foreign server for one, whatever it says, and never waits for ever', async () => {
    const reply = { bytes: Buffer.alloc(0), after: 'end' as 'end' | 'keep' };
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (head: Buffer) => {
        // The nonce may be echoed: without the key that makes no proof.
        const nonce = /strata-nonce: (\w+)/.exec(head.toString('latin1'))?.[1] ?? '';
        socket.write(Buffer.from(reply.bytes.toString('latin1').replaceAll('NONCE', nonce), 'latin1'));
        if (reply.after === 'end') socket.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const peer = { id: 'peer', wireUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const client = startClient();
    const name = { digest: 'ef'.repeat(32), length: 4 };
    const patience = { progressMs: 60 };
    const word = fc.constantFrom(
      ...['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 206 Partial\r\n', 'HTTP/1.1 404 No\r\n', 'content-length: 4\r\n'],
      ...[
        'content-length: 99999999999999999999\r\n',
        'transfer-encoding: chunked\r\n',
        '\r\n',
        'ffffffff\r\n',
      ],
      ...[
        'strata-proof: NONCE\r\n',
        `strata-proof: ${'0'.repeat(64)}\r\n`,
        '{"code":"missing","message":"x"}',
        'x'.repeat(70_000),
      ],
    );
    const bytes = fc.array(fc.oneof(word, word, fc.string({ unit: 'binary', maxLength: 20 })), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('end' as const, 'keep' as const), async (texts, after) => {
        Object.assign(reply, { bytes: Buffer.from(texts.join(''), 'latin1'), after });
        const answers = await Promise.allSettled([
          client.size(peer, name.digest, patience),
          client.read(peer, name.digest, { offset: 0, length: 4 }, patience),
          client.put(peer, name, [Buffer.from('blob')], patience),
          client.verify(peer, name.digest, patience),
        ]);
        for (const answer of answers)
          expect(answer).toMatchObject({ status: 'rejected', reason: { name: 'WireError' } });
      }),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
  }, 40_000);
});
