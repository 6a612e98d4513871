// Remembers that a level was received, until everyone it was handed to has consumed it.
import type { Connection } from './connection.ts';

export class Receipt {
  readonly #connection: Connection;
  readonly #length: number;
  readonly #bytes: number;
  #holders = 0;

  /** @param length bytes of the level @param bytes of these, in its last piece */
  constructor(connection: Connection, length: number, bytes: number) {
    this.#connection = connection;
    this.#length = length;
    this.#bytes = bytes;
    connection.handedOut(length);
  }

  /** Bytes of the level. */
  get bytes(): number {
    return this.#length;
  }

  /** @returns what the holder calls when it is done; further calls do nothing */
  hold(): () => void {
    this.#holders++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#holders === 0) this.#connection.consumed(this.#length, this.#bytes);
    };
  }
}
