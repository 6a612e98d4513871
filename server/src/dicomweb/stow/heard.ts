// The body of a request as it comes, given up when its sender falls silent.
import type { IncomingMessage } from 'node:http';
import { HttpError } from '../../http/http-error.ts';

/**
 * Yields what arrives. Only waiting for the sender counts as silence, not the time that the consumer takes.
 * @param idleMs how long the sender may be silent
 * @throws HttpError 408 for silence, 400 when the sender goes away
 */
export async function* heard(body: IncomingMessage, idleMs: number): AsyncGenerator<Uint8Array> {
  const listen = () => {
    return setTimeout(() => {
      body.destroy(new HttpError(408, 'too-slow', `The sender was silent for ${idleMs / 1000} s.`));
    }, idleMs);
  };
  let silence = listen();
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      clearTimeout(silence);
      yield chunk;
      silence = listen();
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, 'interrupted', 'The sender went away before its request was whole.');
  } finally {
    clearTimeout(silence);
  }
}
