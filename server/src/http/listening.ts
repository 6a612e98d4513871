// Begins to listen, and ends it without cutting off the last answers.
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { StartError, systemCode } from '../config/start-error.ts';

/** How long connections that still send an answer may take to send it when the app closes. */
const ANSWER_WITHIN_MS = 200;

/** @returns the port @throws StartError 'port-busy' */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EADDRINUSE') {
      throw new StartError(
        'port-busy',
        `Port ${port} is used by another program. Give another one with --port (0 takes any free one).`,
        error,
      );
    }
    if (code === 'EACCES') {
      throw new StartError(
        'port-busy',
        `This user may not listen on port ${port}. Give one above 1023 with --port.`,
        error,
      );
    }
    throw error;
  }
  return (app.server.address() as AddressInfo).port;
}

/** Ends idle connections at once, those that still send their last answer soon. */
export async function closeApp(app: FastifyInstance): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), ANSWER_WITHIN_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(late);
  }
}
