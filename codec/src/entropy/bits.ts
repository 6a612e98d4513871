// Bit by bit writing and reading of small things: the frequency tables of a level.
import { CodecError } from '../errors.ts';

/** Writes bits, the first in the lowest bit of the first byte. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;

  get length(): number {
    return this.#bits;
  }

  /** Appends the low `count` bits of a value, the lowest first. */
  put(value: number, count: number): void {
    for (let at = 0; at < count; at++, this.#bits++) {
      if ((this.#bits & 7) === 0) this.#bytes.push(0);
      const last = this.#bytes.length - 1;
      this.#bytes[last] = (this.#bytes[last] as number) | (((value >>> at) & 1) << (this.#bits & 7));
    }
  }

  /** Appends a number from 0 as a Rice code: quotient by 2^k in ones and a zero, then k bits of remainder. */
  putRice(value: number, k: number): void {
    for (let left = value >>> k; left > 0; left--) this.put(1, 1);
    this.put(0, 1);
    this.put(value, k);
  }

  /** What was written, zeros up to the end of the last byte. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads what a BitWriter wrote; throws CodecError 'bad-segment' where the bytes end too early. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bits from here on, at least 24 of them, zeros after the last. */
  #ahead(): number {
    const bytes = this.#bytes;
    const first = this.#at >>> 3;
    const all =
      (bytes[first] ?? 0) |
      ((bytes[first + 1] ?? 0) << 8) |
      ((bytes[first + 2] ?? 0) << 16) |
      ((bytes[first + 3] ?? 0) << 24);
    return all >>> (this.#at & 7);
  }

  #skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length * 8) {
      throw new CodecError('bad-segment', 'the tables of a level are cut short');
    }
  }

  /** The next `count` bits, at most 24. */
  take(count: number): number {
    const value = this.#ahead() & ((1 << count) - 1);
    this.#skip(count);
    return value;
  }

  /** The next Rice code; quotients above `limit` are refused. */
  takeRice(k: number, limit: number): number {
    let quotient = 0;
    for (;;) {
      const zeros = ~this.#ahead() | (1 << 24);
      const ones = 31 - Math.clz32(zeros & -zeros);
      quotient += ones;
      if (quotient > limit) throw new CodecError('bad-segment', 'a table of a level holds an endless code');
      this.#skip(ones);
      if (ones < 24) break;
    }
    this.#skip(1);
    return (quotient << k) | this.take(k);
  }

  /** Bytes used so far, a byte that was begun counted whole. Refuses anything but zeros in the rest of that byte. */
  finish(): number {
    const used = (this.#at + 7) >>> 3;
    const rest = this.#at & 7;
    if (rest !== 0 && (this.#bytes[used - 1] as number) >>> rest !== 0) {
      throw new CodecError('bad-segment', 'the tables of a level end in bits that say nothing');
    }
    return used;
  }
}
