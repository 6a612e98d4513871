// Puts the pieces of one level together again.
import { ProtocolError } from '@strata/protocol/errors';
import type { Level } from '@strata/protocol/messages';

export class Assembly {
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  #received = 0;

  /** Bytes that have come. */
  get received(): number {
    return this.#received;
  }

  /**
   * Takes the next piece. Memory grows only with what really came, whatever length is claimed.
   * @returns the whole level once it is complete, before that null. Throws ProtocolError when pieces do not fit.
   */
  add(message: Level, payload: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
    const end = this.#received + payload.byteLength;
    if (
      message.offset !== this.#received ||
      end > message.length ||
      (payload.byteLength === 0 && message.length > 0)
    ) {
      throw new ProtocolError(
        'bad-value',
        `Level ${message.level} of frame ${message.frame}: bytes ${message.offset} to ${message.offset + payload.byteLength} of ${message.length} after ${this.#received}.`,
      );
    }
    this.#pieces.push(payload);
    this.#received = end;
    if (end < message.length) return null;
    if (this.#pieces.length === 1) return payload;
    const whole = new Uint8Array(end);
    let position = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, position);
      position += piece.byteLength;
    }
    return whole;
  }
}
