// DICOMweb (PS3.18 chapter 10): search, retrieve, store and capabilities under /dicom-web.

import { totalmem } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { Admission } from '../gateway/admission.ts';
import { MAX_FILE_BYTES } from '../gateway/outcome.ts';
import { capabilitiesRoutes } from './capabilities/capabilities-routes.ts';
import type { DicomwebParts, Serving } from './parts.ts';
import { PresentingPool } from './presenting/presenting-pool.ts';
import { searchRoutes } from './qido/search-routes.ts';
import { Spool } from './stow/spool.ts';
import { storeRoutes } from './stow/store-routes.ts';
import { bulkDataRoutes } from './wado/bulk-data-routes.ts';
import { frameRoutes } from './wado/frame-routes.ts';
import { instanceRoutes } from './wado/instance-routes.ts';
import { metadataRoutes } from './wado/metadata-routes.ts';
import { renderedRoutes } from './wado/rendered-routes.ts';

/** Files and frames in memory on their way out. */
const MAX_OUTGOING = 64;
const MAX_OUTGOING_BYTES = Math.min(2 ** 29, Math.floor(totalmem() / 32));
/** Requests that are received at once. */
const MAX_RECEIVING = 16;
const MAX_RECEIVING_BYTES = 2 ** 28;

/** Mounts the service; its workers end with the app. */
export async function dicomweb(app: FastifyInstance, parts: DicomwebParts): Promise<void> {
  const serving: Serving = {
    ...parts,
    presenting: new PresentingPool((error) =>
      parts.log.warn({ code: error.code, err: error }, 'a presenting worker was replaced'),
    ),
    spool: await Spool.open(parts.incoming, MAX_FILE_BYTES),
    outgoing: new Admission(MAX_OUTGOING, MAX_OUTGOING_BYTES),
    receiving: new Admission(MAX_RECEIVING, MAX_RECEIVING_BYTES),
  };
  app.addHook('onClose', () => serving.presenting.close());
  await app.register(
    async (scope) => {
      // Bodies are read by the routes, whatever they are.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
      capabilitiesRoutes(scope);
      searchRoutes(scope, serving);
      instanceRoutes(scope, serving);
      metadataRoutes(scope, serving);
      frameRoutes(scope, serving);
      bulkDataRoutes(scope, serving);
      renderedRoutes(scope, serving);
      storeRoutes(scope, serving);
    },
    { prefix: '/dicom-web' },
  );
}
