// One association as a state machine over a socket (PS3.8 section 9.2): what may come when, timers, release, abort.
import type { Socket } from 'node:net';
import { AssociationError, rejectionText } from './association-error.ts';
import {
  AbortReason,
  type AssociateAccept,
  type AssociateReject,
  type AssociateRequest,
  type ControlPdu,
  type DataPiece,
  PduError,
} from './pdu.ts';
import { PduReceiver } from './pdu-receiver.ts';
import { DATA_HEADER, dataHeader, writePdu } from './write-pdu.ts';

/** The states of PS3.8 table 9-10 that can be told apart here, with their numbers there. */
type State =
  | 'awaiting-request' // Sta2
  | 'deciding' // Sta3
  | 'awaiting-answer' // Sta5
  | 'established' // Sta6
  | 'releasing' // Sta7
  | 'closing' // Sta13
  | 'closed'; // Sta1

export interface UpperLayerOptions {
  /** Largest P-DATA-TF that is taken. */
  readonly maxPduBytes: number;
  /** How long to wait for the other side at the beginning and at the end. */
  readonly artimMs: number;
}

/** Smallest P-DATA-TF that is sent to a peer that says it takes less, and the largest to one that takes anything. */
const LEAST_PDU = 1024;
const MOST_PDU = 2 ** 18;

/** The end of an association: in order, or with what broke it. */
export type End = { readonly error: AssociationError | null };

export class UpperLayer {
  /** Resolves when the association is over, however that came about; the socket is closed or soon will be. */
  readonly ended: Promise<End>;
  /** Told of each piece of data; while its promise is open nothing further is read. */
  onData: (piece: DataPiece) => Promise<void> | undefined = () => undefined;
  /** Told of the peer's wish to associate; answered by `accept` or `reject`. */
  onRequest: (request: AssociateRequest) => void = () => this.abort(AbortReason.unexpectedPdu);

  readonly #socket: Socket;
  readonly #options: UpperLayerOptions;
  readonly #receiver: PduReceiver;
  #state: State;
  #pumping = false;
  #end: (end: End) => void = () => undefined;
  #answer: { resolve: (accept: AssociateAccept) => void; reject: (error: AssociationError) => void } | null =
    null;
  #artim: NodeJS.Timeout | null = null;
  #silence = '';
  #peerPduBytes = LEAST_PDU;

