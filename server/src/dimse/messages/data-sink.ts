// Where the data set of a message goes while it comes.
import { AbortReason, PduError } from '../upper-layer/pdu.ts';

export interface DataSink {
  /** Takes the next bytes, which are only valid during the call. A promise holds the peer back until it resolves. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** The message will not come to its end. */
  discard(): void;
}

/** Collects a data set that is small by nature: an identifier of a query, a list of references. */
export class MemorySink implements DataSink {
  readonly #parts: Buffer[] = [];
  readonly #maxBytes: number;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** @throws PduError beyond the limit, which ends the association */
  write(bytes: Uint8Array): undefined {
    this.#length += bytes.length;
    if (this.#length > this.#maxBytes) {
      const message = `The data set of a request has more than ${this.#maxBytes} bytes.`;
      throw new PduError(AbortReason.notSpecified, message);
    }
    this.#parts.push(Buffer.from(bytes));
  }

  discard(): void {
    this.#parts.length = 0;
  }
}
