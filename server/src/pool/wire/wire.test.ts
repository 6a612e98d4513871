// Blobs and orders between servers over real sockets: right, durable, bounded in time, and only for who has the key.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDisks, makePem, POOL_KEY, startClient, startListener } from '../testing/wire-pair.ts';
import { authorization } from './signature.ts';
import { Refusal } from './wire-error.ts';

function blob(length: number) {
  const bytes = randomBytes(length);
  return { bytes, name: { digest: createHash('sha256').update(bytes).digest('hex'), length } };
}

/** A server that takes connections and lets the test do with them what it likes. */
async function listening(onConnection: (socket: Socket) => void) {
  const server: Server = createServer(onConnection);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { id: 'odd', wireUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the wire between servers', () => {
  it('puts a blob on the disk of a peer, and reads it whole and in ranges', async () => {
    const { disks } = await freshDisks(2);
    const peer = await startListener('peer', disks);
    const client = startClient();
    const { bytes, name } = blob(3_000_000);
    const parts = [bytes.subarray(0, 10), bytes.subarray(10, 2_000_000), bytes.subarray(2_000_000)];
    const kept = await client.put(peer, name, parts);
    expect(kept).toEqual({ ...name, existed: false, disk: await disks.diskOf(name.digest) });
    expect(await disks.verify(name.digest)).toMatchObject({ state: 'good' });
    expect(await client.put(peer, name, parts)).toEqual({ ...kept, existed: true });

    expect(await client.size(peer, name.digest)).toBe(3_000_000);
    expect(await client.size(peer, '0'.repeat(64))).toBeNull();
    const range = await client.read(peer, name.digest, { offset: 1_000_000, length: 1_500_000 });
    expect(Buffer.from(range).equals(bytes.subarray(1_000_000, 2_500_000))).toBe(true);
    const whole = await client.open(peer, name.digest);
    const chunks: Uint8Array[] = [];
    for await (const chunk of whole.stream) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(await client.verify(peer, name.digest)).toEqual({ ...name, state: 'good' });
    const empty = blob(0);
    expect(await client.put(peer, empty.name, [])).toMatchObject({ existed: false });
    expect(await client.size(peer, empty.name.digest)).toBe(0);
  });

  it('says of a blob that it is missing, damaged or has no room, in the words of the store', async () => {
    const { disks } = await freshDisks();
    const peer = await startListener('peer', disks, {
      fetch: () => Promise.reject(new Refusal(503, 'draining', 'not now')),
    });
    const client = startClient();
    const { bytes, name } = blob(900_000);
    await expect(client.read(peer, name.digest, { offset: 0, length: 5 })).rejects.toMatchObject({
      code: 'missing',
    });
    await expect(client.open(peer, name.digest)).rejects.toMatchObject({ code: 'missing' });
    const wrong = Buffer.from(bytes);
    wrong[800_000] = (wrong[800_000] ?? 0) ^ 1;
    await expect(client.put(peer, name, [wrong])).rejects.toMatchObject({
      name: 'StoreError',
      code: 'corrupt',
    });
    expect(await disks.has(name.digest)).toBe(false);
    await client.put(peer, name, [bytes]);
    await expect(client.read(peer, name.digest, { offset: 899_999, length: 2 })).rejects.toMatchObject({
      code: 'refused',
      refusal: 'range',
    });
    await expect(client.fetch(peer, { ...name, from: ['other'] })).rejects.toMatchObject({
      refusal: 'draining',
    });
  });

  it('takes no replica while its lease has run out, but still gives what it has', async () => {
    const { disks } = await freshDisks();
    const guard = { out: false };
    const peer = await startListener('peer', disks, {
      refusesWrites: () => (guard.out ? { code: 'no-lease', message: 'My lease has run out.' } : null),
    });
    const client = startClient();
    const first = blob(1000);
    await client.put(peer, first.name, [first.bytes]);
    guard.out = true;
    const next = blob(1000);
    await expect(client.put(peer, next.name, [next.bytes])).rejects.toMatchObject({ refusal: 'no-lease' });
    await expect(client.fetch(peer, { ...next.name, from: ['x'] })).rejects.toMatchObject({
      refusal: 'no-lease',
    });
    expect(await client.size(peer, first.name.digest)).toBe(1000);
    expect((await client.read(peer, first.name.digest, { offset: 0, length: 1000 })).length).toBe(1000);
  });

  it('is closed to those without the key, and believes no answer of theirs', async () => {
    const { disks } = await freshDisks();
    const peer = await startListener('peer', disks);
    const { bytes, name } = blob(1000);
    const stranger = startClient('stranger', '00'.repeat(32));
    // The stranger cannot tell the answer from a forged one either.
    await expect(stranger.put(peer, name, [bytes])).rejects.toMatchObject({ code: 'garbage' });
    expect(await disks.has(name.digest)).toBe(false);
    const plain = await fetch(`${peer.wireUrl}/state`);
    expect(plain.status).toBe(401);
    expect(plain.headers.get('strata-proof')).toBeNull();
    const posted = await fetch(`${peer.wireUrl}/restart`, { method: 'POST', body: '{}' });
    expect(posted.status).toBe(401);
    // A signature for one server, one method, one address and one body is worth nothing for another.
    const nonce = '1'.repeat(32);
    const signed = { method: 'GET', url: '/state', target: 'peer', nonce, body: '' };
    const headers = (change: object) => ({
      authorization: authorization(POOL_KEY, { id: 'a', boot: 'b' }, { ...signed, ...change }),
      'strata-nonce': nonce,
    });
    expect((await fetch(`${peer.wireUrl}/state`, { headers: headers({}) })).status).toBe(200);
    for (const change of [
      { target: 'other' },
      { url: '/state?' },
      { method: 'PUT' },
      { nonce: '2'.repeat(32) },
      { body: ' ' },
    ])
      expect((await fetch(`${peer.wireUrl}/state`, { headers: headers(change) })).status).toBe(401);
    // Another server has taken the port.
    await expect(startClient().size({ ...peer, id: 'former' }, name.digest)).rejects.toMatchObject({
      code: 'garbage',
    });
  });

  it('waits a bounded time for a peer that takes connections and does nothing', async () => {
    const hung = await listening(() => undefined);
    const client = startClient();
    const { bytes, name } = blob(5_000_000);
    const progressMs = 200;
    await expect(client.size(hung, name.digest, { progressMs })).rejects.toMatchObject({ code: 'hung' });
    await expect(client.put(hung, name, [bytes], { progressMs })).rejects.toMatchObject({ code: 'hung' });
    await expect(client.verify(hung, name.digest, { progressMs })).rejects.toMatchObject({ code: 'hung' });
  });

  it('tells garbage from an answer, and a broken off one from a whole one', async () => {
    const { disks } = await freshDisks();
    const peer = await startListener('peer', disks);
    const client = startClient();
    const { bytes, name } = blob(2_000_000);
    for (const text of ['GARBAGE\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello', '\0\0\0\0']) {
      const odd = await listening((socket) => socket.on('data', () => socket.end(text)));
      await expect(client.size(odd, name.digest)).rejects.toMatchObject({ code: 'garbage' });
    }
    await client.put(peer, name, [bytes]);
    // Between the two: hands on what comes, and breaks off in the middle.
    const target = new URL(peer.wireUrl);
    const cutting = await listening((socket) => {
      const onward = connect(Number(target.port), '127.0.0.1');
      onward.on('error', () => undefined);
      socket.pipe(onward);
      let passed = 0;
      onward.on('data', (chunk: Buffer) => {
        passed += chunk.length;
        if (passed > 500_000) socket.destroy();
        else socket.write(chunk);
      });
      socket.on('close', () => onward.destroy());
    });
    const cut = { id: 'peer', wireUrl: cutting.wireUrl };
    await expect(client.read(cut, name.digest, { offset: 0, length: 2_000_000 })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  it('goes on after the peer was started anew on the same port', async () => {
    const { disks } = await freshDisks();
    const peer = await startListener('peer', disks);
    const client = startClient();
    const { bytes, name } = blob(1000);
    await client.put(peer, name, [bytes]);
    await peer.close(0);
    await expect(client.size(peer, name.digest)).rejects.toMatchObject({ code: 'unreachable' });
    await startListener('peer', disks, {}, { port: peer.port });
    expect(await client.size(peer, name.digest)).toBe(1000);
    expect(await client.put(peer, name, [bytes])).toMatchObject({ existed: true });
  });

  it('shows signs of life during a long order, and tells what came of it', async () => {
    const { disks } = await freshDisks();
    const { name } = blob(10);
    const peer = await startListener('peer', disks, {
      fetch: async ({ digest, length }) => {
        await new Promise((resolve) => setTimeout(resolve, 2500));
        return { digest, length, disk: 'd', existed: false };
      },
      remove: async ({ leastOthers }) => leastOthers === 1,
    });
    const client = startClient();
    // Less than the order takes, more than the time between two signs.
    const patience = { progressMs: 1800 };
    expect(await client.fetch(peer, { ...name, from: ['other'] }, patience)).toMatchObject({ disk: 'd' });
    expect(await client.remove(peer, { digest: name.digest, leastOthers: 1 })).toBe(true);
    expect(await client.remove(peer, { digest: name.digest, leastOthers: 2 })).toBe(false);
    expect(await client.state(peer)).toEqual({ id: 'peer' });
  });

  it('lets go at once of what is called off', async () => {
    const hung = await listening(() => undefined);
    const client = startClient();
    const calling = new AbortController();
    const asked = client.size(hung, '0'.repeat(64), { signal: calling.signal });
    calling.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    await expect(client.size(hung, '0'.repeat(64), { signal: calling.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('speaks TLS where certificates are given, and only with those who show one of the same authority', async () => {
    const [own, foreign] = [makePem(), makePem()];
    const { disks } = await freshDisks();
    const peer = await startListener('peer', disks, {}, { host: '0.0.0.0', tls: own });
    const reached = { id: 'peer', wireUrl: `https://127.0.0.1:${peer.port}` };
    const { bytes, name } = blob(700_000);
    const client = startClient('client', POOL_KEY, own);
    for (let time = 0; time < 3; time++) await client.put(reached, name, [bytes]);
    expect(
      Buffer.from(await client.read(reached, name.digest, { offset: 5, length: 9 })).equals(
        bytes.subarray(5, 14),
      ),
    ).toBe(true);
    const strangers = [foreign, { ...foreign, authority: own.authority }, undefined];
    for (const pem of strangers) {
      const stranger = startClient('client', POOL_KEY, pem);
      await expect(stranger.size(reached, name.digest)).rejects.toMatchObject({ code: 'unreachable' });
    }
    expect(await client.size(reached, name.digest)).toBe(700_000);
  });

  it('listens for other machines only with certificates', async () => {
    const start = startListener('peer', null, {}, { host: '0.0.0.0' });
    await expect(start).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringContaining('pool.tls'),
    });
  });
});
