// What people read of objects without images: reports as parts of text, and the files inside objects, which are not trusted.
import { finished } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import { checkedUid, type GatewayRoutesParts, notStored } from './gateway-routes.ts';
import { HttpError } from './http-error.ts';

/** A file from outside may load nothing, run nothing and be framed by nobody; viewers of PDF need their own styles. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** GET /gateway/instances/UID/document and /document/file. */
export function documentRoutes(app: FastifyInstance, parts: GatewayRoutesParts): void {
  const { gateway, metadata, admission } = parts;
  const opened = async <Answer>(
    uid: string,
    wanted: 'words' | 'file',
    use: (opened: Awaited<ReturnType<typeof gateway.document>>) => Promise<Answer>,
  ): Promise<Answer> => {
    const record = await metadata.instance(checkedUid(uid));
    if (!record) throw notStored('instance', uid);
    const leave = await admission.enter(record.file.length);
    try {
      return await use(await gateway.document(record, wanted));
    } finally {
      leave();
    }
  };

  app.get<{ Params: { uid: string } }>('/gateway/instances/:uid/document', ({ params }, reply) =>
    opened(params.uid, 'words', async ({ document }) => {
      return reply.header('cache-control', 'no-store').send(document);
    }),
  );

  app.get<{ Params: { uid: string } }>('/gateway/instances/:uid/document/file', ({ params }, reply) =>
    opened(params.uid, 'file', async ({ document: { file }, bytes }) => {
      if (!file || !bytes) {
        throw new HttpError(404, 'no-file', `There is no file inside the instance ${params.uid}.`);
      }
      const { type, name, disposition } = waysOf(file.kind);
      void reply
        .headers({
          'content-type': type,
          'content-disposition': `${disposition}; filename="${name}"`,
          'content-security-policy': file.kind === 'pdf' ? POLICY : `${POLICY}; sandbox`,
          'cache-control': 'no-store',
        })
        .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      // Until it has left, it is in memory; a receiver that goes away frees it too.
      await finished(reply.raw).catch(() => undefined);
      return reply;
    }),
  );
}

/** How a file is handed over: only a PDF is opened by the browser, all else is text or is saved. */
function waysOf(kind: 'pdf' | 'xml' | 'other') {
  if (kind === 'pdf') return { type: 'application/pdf', name: 'document.pdf', disposition: 'inline' };
  if (kind === 'xml')
    return { type: 'text/plain; charset=utf-8', name: 'document.xml', disposition: 'inline' };
  return { type: 'application/octet-stream', name: 'document', disposition: 'attachment' };
}
