// The content of a zip entry, ended only when its checksum is right.
import { Transform, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';

/**
 * Passes bytes on and compares their CRC-32 (APPNOTE.TXT 4.4.7) before the last of them: whoever reads on gets an error
 * instead of the end, and never the whole of something damaged.
 */
export class CheckedContent extends Transform {
  readonly #expected: number;
  #crc = 0;
  #held: Buffer | null = null;

  /** @param expected the CRC-32 that the archive states */
  constructor(expected: number) {
    super();
    this.#expected = expected >>> 0;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#crc = crc32(chunk, this.#crc);
    if (this.#held) this.push(this.#held);
    this.#held = chunk;
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#crc !== this.#expected) {
      done(new Error('its checksum in the archive is wrong, so it is damaged'));
      return;
    }
    if (this.#held) this.push(this.#held);
    done();
  }
}
