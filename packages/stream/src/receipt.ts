// Remembers that bytes were received, until everyone they were handed to has consumed them.
import type { Connection } from './connection.ts';

export class Receipt {
  readonly #connection: Connection;
  readonly #bytes: number;
  #holders = 0;

  constructor(connection: Connection, bytes: number) {
    this.#connection = connection;
    this.#bytes = bytes;
  }

  /** @returns what the holder calls when it is done; further calls do nothing */
  hold(): () => void {
    this.#holders++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#holders === 0) this.#connection.consume(this.#bytes);
    };
  }
}
