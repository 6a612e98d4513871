// Receives a file as the body of a request: its length is known and limited before a byte is kept.
import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/**
 * The length that the sender announces.
 * @throws HttpError 411 when it announces none, 413 when it is more than `limit` bytes
 */
export function announcedLength(headers: IncomingMessage['headers'], limit: number): number {
  const announced = headers['content-length'];
  if (announced === undefined || !/^\d{1,15}$/.test(announced)) {
    throw new HttpError(411, 'length-required', 'Send the file with a Content-Length, not in chunks.');
  }
  const length = Number(announced);
  if (length > limit) {
    const mib = Math.floor(limit / 2 ** 20);
    throw new HttpError(
      413,
      'too-large',
      `A file may have ${mib} MiB at most; this one has ${Math.ceil(length / 2 ** 20)} MiB.`,
    );
  }
  return length;
}

/**
 * Reads exactly `length` bytes into a buffer of their own.
 * @param idleMs how long the sender may be silent
 * @throws HttpError 408 when it falls silent, 400 when it stops early
 */
export async function readBody(
  body: IncomingMessage,
  length: number,
  idleMs: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  const silence = setTimeout(() => {
    body.destroy(new HttpError(408, 'too-slow', `The sender was silent for ${idleMs / 1000} s.`));
  }, idleMs);
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (filled + chunk.length > length) break;
      bytes.set(chunk, filled);
      filled += chunk.length;
      silence.refresh();
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, 'interrupted', `The sender stopped after ${filled} of ${length} bytes.`);
  } finally {
    clearTimeout(silence);
  }
  if (filled !== length)
    throw new HttpError(400, 'interrupted', `The body has not the ${length} bytes it announced.`);
  return bytes;
}
