// The level messages that one turn sends: short ones copied side by side, long ones as they came from the store.
import type { WebSocket } from 'ws';
import { COPIED } from './limits.ts';

interface Item {
  readonly head: Uint8Array;
  readonly payload: Uint8Array;
}

export class Parcel {
  readonly #socket: WebSocket;
  #items: Item[] = [];
  #bytes = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** What `send` will put into the socket, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  add(head: Uint8Array, payload: Uint8Array): void {
    this.#items.push({ head, payload });
    this.#bytes += head.byteLength + payload.byteLength;
  }

  /** Puts all that was added into the socket. @param onSent called when the socket has taken the last of it */
  send(onSent: () => void): void {
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    this.#bytes = 0;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const copies = Buffer.allocUnsafeSlow(items.reduce((sum, item) => sum + copiedLength(item), 0));
    let at = 0;
    for (const [index, item] of items.entries()) {
      const { head, payload } = item;
      const copy = copies.subarray(at, at + copiedLength(item));
      at += copy.length;
      copy.set(head);
      const isWhole = payload.byteLength <= COPIED;
      if (isWhole) copy.set(payload, head.byteLength);
      const done = index === items.length - 1 ? onSent : undefined;
      // A long payload is a second fragment of the message.
      this.#socket.send(copy, { binary: true, fin: isWhole }, isWhole ? done : undefined);
      if (!isWhole) this.#socket.send(payload, { binary: true, fin: true }, done);
    }
  }
}

/** Bytes of a message that are copied. */
function copiedLength({ head, payload }: Item): number {
  return head.byteLength + (payload.byteLength <= COPIED ? payload.byteLength : 0);
}
