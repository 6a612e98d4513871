// One connection: greets, answers requests, and ends for a reason that the client is told.
import type { Duplex } from 'node:stream';
import { ProtocolError } from '@strata/protocol/errors';
import { MAX_FRAMES_PER_REQUEST, PROTOCOL_VERSION } from '@strata/protocol/limits';
import type { Hello } from '@strata/protocol/messages';
import type { WebSocket } from 'ws';
import { ImageError } from './image-error.ts';
import { ANSWERS_HIGH_WATER, CREDIT, MAX_REQUESTS, SOCKET_HIGH_WATER } from './limits.ts';
import { Receiver, type Request, UnsupportedVersion } from './receiver.ts';
import { Requests } from './requests.ts';
import { Sender } from './sender.ts';
import type { Admitted, Scope, SessionParts } from './session-parts.ts';

const PROTOCOL_VIOLATION = 1002;
const POLICY_VIOLATION = 1008;
const SERVER_FAILURE = 1011;
const TRY_AGAIN_LATER = 1013;

export class Session {
  lastHeard = performance.now();
  readonly #socket: WebSocket;
  readonly #parts: SessionParts;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #requests: Requests;
  readonly #helloTimer: NodeJS.Timeout;
  #drains: (() => void)[] = [];
  #leaving = false;
  #welcomed = false;
  #scope: Scope | null = null;
  /** Whether it has asked to be told when its worklist is another. */
  #wantsNews = false;

