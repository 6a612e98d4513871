// Sending one file to a gateway that answers: what is wrong with the file ends with the file.
import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { sendFile } from './send-file.ts';
import type { Source } from './source.ts';

/** A gateway that stores whatever comes whole. */
async function gateway(): Promise<{ url: string; lengths: number[] }> {
  const lengths: number[] = [];
  const server = createServer(async (request, response) => {
    let length = 0;
    try {
      for await (const chunk of request) length += chunk.length;
    } catch {
      return; // the sender went away
    }
    lengths.push(length);
    response.end(JSON.stringify({ outcome: 'stored' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lengths };
}

const source = (bytes: number, content: string): Source => ({
  name: 'file',
  bytes,
  open: async () => Readable.from([Buffer.from(content)]),
});

it('a file that became longer or shorter is refused, and the next one is sent', async () => {
  const { url, lengths } = await gateway();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const { signal } = new AbortController();
  for (const changed of [source(3, 'longer'), source(30, 'shorter')]) {
    expect(await sendFile(url, agent, changed, signal)).toMatchObject({
      outcome: 'refused',
      code: 'unreadable',
      reason: expect.stringMatching(/changed while it was read/),
    });
  }
  expect(await sendFile(url, agent, source(5, 'right'), signal)).toEqual({ outcome: 'stored' });
  expect(await sendFile(url, agent, source(0, ''), signal)).toEqual({ outcome: 'stored' });
  expect(lengths).toEqual([5, 0]);
});
