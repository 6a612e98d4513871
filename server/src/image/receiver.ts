// The way in of one connection: bytes to messages, in the order that the protocol allows.
import { decodeClientMessage } from '@strata/protocol/encoding';
import { ProtocolError } from '@strata/protocol/errors';
import { PROTOCOL_VERSION } from '@strata/protocol/limits';
import type { ClientMessage, Hello } from '@strata/protocol/messages';
import type { RawData } from 'ws';

export type Request = Exclude<ClientMessage, Hello>;

export interface ReceiverEvents {
  onHello(hello: Hello): void;
  onRequest(request: Request): void;
}

export class Receiver {
  readonly #events: ReceiverEvents;
  #welcomed = false;

  constructor(events: ReceiverEvents) {
    this.#events = events;
  }

  /** Takes one WebSocket message. Throws ProtocolError when it is not the protocol's, or not its turn. */
  receive(data: RawData, isBinary: boolean): void {
    if (!isBinary || !(data instanceof Uint8Array)) {
      throw new ProtocolError('malformed', 'Messages are binary.');
    }
    const { message } = decodeClientMessage(data);
    if (this.#welcomed) {
      if (message.type === 'hello') throw new ProtocolError('bad-value', 'A second hello.');
      this.#events.onRequest(message);
      return;
    }
    if (message.type !== 'hello') throw new ProtocolError('bad-value', `A ${message.type} before the hello.`);
    if (!message.versions.includes(PROTOCOL_VERSION)) {
      const offered = message.versions.join(', ') || 'none';
      throw new UnsupportedVersion(
        `This server speaks version ${PROTOCOL_VERSION}; the client offers ${offered}.`,
      );
    }
    this.#welcomed = true;
    this.#events.onHello(message);
  }
}

/** The client speaks no version that this server does. */
export class UnsupportedVersion extends ProtocolError {
  constructor(message: string) {
    super('bad-value', message);
  }
}