  /** @param line the stream below the WebSocket */
  constructor(socket: WebSocket, line: Duplex, parts: SessionParts, onClosed: (session: Session) => void) {
    this.#socket = socket;
    this.#parts = parts;
    this.#receiver = new Receiver({
      onHello: (hello) => this.#greet(hello),
      onRequest: (request) => this.#take(request),
    });
    this.#sender = new Sender(socket, line, parts, {
      onEnd: (id) => this.#requests.end(id),
      onError: (id, error) => this.#requests.refuse(id, error),
      onDrain: () => this.#onDrain(),
      onLevelSent: (bytes) => {
        parts.counters.levels++;
        parts.counters.bytes += bytes;
      },
    });
    this.#requests = new Requests(parts, this.#sender, () => this.#room());
    this.#helloTimer = setTimeout(() => this.close(POLICY_VIOLATION, 'no hello'), parts.timing.hello);
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== socket.OPEN) return; // told to go already
      this.lastHeard = performance.now();
      try {
        this.#receiver.receive(data, isBinary);
      } catch (error) {
        this.#violated(error);
      }
    });
    // ws closes by itself after an error (too large a message, broken framing); the code says why.
    socket.on('error', (error) => this.#parts.log.debug({ err: error }, 'a connection failed'));
    socket.on('close', () => {
      clearTimeout(this.#helloTimer);
      this.#requests.abortAll();
      this.#sender.close();
      this.#onDrain();
      onClosed(this);
    });
  }

  /** When the last request began or ended. */
  get lastBusy(): number {
    return this.#requests.lastBusy;
  }

  /** Requests that are not answered yet. */
  get openRequests(): number {
    return this.#requests.size;
  }

  /** Bytes of answers that wait in memory for the client to take them. */
  get buffered(): number {
    return this.#sender.buffered;
  }

  /** Asks the client to go elsewhere; what runs goes on, nothing new is taken. */
  leave(reason: string): void {
    if (this.#leaving) return;
    this.#leaving = true;
    if (this.#welcomed) this.#sender.send({ type: 'goaway', reason });
  }

  /** Tells the client that a study has grown. */
  tellChanged(study: string): void {
    if (!this.#welcomed || (this.#scope && this.#scope.studyUid !== study)) return;
    this.#sender.send({ type: 'changed', study });
  }

  /** Tells the client of each study that it has asked for: any of them may have grown. */
  tellAllChanged(): void {
    for (const study of this.#requests.studies) this.tellChanged(study);
  }

  /** Tells the client that its worklist may be another, if it wants to know; once. */
  tellWorklistChanged(): void {
    if (!this.#wantsNews) return;
    this.#wantsNews = false;
    this.#sender.send({ type: 'worklistChanged' });
  }

  /** Tells the client which servers there are now. */
  tellPool(): void {
    if (this.#welcomed) this.#sender.send({ type: 'servers', pool: [...this.#parts.pool] });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason.slice(0, 120));
    // A client that does not answer the close is not waited for.
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Ends a connection whose study is not open to it any more. */
  checkScope(): void {
    void this.#scope?.isOpen().then((isOpen) => isOpen || this.#turnAway());
  }

  #greet(hello: Hello): void {
    clearTimeout(this.#helloTimer);
    const admitted = this.#parts.admits(hello);
    if (!(admitted instanceof Promise)) {
      this.#letIn(admitted);
      return;
    }
    // It waits for its welcome; meanwhile nothing is read.
    this.#socket.pause();
    admitted.then(
      (known) => {
        this.#socket.resume();
        if (this.#socket.readyState === this.#socket.OPEN) this.#letIn(known);
      },
      (error) => {
        this.#socket.resume();
        this.#parts.log.warn({ err: error }, 'a token could not be judged');
        this.close(TRY_AGAIN_LATER, 'the token cannot be judged now');
      },
    );
  }

  #letIn(admitted: Admitted): void {
    if (admitted === false) {
      this.#turnAway();
      return;
    }
    if (admitted !== true) {
      this.#scope = admitted;
      this.#requests.limitTo(admitted.studyUid);
    }
    this.#welcome();
  }

  #turnAway(): void {
    const message = 'The token is not valid here, or not any more.';
    this.#sender.send({ type: 'error', id: null, code: 'unauthorised', message });
    this.close(POLICY_VIOLATION, 'unauthorised');
  }

  #welcome(): void {
    this.#welcomed = true;
    const { serverId, pool, timing } = this.#parts;
    const name = pool.find((each) => each.id === serverId)?.name ?? serverId;
    this.#sender.send({
      type: 'welcome',
      version: PROTOCOL_VERSION,
      serverId,
      name,
      pool: [...pool],
      limits: {
        credit: CREDIT,
        maxRequests: MAX_REQUESTS,
        maxFrames: MAX_FRAMES_PER_REQUEST,
        silence: timing.silence,
      },
    });
    if (this.#leaving) this.#sender.send({ type: 'goaway', reason: 'restart' });
  }

  #take(request: Request): void {
    if (!this.#welcomed) throw new ProtocolError('bad-value', `A ${request.type} before the welcome.`);
    switch (request.type) {
      case 'credit':
        this.#sender.grant(request.bytes);
        break;
      case 'cancel':
        this.#requests.cancel(request.id, request.frames);
        break;
      case 'prioritise':
        this.#sender.prioritise(request.id, request.priority, request.frames);
        break;
      case 'ping':
        this.#sender.send({ type: 'pong', id: request.id });
        break;
      case 'report':
        this.#onReport(request);
        break;
      default:
        // Before the question is asked: what is committed from now on may be missing in the answer.
        if (request.type === 'worklist' && request.news) this.#wantsNews = this.#scope === null;
        if (this.#leaving) this.#requests.refuse(request.id, new ImageError('leaving', 'This server stops.'));
        else this.#requests.begin(request);
    }
    this.#holdBack();
  }

  #onReport({ blob, frame, level, reason }: Extract<Request, { type: 'report' }>): void {
    // What it has seen was verified by it; who has a link only is not to set others to work.
    if (this.#scope) return;
    this.#parts.counters.reports++;
    this.#parts.log.warn({ blob, frame, level, reason }, 'a client received a damaged level');
    this.#parts.blobs.report(blob, reason);
  }

  /** Resolves when the socket has taken enough of what was sent before. */
  async #room(): Promise<void> {
    while (this.#socket.readyState === this.#socket.OPEN && this.#socket.bufferedAmount > SOCKET_HIGH_WATER) {
      await new Promise<void>((resolve) => this.#drains.push(resolve));
    }
  }

  // Who asks but does not read the answers is not listened to until the answers have left.
  #holdBack(): void {
    if (this.#socket.bufferedAmount > ANSWERS_HIGH_WATER) this.#socket.pause();
  }

  #onDrain(): void {
    if (this.#socket.isPaused && this.#socket.bufferedAmount < ANSWERS_HIGH_WATER / 2) this.#socket.resume();
    const drains = this.#drains;
    this.#drains = [];
    for (const drain of drains) drain();
  }

  #violated(error: unknown): void {
    if (!(error instanceof ProtocolError)) {
      this.#parts.log.warn({ err: error }, 'a message could not be handled');
      this.close(SERVER_FAILURE, 'the server failed');
      return;
    }
    this.#parts.counters.violations++;
    const code = error instanceof UnsupportedVersion ? 'unsupported-version' : 'protocol';
    this.#sender.send({ type: 'error', id: null, code, message: error.message.slice(0, 1000) });
    this.#parts.log.info({ reason: error.message.slice(0, 200) }, 'a client broke the protocol');
    this.close(PROTOCOL_VIOLATION, error.message);
  }
}
