// Puts the HTTP side together: the guard, the routes, the pages.
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import type { VerifyParts } from '../admin/verify.ts';
import type { Logger } from '../config/log.ts';
import type { Role } from '../config/settings/pool-section.ts';
import { dicomweb } from '../dicomweb/dicomweb.ts';
import type { DicomwebParts } from '../dicomweb/parts.ts';
import { archiveRoutes } from '../exporting/archive-routes.ts';
import { savedRoutes } from '../saved/kinds.ts';
import { type ShareRoutesParts, shareRoutes } from '../sharing/share-routes.ts';
import { sharedGuard } from '../sharing/shared-guard.ts';
import { sharedPages } from '../sharing/shared-pages.ts';
import { adminRoutes } from './admin-routes.ts';
import { documentRoutes } from './document-routes.ts';
import { type GatewayRoutesParts, gatewayRoutes } from './gateway-routes.ts';
import { guard } from './guard.ts';
import { healthRoutes, type Readiness } from './health-routes.ts';
import { answerError } from './http-error.ts';
import { type KeyRoutesParts, keyRoutes } from './key-routes.ts';
import { overlayRoutes } from './overlay-routes.ts';
import { builtPages, servePages } from './pages.ts';
import { placesRoutes } from './places-routes.ts';
import { type PoolRoutesParts, poolRoutes } from './pool-routes.ts';
import { type QuarantineRoutesParts, quarantineRoutes } from './quarantine-routes.ts';
import { type RoutingRoutesParts, routingRoutes } from './routing-routes.ts';
import { type ServersRoutesParts, serversRoutes } from './servers-routes.ts';
import { type WorklistRoutesParts, worklistRoutes } from './worklist-routes.ts';

export interface AppParts
  extends GatewayRoutesParts,
    VerifyParts,
    QuarantineRoutesParts,
    RoutingRoutesParts,
    DicomwebParts,
    WorklistRoutesParts,
    ServersRoutesParts,
    PoolRoutesParts,
    KeyRoutesParts,
    ShareRoutesParts {
  readonly serverId: string;
  readonly roles: ReadonlySet<Role>;
  readonly log: Logger;
  readonly readiness: () => Promise<Readiness>;
  /** The port that the server listens on, known once it does. */
  readonly port: () => number;
  /** Those of all servers of the pool on this machine. */
  readonly poolPorts: () => readonly number[];
}

/** The app, not listening yet. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: parts.log,
    // Addresses hold UIDs; requests are counted, not written down one by one.
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    bodyLimit: 64 * 1024,
    // Lists of frames are parameters too.
    routerOptions: { maxParamLength: 4096 },
    // An address that cannot be read: no route and no hook sees it.
    frameworkErrors: (error, request, reply) =>
      answerError(error, request as unknown as FastifyRequest, reply as unknown as FastifyReply),
  }) as unknown as FastifyInstance;
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerError);
  guard(app, parts.port, parts.poolPorts);
  sharedGuard(app, parts);
  healthRoutes(app, parts.serverId, parts.readiness);
  adminRoutes(app, parts);
  serversRoutes(app, parts);
  poolRoutes(app, parts);
  placesRoutes(app, parts);
  if (parts.roles.has('gateway')) {
    gatewayRoutes(app, parts);
    overlayRoutes(app, parts);
    archiveRoutes(app, parts);
    documentRoutes(app, parts);
    savedRoutes(app, parts);
    quarantineRoutes(app, parts);
    routingRoutes(app, parts);
    keyRoutes(app, parts);
    worklistRoutes(app, parts);
    shareRoutes(app, parts);
    await dicomweb(app, parts);
  }
  sharedPages(app, parts.access, await servePages(app, builtPages));
  return app;
}
