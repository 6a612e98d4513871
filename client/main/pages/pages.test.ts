import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askServers } from './ask-servers.ts';
import { askedFor } from './page-files.ts';

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

  it('ask the next server when one is away or fails', async () => {
    const addressOf = async (status: number) => {
      const server = createServer((request, response) => response.writeHead(status).end(request.url));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream`;
    };
    const servers = ['ws://127.0.0.1:9/stream', await addressOf(503), await addressOf(200)];
    const answer = await askServers(servers, '/gateway/x?y');
    expect([answer.status, await answer.text()]).toEqual([200, '/gateway/x?y']);
    expect((await askServers(['ws://127.0.0.1:9/stream'], '/gateway/x')).status).toBe(502);
  });
});
