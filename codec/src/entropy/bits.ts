// Bit by bit writing and reading of small things: the frequency tables of a level.
import { CodecError } from '../errors.ts';

/** Writes bits, the first in the lowest bit of the first byte. */
export class BitWriter {
  readonly #bytes: number[] = [];
  /** Those that do not fill a byte yet. */
  #pending = 0;
  #count = 0;

  /** Appends the low `count` bits of a value, at most 16, the lowest first. */
  put(value: number, count: number): void {
    this.#pending |= (value & ((1 << count) - 1)) << this.#count;
    this.#count += count;
    for (; this.#count >= 8; this.#count -= 8, this.#pending >>>= 8) this.#bytes.push(this.#pending & 255);
  }

  /** Appends a number from 0 as a Rice code: quotient by 2^k in ones and a zero, then k bits (at most 15) of remainder. */
  putRice(value: number, k: number): void {
    let ones = value >>> k;
    for (; ones > 15; ones -= 15) this.put(2 ** 15 - 1, 15);
    this.put(2 ** ones - 1, ones + 1);
    this.put(value, k);
  }

  /** What was written, zeros up to the end of the last byte. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#count > 0 ? [...this.#bytes, this.#pending] : this.#bytes);
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
