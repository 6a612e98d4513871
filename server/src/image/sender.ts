// The way out of one connection: answers at once, levels in turn with others, as credit and the socket allow.
import type { Duplex } from 'node:stream';
import { deflateRawSync } from 'node:zlib';
import { encodeDeflated, encodeHead } from '@strata/protocol/encoding';
import { MAX_PAYLOAD } from '@strata/protocol/limits';
import type { ByteRange, FrameRef, ServerMessage } from '@strata/protocol/messages';
import type { WebSocket } from 'ws';
import type { FramesBlobs } from './frames-blobs.ts';
import { asImageError } from './image-error.ts';
import { LevelQueue, type Piece } from './level-queue.ts';
import { CREDIT, MESSAGE_COST, PIECES_AHEAD, READ_AHEAD, SOCKET_HIGH_WATER } from './limits.ts';
import { Parcel } from './parcel.ts';
import type { Turns, TurnTaker } from './turns.ts';

interface Sending {
  readonly frames: readonly FrameRef[];
  /** Whether only ranges of its level are sent. */
  readonly isPartial: boolean;
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

/** What all senders of a server share. */
export interface SenderParts {
  readonly blobs: FramesBlobs;
  readonly turns: Turns;
}

/** The first levels of compression find what is said again and again, and take little of the server's time. */
const deflate = (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes, { level: 2 });

export class Sender implements TurnTaker {
  readonly #socket: WebSocket;
  /** What is below the WebSocket: held together, many messages leave in one write. */
  readonly #line: Duplex;
  readonly #blobs: FramesBlobs;
  readonly #turns: Turns;
  readonly #events: SenderEvents;
  readonly #queue = new LevelQueue();
  readonly #sending = new Map<number, Sending>();
  /** Pieces taken from the queue, in the order in which they are sent. */
  readonly #ahead: Ahead[] = [];
  /** What this turn sends. */
  readonly #parcel: Parcel;
  #aheadBytes = 0;
  #credit = CREDIT;

  constructor(socket: WebSocket, line: Duplex, { blobs, turns }: SenderParts, events: SenderEvents) {
    this.#socket = socket;
    this.#parcel = new Parcel(socket);
    this.#line = line;
    this.#blobs = blobs;
    this.#turns = turns;
    this.#events = events;
  }

  /** Bytes that this connection holds in memory: in the socket and read ahead. */
  get buffered(): number {
    return this.#socket.bufferedAmount + this.#aheadBytes;
  }

  /** Sends a message without payload behind what the socket already holds. */
  send(message: ServerMessage, how: 'plain' | 'deflated' = 'plain'): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const bytes = how === 'plain' ? encodeHead(message) : encodeDeflated(message, deflate);
    this.#socket.send(bytes, { binary: true }, this.#drained);
  }

  /**
   * Starts to send levels of frames; each frame once `ready` has told where it is.
   * @param ranges of a request for one level of one frame: only these bytes of it
   */
  start(
    id: number,
    frames: readonly FrameRef[],
    from: number,
    to: number,
    priority: number,
    ranges: readonly ByteRange[] | null = null,
  ): void {
    this.#sending.set(id, { frames, isPartial: ranges !== null, levels: 0, bytes: 0, reading: 0 });
    this.#queue.add(id, frames.length, from, to, priority, ranges);
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

  /** Something has changed: what is done is told, and what can be sent or read will be when it is this one's turn. */
  pump(): void {
    for (const [id, request] of this.#sending) this.#endIfDone(id, request);
    this.#turns.ask(this);
  }

  get urgency(): number | null {
    const [first] = this.#ahead;
    if (first?.bytes) return first.piece.priority;
    return this.#mayTake() ? this.#queue.urgency : null;
  }

  takeTurn(most: number): number {
    let cost = 0;
    this.#line.cork();
    do {
      cost += this.#flush(most - cost);
      if (!this.#mayTake()) break;
      const piece = this.#queue.next(MAX_PAYLOAD);
      if (!piece) break;
      cost += MESSAGE_COST;
      this.#take(piece);
    } while (cost < most);
    cost += this.#flush(most - cost);
    this.#parcel.send(this.#drained);
    for (const [id, request] of this.#sending) this.#endIfDone(id, request);
    this.#line.uncork();
    return cost;
  }

  close(): void {
    for (const id of [...this.#sending.keys()]) this.#queue.cancel(id);
    this.#sending.clear();
    this.#ahead.length = 0;
    this.#turns.leave(this);
  }

  readonly #drained = (): void => {
    this.pump();
    this.#events.onDrain();
  };

  /** Whether credit, memory and the socket allow one more piece. */
  #mayTake(): boolean {
    return (
      this.#credit > 0 &&
      this.#aheadBytes < READ_AHEAD &&
      this.#ahead.length < PIECES_AHEAD &&
      this.#socket.bufferedAmount + this.#parcel.bytes < SOCKET_HIGH_WATER
    );
  }

  #take(piece: Piece): void {
    const request = this.#sending.get(piece.request) as Sending;
    const { blob, frame } = request.frames[piece.place] as FrameRef;
    const ahead: Ahead = { piece, request, bytes: this.#blobs.kept(piece) ?? null };
    this.#ahead.push(ahead);
    this.#aheadBytes += piece.length;
    this.#credit -= piece.length;
    request.reading++;
    if (ahead.bytes) return;
    const come = (bytes: Uint8Array | Error) => {
      ahead.bytes = bytes;
      this.pump();
    };
    void this.#blobs
      .read(blob, piece, `level ${piece.level} of frame ${frame}`)
      .then(come, (error: unknown) => come(asImageError(error)));
  }

  /** Sends what has been read, up to about `most` bytes. @returns what it cost */
  #flush(most: number): number {
    let cost = 0;
    for (let first = this.#ahead[0]; first?.bytes && cost < most; first = this.#ahead[0]) {
      if (first.bytes instanceof Error) {
        this.#parcel.send(this.#drained);
        this.fail(first.piece.request, first.bytes);
        continue;
      }
      this.#ahead.shift();
      this.#aheadBytes -= first.piece.length;
      first.request.reading--;
      this.#sendPiece(first.piece, first.request, first.bytes);
      cost += first.piece.length;
    }
    return cost;
  }

  #sendPiece(
    { request: id, place, level, segment, offset, isLast }: Piece,
    request: Sending,
    bytes: Uint8Array,
  ): void {
    const { blob, frame } = request.frames[place] as FrameRef;
    const { crc32c, length } = segment;
    request.bytes += bytes.byteLength;
    if (isLast) {
      request.levels++;
      this.#events.onLevelSent(request.isPartial ? request.bytes : length);
    }
    this.#parcel.add(encodeHead({ type: 'level', id, blob, frame, level, crc32c, offset, length }), bytes);
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
