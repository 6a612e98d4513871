// A WebSocket of few lines, so that a thousand clients cost the measuring side little: no copies of what is only counted.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { decodeServerMessage, encodeMessage } from '@strata/protocol/encoding';
import { ENVELOPE_HEAD } from '@strata/protocol/limits';
import type { ClientMessage, ServerMessage } from '@strata/protocol/messages';

const BINARY = 2;
const CONTINUATION = 0;
const FINAL = 0x80;
const MASKED = 0x80;

export interface LeanEvents {
  /** The envelope of a message, and how many bytes of payload follow it. */
  onMessage(message: ServerMessage): void;
  /** A piece of the payload of the message before. */
  onPayload(bytes: Uint8Array): void;
  /** The message is complete. */
  onEnd(): void;
  onClose(why: string): void;
}

export class LeanSocket {
  readonly #socket: Socket;
  readonly #events: LeanEvents;
  /** Bytes of a WebSocket head or of an envelope that did not come in one piece. */
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the current WebSocket frame that are still to come, and whether it ends its message. */
  #left = 0;
  #final = false;
  /** The start of the message, until its envelope is whole; null behind that. */
  #envelope: Buffer[] | null = [];

  private constructor(socket: Socket, events: LeanEvents, head: Buffer) {
    this.#socket = socket;
    this.#events = events;
    socket.on('data', (bytes) => this.#take(bytes));
    if (head.length > 0) this.#take(head);
  }

  /** Connects to `/stream` of a server. Rejects when it refuses. */
  static open(port: number, events: LeanEvents): Promise<LeanSocket> {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    return new Promise((resolve, reject) => {
      let text = Buffer.alloc(0);
      const onData = (bytes: Buffer) => {
        text = Buffer.concat([text, bytes]);
        const end = text.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', onData);
        if (!text.subarray(0, 16).toString('latin1').startsWith('HTTP/1.1 101')) {
          socket.destroy();
          reject(new Error(`no WebSocket: ${text.subarray(0, 60).toString('latin1')}`));
        } else resolve(new LeanSocket(socket, events, text.subarray(end + 4)));
      };
      socket.on('data', onData);
      socket.on('error', (error) => events.onClose(error.message));
      socket.on('close', () => {
        events.onClose('the server closed the connection');
        reject(new Error('the server closed the connection'));
      });
    });
  }

  send(message: ClientMessage): void {
    const bytes = encodeMessage(message);
    const { length } = bytes;
    // A mask of zeros leaves the bytes as they are.
    const head = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
    head[0] = FINAL | BINARY;
    if (length < 126) head[1] = MASKED | length;
    else if (length < 65_536) {
      head[1] = MASKED | 126;
      head.writeUInt16BE(length, 2);
    } else {
      head[1] = MASKED | 127;
      head.writeUInt32BE(length, 6);
    }
    this.#socket.cork();
    this.#socket.write(head);
    this.#socket.write(bytes);
    this.#socket.uncork();
  }

  /** Takes nothing more from the line until `resume`: a client that does not keep up. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.removeAllListeners('close').removeAllListeners('error');
    this.#socket.on('error', () => {}).destroy();
  }

  #take(bytes: Buffer): void {
    let input = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    this.#rest = Buffer.alloc(0);
    while (input.length > 0) {
      if (this.#left === 0) {
        const head = this.#head(input);
        if (head === 0) {
          this.#rest = Buffer.from(input);
          return;
        }
        input = input.subarray(head);
      }
      const piece = input.subarray(0, this.#left);
      input = input.subarray(piece.length);
      this.#left -= piece.length;
      if (piece.length > 0) this.#piece(piece);
      if (this.#left === 0 && this.#final) this.#end();
    }
  }

  /** Reads the head of a WebSocket frame. @returns its length, 0 when it is not whole yet */
  #head(input: Buffer): number {
    if (input.length < 2) return 0;
    const [first = 0, second = 0] = input;
    const opcode = first & 15;
    if (opcode !== BINARY && opcode !== CONTINUATION) {
      this.#events.onClose(`a WebSocket frame of kind ${opcode}`);
      this.close();
    }
    const length = second & 127;
    const bytes = length < 126 ? 2 : length === 126 ? 4 : 10;
    if (input.length < bytes) return 0;
    this.#left =
      length < 126 ? length : length === 126 ? input.readUInt16BE(2) : Number(input.readBigUInt64BE(2));
    this.#final = (first & FINAL) !== 0;
    return bytes;
  }

  #piece(piece: Buffer): void {
    if (!this.#envelope) {
      this.#events.onPayload(piece);
      return;
    }
    this.#envelope.push(piece);
    const start = this.#envelope.length === 1 ? piece : Buffer.concat(this.#envelope);
    if (start.length < ENVELOPE_HEAD) return;
    const end = ENVELOPE_HEAD + start.readUInt32LE(0);
    if (start.length < end) return;
    this.#envelope = null;
    this.#events.onMessage(decodeServerMessage(start.subarray(0, end)).message);
    if (start.length > end) this.#events.onPayload(start.subarray(end));
  }

  #end(): void {
    this.#envelope = [];
    this.#events.onEnd();
  }
}