  /** @param role 'acceptor' waits for the peer's request, 'requestor' for `request` to be called */
  constructor(socket: Socket, role: 'acceptor' | 'requestor', options: UpperLayerOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#receiver = new PduReceiver(options.maxPduBytes);
    this.#state = role === 'acceptor' ? 'awaiting-request' : 'awaiting-answer';
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk) => void this.#pump(chunk));
    socket.on('timeout', () => this.#fail(new AssociationError('silent', this.#silence)));
    socket.on('error', (error) => this.#over(new AssociationError('lost', error.message, error)));
    socket.on('close', () => this.#closed());
    this.#startArtim();
  }

  get established(): boolean {
    return this.#state === 'established';
  }

  /** Whether the peer is in the middle of a PDU. */
  get insidePdu(): boolean {
    return this.#receiver.inside;
  }

  /** Asks the peer for an association. @throws AssociationError */
  request(request: AssociateRequest): Promise<AssociateAccept> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
      this.#socket.write(writePdu(request));
    });
  }

  /** Agrees to the association that `onRequest` told of. */
  accept(accept: AssociateAccept, peerPduBytes: number): void {
    if (this.#state !== 'deciding') return;
    this.#stopArtim();
    this.#state = 'established';
    this.#limitPdus(peerPduBytes);
    this.#socket.write(writePdu(accept));
  }

  /** Refuses it; the peer closes. */
  reject(why: Omit<AssociateReject, 'type'>): void {
    if (this.#state !== 'deciding') return;
    this.#socket.write(writePdu({ type: 'associate-reject', ...why }));
    this.#over(new AssociationError('rejected', rejectionText(why.source, why.reason)));
    this.#hangUp();
  }

  /**
   * Sends a command set and, behind it, a data set, in P-DATA-TFs that the peer takes.
   * Resolves when the system has taken the bytes, so that a slow peer holds its sender back.
   * @throws AssociationError when the association is over
   */
  async send(contextId: number, command: Uint8Array, dataSet: Uint8Array | null): Promise<void> {
    this.#cork(() => this.#writeValues(contextId, true, command, 0, command.length));
    // Some hundred kilobytes at a time, so that what waits in memory is bounded.
    for (let at = 0; dataSet !== null; ) {
      const upTo = Math.min(dataSet.length, at + MOST_PDU);
      const from = at;
      this.#cork(() => this.#writeValues(contextId, false, dataSet, from, upTo));
      at = upTo;
      if (at === dataSet.length) break;
      await this.#drained();
    }
    await this.#drained();
  }

  /** Ends the association in order: resolves when the peer has agreed, or it is over otherwise. */
  async release(): Promise<void> {
    if (this.#state === 'established') {
      this.#state = 'releasing';
      this.#startArtim();
      this.#socket.write(writePdu({ type: 'release-request' }));
    }
    await this.ended;
  }

  /** Ends it at once. @param reason of `AbortReason`: given as the provider; without one, as the user */
  abort(reason?: number, why = 'aborted here'): void {
    if (this.#state === 'closed' || this.#state === 'closing') return;
    const source = reason === undefined ? 0 : 2;
    this.#socket.write(writePdu({ type: 'abort', source, reason: reason ?? 0 }));
    this.#over(new AssociationError('aborted', why));
    this.#hangUp();
  }

  /** From now on the peer may be silent for so long, and then counts as gone; 0 for as long as it likes. */
  allowSilence(ms: number, message: string): void {
    this.#silence = message;
    this.#socket.setTimeout(ms);
  }

  async #pump(chunk: Uint8Array): Promise<void> {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    if (this.#pumping) return this.abort(AbortReason.notSpecified, 'bytes came out of turn');
    this.#pumping = true;
    try {
      this.#receiver.push(chunk);
      for (let pdu = this.#receiver.next(); pdu !== null; pdu = this.#receiver.next()) {
        const wait = this.#take(pdu);
        if (wait) {
          this.#socket.pause();
          await wait;
          this.#socket.resume();
        }
        if (this.#isOver) return;
      }
    } catch (error) {
      if (error instanceof PduError) return this.abort(error.reason, error.message);
      const message = error instanceof Error ? error.message : String(error);
      this.abort(AbortReason.notSpecified, message);
      this.#socket.resume();
    } finally {
      this.#pumping = false;
    }
  }

  get #isOver(): boolean {
    return this.#state === 'closing' || this.#state === 'closed';
  }

  #take(pdu: ControlPdu | DataPiece): Promise<void> | undefined {
    switch (pdu.type) {
      case 'data':
        // Data on its way when a release was asked for may still come (PS3.8 table 9-10, Sta7).
        if (this.#state === 'established' || this.#state === 'releasing') return this.onData(pdu);
        break;
      case 'associate-request':
        if (this.#state !== 'awaiting-request') break;
        this.#stopArtim();
        this.#state = 'deciding';
        this.onRequest(pdu);
        return;
      case 'associate-accept':
        if (this.#state !== 'awaiting-answer' || !this.#answer) break;
        this.#stopArtim();
        this.#state = 'established';
        this.#limitPdus(pdu.user.maxPduBytes);
        this.#answer.resolve(pdu);
        return;
      case 'associate-reject':
        if (this.#state !== 'awaiting-answer') break;
        this.#over(new AssociationError('rejected', rejectionText(pdu.source, pdu.reason)));
        this.#hangUp();
        return;
      case 'release-request':
        if (this.#state !== 'established' && this.#state !== 'releasing') break;
        this.#socket.write(writePdu({ type: 'release-response' }));
        this.#over(null);
        this.#waitForClose();
        return;
      case 'release-response':
        if (this.#state !== 'releasing') break;
        this.#over(null);
        this.#hangUp();
        return;
      case 'abort':
        this.#over(new AssociationError('aborted', `the peer aborted (${pdu.source}/${pdu.reason})`));
        this.#hangUp();
        return;
    }
    throw new PduError(AbortReason.unexpectedPdu, `A PDU '${pdu.type}' came out of turn (${this.#state}).`);
  }

  #limitPdus(bytes: number): void {
    this.#peerPduBytes = bytes === 0 ? MOST_PDU : Math.min(MOST_PDU, Math.max(LEAST_PDU, bytes));
  }

  #writeValues(contextId: number, command: boolean, bytes: Uint8Array, from: number, upTo: number): void {
    // Fragments have an even length where they can (PS3.8 annex E).
    const most = (this.#peerPduBytes + 6 - DATA_HEADER) & ~1;
    let at = from;
    do {
      const length = Math.min(most, upTo - at);
      const last = at + length === bytes.length;
      this.#socket.write(dataHeader(contextId, command, last, length));
      this.#socket.write(bytes.subarray(at, at + length));
      at += length;
    } while (at < upTo);
  }

  /** Lets many small writes leave together. */
  #cork(write: () => void): void {
    if (this.#state !== 'established') throw new AssociationError('closed', 'The association is over.');
    this.#socket.cork();
    write();
    this.#socket.uncork();
  }

  async #drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain) return;
    await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.ended]);
    if (this.#isOver) throw new AssociationError('lost', 'The association ended while data was being sent.');
  }

  #startArtim(): void {
    this.#stopArtim();
    const { artimMs } = this.#options;
    this.#artim = setTimeout(() => {
      if (this.#state === 'closing') this.#socket.destroy();
      else this.#fail(new AssociationError('silent', `no answer of the peer within ${artimMs / 1000} s`));
    }, artimMs);
  }

  #stopArtim(): void {
    if (this.#artim) clearTimeout(this.#artim);
    this.#artim = null;
  }

  /** The peer fell silent. */
  #fail(error: AssociationError): void {
    if (this.#isOver) return;
    if (this.#state !== 'awaiting-request') {
      this.#socket.write(writePdu({ type: 'abort', source: 2, reason: AbortReason.notSpecified }));
    }
    this.#over(error);
    this.#hangUp();
  }

  /** Nothing is read or sent any more. */
  #over(error: AssociationError | null): void {
    if (this.#isOver) return;
    this.#state = 'closing';
    this.#socket.setTimeout(0);
    this.#end({ error });
    this.#answer?.reject(error ?? new AssociationError('closed', 'the association was released'));
    this.#answer = null;
  }

  /** Closes this side; what still comes is read and thrown away, so that the peer sees our last word. */
  #hangUp(): void {
    this.#socket.end();
    this.#waitForClose();
  }

  #waitForClose(): void {
    this.#socket.resume();
    if (!this.#socket.destroyed) this.#startArtim();
  }

  #closed(): void {
    this.#over(new AssociationError('lost', 'the peer closed the connection without a release'));
    this.#stopArtim();
    this.#state = 'closed';
  }
}
