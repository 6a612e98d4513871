// Holds a file to the length that was announced for it: it may change while it is read.
import { Transform, type TransformCallback } from 'node:stream';

/** The content has another length than it had when it was found. */
export class ChangedError extends Error {
  override readonly name = 'ChangedError';
}

/**
 * Passes exactly so many bytes on and fails with ChangedError when there are more or fewer. What was announced to the
 * other side then never comes whole, and what follows on the same connection is not taken for a part of it.
 */
export class ExactLength extends Transform {
  #left: number;

  /** @param length in bytes */
  constructor(length: number) {
    super();
    this.#left = length;
  }

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#left -= chunk.length;
    if (this.#left < 0) done(changed());
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.#left > 0 ? changed() : null);
  }
}

function changed(): ChangedError {
  return new ChangedError('its length changed while it was read; import it again');
}
