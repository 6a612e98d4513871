// The way out of one connection: answers at once, levels as credit and the socket allow, with bounded memory.
import { encodeHead } from '@strata/protocol/encoding';
import { MAX_PAYLOAD } from '@strata/protocol/limits';
import type { FrameRef, ServerMessage } from '@strata/protocol/messages';
import type { WebSocket } from 'ws';
import type { FramesBlobs } from './frames-blobs.ts';
import { asImageError } from './image-error.ts';
import { LevelQueue, type Piece } from './level-queue.ts';
import { CREDIT, READ_AHEAD, SOCKET_HIGH_WATER } from './limits.ts';

interface Sending {
  readonly frames: readonly FrameRef[];
  levels: number;
  bytes: number;
  /** Pieces that are being read or wait behind one that is. */
  reading: number;
}

interface Ahead {
  readonly piece: Piece;
  readonly request: Sending;
  bytes: Uint8Array | Error | null;
}

export interface SenderEvents {
  /** A get has ended, in `done` or in an error. */
  onEnd(id: number): void;
  onError(id: number, error: Error): void;
  /** The socket has taken bytes. */
  onDrain(): void;
  onLevelSent(bytes: number): void;
}

export class Sender {
  readonly #socket: WebSocket;
  readonly #blobs: FramesBlobs;
  readonly #events: SenderEvents;
  readonly #queue = new LevelQueue();
  readonly #sending = new Map<number, Sending>();
  /** Pieces taken from the queue, in the order in which they are sent. */
  readonly #ahead: Ahead[] = [];
  #aheadBytes = 0;
  #credit = CREDIT;

  constructor(socket: WebSocket, blobs: FramesBlobs, events: SenderEvents) {
    this.#socket = socket;
    this.#blobs = blobs;
    this.#events = events;
  }

  /** Bytes that this connection holds in memory: in the socket and read ahead. */
  get buffered(): number {
    return this.#socket.bufferedAmount + this.#aheadBytes;
  }

  /** Sends a message without payload behind what the socket already holds. */
  send(message: ServerMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(encodeHead(message), { binary: true }, this.#drained);
  }

  /** Starts to send levels of frames; each frame once `ready` has told where it is. */
  start(id: number, frames: readonly FrameRef[], from: number, to: number, priority: number): void {
    this.#sending.set(id, { frames, levels: 0, bytes: 0, reading: 0 });
    this.#queue.add(id, frames.length, from, to, priority);
  }

  ready(id: number, place: number, frame: Parameters<LevelQueue['ready']>[2]): void {
    this.#queue.ready(id, place, frame);
  }

  /** Whether the frame at this place is still wanted. */
  wants(id: number, place: number): boolean {
    return this.#queue.wants(id, place);
  }

  /** Stops a get, or leaves out the frames at the given places. Not one more message of them is sent. */
  cancel(id: number, places?: readonly number[]): void {
    const request = this.#sending.get(id);
    if (!request) return;
    this.#queue.cancel(id, places);
    const unwanted = places && new Set(places);
    for (let i = this.#ahead.length - 1; i >= 0; i--) {
      const ahead = this.#ahead[i] as Ahead;
      if (ahead.request !== request || (unwanted && !unwanted.has(ahead.piece.place))) continue;
      this.#ahead.splice(i, 1);
      this.#giveBack(ahead);
    }
    if (!places) this.#sending.delete(id);
    this.pump();
  }

  prioritise(id: number, priority: number, places?: readonly number[]): void {
    this.#queue.prioritise(id, priority, places);
    this.pump();
  }

  /** Ends a get with an error. */
  fail(id: number, error: Error): void {
    if (!this.#sending.has(id)) return;
    this.cancel(id);
    this.#events.onError(id, error);
    this.#events.onEnd(id);
  }

  /** The client has consumed bytes. More than was sent is not credited. */
  grant(bytes: number): void {
    this.#credit = Math.min(CREDIT, this.#credit + bytes);
    this.pump();
  }

  /** Sends and reads on, as far as credit and the socket allow. */
  pump(): void {
    this.#flush();
    while (
      this.#credit > 0 &&
      this.#aheadBytes < READ_AHEAD &&
      this.#socket.bufferedAmount < SOCKET_HIGH_WATER
    ) {
      const piece = this.#queue.next(MAX_PAYLOAD);
      if (!piece) break;
      this.#read(piece);
    }
    for (const [id, request] of this.#sending) this.#endIfDone(id, request);
  }

  close(): void {
    for (const id of [...this.#sending.keys()]) this.#queue.cancel(id);
    this.#sending.clear();
    this.#ahead.length = 0;
  }

  readonly #drained = (): void => {
    this.pump();
    this.#events.onDrain();
  };

  #read(piece: Piece): void {
    const request = this.#sending.get(piece.request) as Sending;
    const ahead: Ahead = { piece, request, bytes: null };
    const { blob, frame } = request.frames[piece.place] as FrameRef;
    this.#ahead.push(ahead);
    this.#aheadBytes += piece.length;
    this.#credit -= piece.length;
    request.reading++;
    const what = `level ${piece.level} of frame ${frame}`;
    void this.#blobs.read(blob, piece.segment, piece.offset, piece.length, what).then(
      (bytes) => {
        ahead.bytes = bytes;
        this.pump();
      },
      (error: unknown) => {
        ahead.bytes = asImageError(error);
        this.pump();
      },
    );
  }

  #flush(): void {
    for (let first = this.#ahead[0]; first?.bytes; first = this.#ahead[0]) {
      if (first.bytes instanceof Error) {
        this.fail(first.piece.request, first.bytes);
        continue;
      }
      this.#ahead.shift();
      this.#aheadBytes -= first.piece.length;
      first.request.reading--;
      this.#sendPiece(first.piece, first.request, first.bytes);
    }
  }

  #sendPiece(
    { request: id, place, level, segment, offset, isLast }: Piece,
    request: Sending,
    bytes: Uint8Array,
  ): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const { blob, frame } = request.frames[place] as FrameRef;
    const { crc32c, length } = segment;
    request.bytes += bytes.byteLength;
    if (isLast) {
      request.levels++;
      this.#events.onLevelSent(length);
    }
    // Two fragments of one message: the payload goes to the socket as it came from the store.
    const head = encodeHead({ type: 'level', id, blob, frame, level, crc32c, offset, length });
    this.#socket.send(head, { binary: true, fin: false });
    this.#socket.send(bytes, { binary: true, fin: true }, this.#drained);
  }

  #giveBack(ahead: Ahead): void {
    this.#aheadBytes -= ahead.piece.length;
    this.#credit += ahead.piece.length;
    ahead.request.reading--;
  }

  #endIfDone(id: number, request: Sending): void {
    if (request.reading > 0 || !this.#queue.isExhausted(id)) return;
    this.#queue.remove(id);
    this.#sending.delete(id);
    this.send({ type: 'done', id, levels: request.levels, bytes: request.bytes });
    this.#events.onEnd(id);
  }
}
