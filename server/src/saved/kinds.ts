// The routes of every kind of work that is saved with a study.
import type { FastifyInstance } from 'fastify';
import type { SavingParts } from './save.ts';

export function savedRoutes(_app: FastifyInstance, _parts: SavingParts): void {
  // A line for each kind: savedRoute(app, parts, measurements);
}
