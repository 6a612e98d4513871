// The overlay planes of a frame over HTTP, as viewers draw them: where they lie, and their bits.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FrameOverlays } from '@strata/dicom/overlays';
import type { OverlaysAnswer } from '@strata/protocol/overlays';
import type { FastifyInstance } from 'fastify';
import { checkedUid, type GatewayRoutesParts, notStored } from './gateway-routes.ts';
import { HttpError } from './http-error.ts';

const compressed = promisify(gzip);

export function overlayRoutes(app: FastifyInstance, parts: GatewayRoutesParts): void {
  const { gateway, metadata, admission } = parts;
  app.get<{ Params: { uid: string }; Querystring: { frame?: string } }>(
    '/gateway/instances/:uid/overlays',
    async ({ params, query, headers }, reply) => {
      const frame = Number(query.frame ?? 1);
      if (!Number.isInteger(frame) || frame < 1) {
        throw new HttpError(400, 'bad-parameter', 'The parameter frame is a number from 1.');
      }
      const record = await metadata.instance(checkedUid(params.uid));
      if (!record) throw notStored('instance', params.uid);
      if (frame > record.instance.frames) {
        const { frames } = record.instance;
        throw new HttpError(404, 'no-such-frame', `There is no frame ${frame}: the instance has ${frames}.`);
      }
      const leave = await admission.enter(record.file.length);
      try {
        const answer = JSON.stringify(answered(await gateway.overlays(record, frame - 1)));
        reply.headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
        // Planes are mostly empty: a hundredth of the bytes.
        if (!/\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))) return reply.send(answer);
        return reply.header('content-encoding', 'gzip').send(await compressed(answer));
      } finally {
        leave();
      }
    },
  );
}

function answered({ planes, problems }: FrameOverlays): OverlaysAnswer {
  const inText = (bits: Uint8Array) =>
    Buffer.from(bits.buffer, bits.byteOffset, bits.byteLength).toString('base64');
  return { planes: planes.map((plane) => ({ ...plane, bits: inText(plane.bits) })), problems };
}
