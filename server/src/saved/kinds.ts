// The routes of every kind of work that is saved with a study.
import type { FastifyInstance } from 'fastify';
import { keyImages } from './key-images.ts';
import { measurements } from './measurements.ts';
import { presentations } from './presentations.ts';
import { reports } from './reports.ts';
import type { SavingParts } from './save.ts';
import { savedRoute } from './saved-routes.ts';

export function savedRoutes(app: FastifyInstance, parts: SavingParts): void {
  savedRoute(app, parts, measurements);
  savedRoute(app, parts, keyImages);
  savedRoute(app, parts, presentations);
  savedRoute(app, parts, reports);
}
