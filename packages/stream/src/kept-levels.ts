// Levels kept from an earlier day, as on a disk: asked for before the servers are, and never waited for long.
import { crc32c } from '@strata/codec/crc32c';
import type { FrameRef } from '@strata/protocol/messages';
import { segmentKey } from './cache.ts';
import type { Clock } from './clock.ts';
import type { KeptLevels, Segment } from './types.ts';

/** A disk that says nothing for so long, or takes so long for all, is slower than the servers. */
const SILENCE_MS = 500;
const PATIENCE_MS = 2_000;
const KEYS_AT_ONCE = 32;
const CRC_BYTES = 4;

export class Recall {
  readonly #kept: KeptLevels;
  readonly #clock: Clock;

  constructor(kept: KeptLevels, clock: Clock) {
    this.#kept = kept;
    this.#clock = clock;
  }

  /**
   * What is kept of levels `from`..`to` of the frames, each with its checksum verified, by `segmentKey`. Never throws; a
   * disk that is slow ends it early.
   * @param has whether a level is at hand anyway
   */
  async recall(
    frames: readonly FrameRef[],
    levelsOf: (frame: FrameRef) => { readonly from: number; readonly to: number },
    has: (level: FrameRef & { readonly level: number }) => boolean,
  ): Promise<ReadonlyMap<string, Segment>> {
    const wanted = frames.flatMap((frame) => {
      const { from, to } = levelsOf(frame);
      const levels = Array.from({ length: to - from + 1 }, (_, index) => ({ ...frame, level: from + index }));
      return levels.filter((level) => !has(level));
    });
    const found = new Map<string, Segment>();
    const until = this.#clock.now() + PATIENCE_MS;
    for (let at = 0; at < wanted.length && this.#clock.now() < until; at += KEYS_AT_ONCE) {
      const some = wanted.slice(at, at + KEYS_AT_ONCE);
      const keys = some.map(({ blob, frame, level }) => segmentKey(blob, frame, level));
      const values = await this.#soon(this.#kept.get(keys));
      if (!values) break;
      some.forEach((level, index) => {
        const segment = segmentOf(level, values[index] ?? null);
        if (segment) found.set(keys[index] as string, segment);
      });
    }
    return found;
  }

  /** What a promise gives; null when it fails or keeps silent. */
  async #soon<Value>(promise: Promise<Value>): Promise<Value | null> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const stop = this.#clock.after(SILENCE_MS, () => resolve(null));
    try {
      return await Promise.race([promise.catch(() => null), late]);
    } finally {
      stop();
    }
  }

  /** Keeps a level that came from a server. */
  keep({ blob, frame, level, crc32c: checksum, bytes }: Segment): void {
    const value = new Uint8Array(CRC_BYTES + bytes.byteLength);
    new DataView(value.buffer).setUint32(0, checksum);
    value.set(bytes, CRC_BYTES);
    void this.#kept.put(segmentKey(blob, frame, level), value).catch(() => undefined); // it comes from the servers again
  }
}

function segmentOf(
  level: FrameRef & { readonly level: number },
  value: Uint8Array<ArrayBuffer> | null,
): Segment | null {
  if (!value || value.byteLength < CRC_BYTES) return null;
  const checksum = new DataView(value.buffer, value.byteOffset).getUint32(0);
  const bytes = value.subarray(CRC_BYTES);
  return crc32c(bytes) === checksum ? { ...level, crc32c: checksum, bytes } : null;
}
