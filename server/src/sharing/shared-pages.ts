// `/shared/TOKEN`: the viewer for a link that is open, else a page that says why it is not and what to do.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { HttpError } from '../http/http-error.ts';
import type { SharedAccess } from './shared-access.ts';
import { closed } from './shared-guard.ts';

const titles: Readonly<Record<string, string>> = {
  'share-ended': 'This link has expired',
  'share-revoked': 'This link was withdrawn',
  'share-unknown': 'This link is not known',
};

/** @param page sends the viewer's page */
export function sharedPages(
  app: FastifyInstance,
  access: SharedAccess,
  page: (reply: FastifyReply) => FastifyReply,
): void {
  app.get<{ Params: { token: string } }>('/shared/:token', async ({ params }, reply) => {
    reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex, nofollow');
    try {
      const found = await access.of(params.token);
      if (found.state === 'open') return page(reply);
      return said(reply, closed(found.state));
    } catch (error) {
      if (error instanceof HttpError) throw error;
      const message = 'Whether this link is open cannot be known just now. Try again in a minute.';
      return said(reply.header('retry-after', '30'), new HttpError(503, 'share-unsure', message));
    }
  });
}

function said(reply: FastifyReply, { statusCode, code, message }: HttpError): FastifyReply {
  const title = titles[code] ?? 'Not just now';
  return reply.status(statusCode).type('text/html; charset=utf-8').send(wordsPage(title, message));
}

/** Nothing in it comes from outside. */
function wordsPage(title: string, message: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<title>${title} · Strata</title>
<style>
html, body { height: 100%; margin: 0 }
body { display: grid; place-content: center; padding: 24px; box-sizing: border-box; text-align: center;
  background: #08090b; color: #ccd3da; font: 15px/1.5 "Inter", "Segoe UI", system-ui, sans-serif }
h1 { margin: 0 0 8px; font-size: 20px; font-weight: 600; color: #eef2f5 }
p { margin: 0; max-width: 42ch }
</style>
</head>
<body><main><h1>${title}</h1><p>${message}</p></main></body>
</html>
`;
}
