// Cuts a stream of bytes into PDUs; P-DATA passes through in pieces, so that nothing large is collected here.
import { AbortReason, type ControlPdu, type DataPiece, PduError, PduType } from './pdu.ts';
import { readPdu } from './read-pdu.ts';

/** Of an association request or answer: 128 contexts with all transfer syntaxes there are take about 250 KB. */
const MAX_ASSOCIATE_BYTES = 2 ** 20;
const PDU_HEADER = 6;
const VALUE_HEADER = 6;

/** Where it is in the stream. */
type Step = 'pdu-header' | 'control' | 'value-header' | 'value';

/**
 * Takes chunks of any size and gives PDUs. Keeps no more than one chunk, one header, and one association PDU.
 * After it has thrown it is of no use.
 */
export class PduReceiver {
  readonly #maxDataBytes: number;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #step: Step = 'pdu-header';
  /** A header or a control PDU that is being collected. */
  #collected: Buffer = Buffer.alloc(PDU_HEADER);
  #filled = 0;
  #type = 0;
  /** Bytes of the P-DATA-TF that are still to come. */
  #pduLeft = 0;
  /** Bytes of the presentation data value that are still to come, and whose they are. */
  #valueLeft = 0;
  #contextId = 0;
  #control = 0;

  /** @param maxDataBytes largest P-DATA-TF, as told to the peer */
  constructor(maxDataBytes: number) {
    this.#maxDataBytes = maxDataBytes;
  }

  /** Gives it the next bytes of the stream. To be called only when `next` has returned null. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** Whether it is in the middle of a PDU. */
  get inside(): boolean {
    return this.#step !== 'pdu-header' || this.#filled > 0;
  }

  /** The next PDU or piece, or null when more bytes are needed. @throws PduError */
  next(): ControlPdu | DataPiece | null {
    for (;;) {
      if (this.#step === 'value') return this.#piece();
      if (!this.#collect()) return null;
      if (this.#step === 'pdu-header') this.#startPdu();
      else if (this.#step === 'value-header') this.#startValue();
      else {
        const pdu = readPdu(this.#type, this.#collected);
        this.#expect('pdu-header', PDU_HEADER);
        return pdu;
      }
    }
  }

  #startPdu(): void {
    this.#type = this.#collected[0] as number;
    const length = this.#collected.readUInt32BE(2);
    if (this.#type === PduType.data) {
      this.#check(length, this.#maxDataBytes);
      this.#pduLeft = length;
      this.#nextValue();
      return;
    }
    if (this.#type < PduType.associateRequest || this.#type > PduType.abort) {
      throw new PduError(AbortReason.unrecognizedPdu, `There is no PDU of type ${this.#type}.`);
    }
    this.#check(length, this.#type <= PduType.associateAccept ? MAX_ASSOCIATE_BYTES : 4);
    this.#expect('control', length);
  }

  #check(length: number, most: number): void {
    if (length <= most) return;
    throw new PduError(
      AbortReason.invalidParameter,
      `A PDU of type ${this.#type} claims ${length} bytes; at most ${most} are taken.`,
    );
  }

  #startValue(): void {
    const length = this.#collected.readUInt32BE(0);
    if (length < 2 || length > this.#pduLeft - 4) {
      throw new PduError(AbortReason.invalidParameter, `A presentation data value claims ${length} bytes.`);
    }
    this.#pduLeft -= 4 + length;
    this.#valueLeft = length - 2;
    this.#contextId = this.#collected[4] as number;
    this.#control = this.#collected[5] as number;
    this.#step = 'value';
  }

  /** What there is of the value; null when nothing of it has come yet. */
  #piece(): DataPiece | null {
    const here = Math.min(this.#valueLeft, this.#chunk.length - this.#at);
    if (here === 0 && this.#valueLeft > 0) return null;
    const bytes = this.#chunk.subarray(this.#at, this.#at + here);
    this.#at += here;
    this.#valueLeft -= here;
    const ends = this.#valueLeft === 0;
    if (ends) this.#nextValue();
    return {
      type: 'data',
      contextId: this.#contextId,
      command: (this.#control & 1) !== 0,
      last: ends && (this.#control & 2) !== 0,
      bytes,
    };
  }

  #nextValue(): void {
    if (this.#pduLeft > 0 && this.#pduLeft < VALUE_HEADER) {
      throw new PduError(
        AbortReason.invalidParameter,
        `${this.#pduLeft} bytes are left over at a P-DATA's end.`,
      );
    }
    if (this.#pduLeft === 0) this.#expect('pdu-header', PDU_HEADER);
    else this.#expect('value-header', VALUE_HEADER);
  }

  #expect(step: Step, bytes: number): void {
    this.#step = step;
    this.#collected = Buffer.alloc(bytes);
    this.#filled = 0;
  }

  /** Whether everything that is expected has been collected. */
  #collect(): boolean {
    const here = Math.min(this.#collected.length - this.#filled, this.#chunk.length - this.#at);
    this.#collected.set(this.#chunk.subarray(this.#at, this.#at + here), this.#filled);
    this.#filled += here;
    this.#at += here;
    return this.#filled === this.#collected.length;
  }
}
