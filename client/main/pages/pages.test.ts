import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askServers, pageRequest } from './ask-servers.ts';
import { askedFor, isDocument } from './page-files.ts';

describe('the pages inside the program', () => {
  it('are files of their folder, and one page for every address of the viewer', () => {
    expect(askedFor('strata-app://viewer/assets/main-1.js', '/app/dist')).toMatchObject({
      file: '/app/dist/assets/main-1.js',
      type: expect.stringContaining('javascript'),
    });
    for (const address of ['strata-app://viewer/', 'strata-app://viewer/study/1.2.3']) {
      expect(askedFor(address, '/app/dist')).toMatchObject({ file: '/app/dist/index.html' });
    }
  });

  it('ask a server for what is a server’s', () => {
    expect(askedFor('strata-app://viewer/gateway/instances/1.2/overlays?x=1', '/app/dist')).toEqual({
      kind: 'server',
      path: '/gateway/instances/1.2/overlays?x=1',
    });
  });

  it('open the files inside objects, and nothing else, in windows of their own', () => {
    expect(isDocument('strata-app://viewer/gateway/instances/1.2/document/file')).toBe(true);
    expect(isDocument('strata-app://viewer/gateway/instances/1.2/file')).toBe(false);
    expect(isDocument('https://elsewhere/gateway/instances/1.2/document/file')).toBe(false);
  });

  it('never lead out of their folder', () => {
    fc.assert(
      fc.property(
        fc.webPath(),
        fc.constantFrom('', '/..%2f..%2fetc/x.js', '/%2e%2e/%2e%2e/x.css', '/..\\x.js'),
        (a, b) => {
          const found = askedFor(`strata-app://viewer${a}${b}`, '/app/dist');
          if (found.kind === 'file') expect(found.file.startsWith('/app/dist/')).toBe(true);
        },
      ),
    );
    expect(askedFor('strata-app://elsewhere/', '/app/dist').kind).toBe('nothing');
    expect(askedFor('file:///etc/passwd', '/app/dist').kind).toBe('nothing');
  });

  const addressOf = async (status: number) => {
    const server = createServer(async (request, response) => {
      const sent = Buffer.concat(await request.toArray());
      response.writeHead(status).end(`${request.method} ${request.url} ${sent}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream`;
  };
  const away = 'ws://127.0.0.1:9/stream';
  const asking = (path: string, init?: RequestInit) =>
    pageRequest(path, new Request(`strata-app://viewer${path}`, init));

  it('ask the next server when one is away or fails', async () => {
    const servers = [away, await addressOf(503), await addressOf(200)];
    const answer = await askServers(servers, await asking('/gateway/x?y'));
    expect([answer.status, await answer.text()]).toEqual([200, 'GET /gateway/x?y ']);
    expect((await askServers([away], await asking('/gateway/x'))).status).toBe(502);
  });

  it('send what is to be saved to one server that is there, and to no other when that one fails', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const servers = [`ws://127.0.0.1:${port}/stream`, await addressOf(503), await addressOf(200)];
    const body = JSON.stringify({ author: 'A^B' });
    const saved = await asking('/gateway/x', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    const answer = await askServers(servers, saved);
    expect([answer.status, await answer.text()]).toEqual([503, `POST /gateway/x ${body}`]);
  });
});
