// Sends bytes as they are made: as fast as the client reads, and no longer than it does.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Bytes handed to the socket at once; what lies in its buffers stays about this. */
const PIECE = 2 ** 20;
/** How long a client may take for one piece. */
const STALL_MS = 60_000;

/**
 * Sends what the generator yields. When the client vanishes or stops reading, the generator is ended (its `finally` runs);
 * when the generator fails, the connection is cut, because the status was already sent.
 */
export function sendStream(reply: FastifyReply, bytes: AsyncGenerator<Uint8Array>): FastifyReply {
  const stream = Readable.from(pieces(reply, bytes), { highWaterMark: 1 });
  // Also when it never came to the first piece.
  stream.once('close', () => void bytes.return(undefined));
  return reply.send(stream);
}

async function* pieces(reply: FastifyReply, bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const stalled = setTimeout(() => reply.raw.destroy(), STALL_MS);
      try {
        yield chunk.subarray(at, at + PIECE);
      } finally {
        clearTimeout(stalled);
      }
    }
  }
}

/**
 * The generator with its first value already made, so that what goes wrong at once can still be answered with a status.
 * @throws what the generator throws before its first value
 */
export async function begun<Value>(values: AsyncGenerator<Value>): Promise<AsyncGenerator<Value>> {
  let first: IteratorResult<Value> | null = await values.next();
  const generator: AsyncGenerator<Value> = {
    next: async () => {
      const ready = first;
      first = null;
      return ready ?? (await values.next());
    },
    return: (value) => values.return(value),
    throw: (error) => values.throw(error),
    [Symbol.asyncIterator]: () => generator,
    [Symbol.asyncDispose]: async () => void (await values.return(undefined)),
  };
  return generator;
}
