// Errors of the HTTP side: one JSON shape, `{ error: { code, message } }`, whatever went wrong.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { statusOf } from '../gateway/outcome.ts';
import { refusalOf } from '../gateway/refusal.ts';

/** A request cannot be answered; carries the HTTP status. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: string;
  readonly statusCode: number;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** The body of every error answer. */
export function errorBody(code: string, message: string) {
  return { error: { code, message } };
}

/** Fastify's error handler. Nothing of the inside (stack, path of the code) goes out; a 5xx is logged. */
export function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, message } = meaningOf(error);
  if (status >= 500) request.log.error({ err: error, url: request.routeOptions.url }, 'a request failed');
  // Before the body was read: what still comes of it is not wanted.
  if (status === 411 || status === 413) reply.header('connection', 'close');
  void reply.status(status).send(errorBody(code, message));
}

function meaningOf(error: FastifyError | Error): { status: number; code: string; message: string } {
  if ('statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500) {
    const code = error instanceof HttpError ? error.code : 'bad-request';
    return { status: error.statusCode, code, message: error.message };
  }
  const { code, reason } = refusalOf(error);
  const status = statusOf(code);
  // 422 is about what was sent; here nothing was, so what is not named above is ours.
  return { status: status === 422 ? 500 : status, code, message: reason };
}
