// The viewer's pages: built files as they are, and the one page for every address inside the viewer.
import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { errorBody } from './http-error.ts';

const YEAR_S = 31_536_000;
const notBuilt = `<!doctype html><meta charset="utf-8"><title>Strata</title>
<p>Strata is running, but its viewer pages are not built yet. Stop it and run <code>npm start</code>.</p>`;

/** Where Vite puts the pages. */
export const builtPages = path.resolve(import.meta.dirname, '../../../client/dist');

/** @param folder the built pages; may be missing, then a page says so @returns what answers with the viewer's page */
export async function servePages(
  app: FastifyInstance,
  folder: string,
): Promise<(reply: FastifyReply) => FastifyReply> {
  const built = existsSync(path.join(folder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: true,
      // The build leaves the same compressed beside scripts and style sheets.
      preCompressed: true,
      cacheControl: false,
      setHeaders: (response, file) => {
        // Vite names everything in assets/ by its content.
        const forever = path.relative(folder, file).startsWith(`assets${path.sep}`);
        response.header('cache-control', forever ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
      },
    });
  }
  const page = (reply: FastifyReply) =>
    built
      ? reply.sendFile('index.html')
      : reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(notBuilt);

  if (!built) app.get('/', (_request, reply) => page(reply));
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = /\btext\/html\b/.test(request.headers.accept ?? '');
    const isPage = !/^\/(gateway|admin|stream|dicom-web|health|ready|assets)(\/|\?|$)/.test(request.url);
    if (request.method === 'GET' && wantsPage && isPage) return page(reply);
    return reply
      .status(404)
      .send(errorBody('not-found', `There is nothing at ${request.method} ${request.url.slice(0, 200)}.`));
  });
  return page;
}
