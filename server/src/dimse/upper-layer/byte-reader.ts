// Reads big endian fields one after the other and never past the end.
import { AbortReason, PduError } from './pdu.ts';

/** Longest UID that is believed; PS3.5 allows 64, some write padding behind it. */
const MAX_UID = 128;

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** A part of so many bytes, to be read on its own. */
  part(length: number): ByteReader {
    const at = this.#take(length);
    return new ByteReader(this.#bytes.subarray(at, at + length));
  }

  text(length: number): string {
    const at = this.#take(length);
    return String.fromCharCode(...this.#bytes.subarray(at, at + length));
  }

  /** The remaining bytes. */
  bytes(): Uint8Array {
    const at = this.#take(this.#bytes.length - this.#at);
    return this.#bytes.subarray(at);
  }

  rest(): string {
    return this.text(this.#bytes.length - this.#at);
  }

  /** The remaining bytes as a UID; padding behind it is left out. */
  uid(): string {
    const length = this.#bytes.length - this.#at;
    if (length > MAX_UID) throw new PduError(AbortReason.invalidParameter, `A UID has ${length} bytes.`);
    return this.text(length).replace(/[\0 ]+$/, '');
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) {
      throw new PduError(
        AbortReason.invalidParameter,
        `A field of ${length} bytes ends behind its item, at byte ${at} of ${this.#bytes.length}.`,
      );
    }
    this.#at = at + length;
    return at;
  }
}
