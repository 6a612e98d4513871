// Segments already received, bounded by bytes, and how many levels frames turned out to have.
import type { ByteRange } from '@strata/protocol/messages';
import { LRUCache } from 'lru-cache';
import type { Segment } from './types.ts';

// What an entry costs beside its bytes: key, object, the message's envelope in the same buffer.
const ENTRY_BYTES = 512;
const MAX_FRAMES_REMEMBERED = 200_000;

/** Bytes of a level, verified, and where they begin in it. */
export interface LevelPart {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The name of one level of one frame. */
export function segmentKey(blob: string, frame: number, level: number): string {
  return `${blob}/${frame}/${level}`;
}

export class SegmentCache {
  readonly #segments: LRUCache<string, Segment | LevelPart> | null;
  readonly #lastLevels = new LRUCache<string, number>({ max: MAX_FRAMES_REMEMBERED });

  /** @param bytes most bytes to keep; 0 keeps nothing */
  constructor(bytes: number) {
    this.#segments = bytes > 0 ? new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf }) : null;
  }

  get bytes(): number {
    return this.#segments?.calculatedSize ?? 0;
  }

  get(blob: string, frame: number, level: number): Segment | undefined {
    return this.#segments?.get(segmentKey(blob, frame, level)) as Segment | undefined;
  }

  /** A part of a level: it came alone, or the whole level is here. */
  getPart(blob: string, frame: number, level: number, { offset, length }: ByteRange): LevelPart | undefined {
    const own = this.#segments?.get(partKey(blob, frame, level, offset));
    if (own?.bytes.byteLength === length) return own as LevelPart;
    const bytes = this.get(blob, frame, level)?.bytes.subarray(offset, offset + length);
    return bytes && { offset, bytes };
  }

  putPart(blob: string, frame: number, level: number, part: LevelPart): void {
    this.#segments?.set(partKey(blob, frame, level, part.offset), part);
  }

  /** Whether the segment is here; always when nothing is kept, since keeping it would be in vain. */
  has({ blob, frame, level }: Pick<Segment, 'blob' | 'frame' | 'level'>): boolean {
    return !this.#segments || this.#segments.has(segmentKey(blob, frame, level));
  }

  put(segment: Segment): void {
    // lru-cache refuses what is larger than the whole cache without complaint.
    this.#segments?.set(segmentKey(segment.blob, segment.frame, segment.level), segment);
  }

  /** The frame's own last level, when a request has reached it before. */
  lastLevel(blob: string, frame: number): number | undefined {
    return this.#lastLevels.get(`${blob}/${frame}`);
  }

  rememberLastLevel(blob: string, frame: number, level: number): void {
    this.#lastLevels.set(`${blob}/${frame}`, level);
  }

  clear(): void {
    this.#segments?.clear();
    this.#lastLevels.clear();
  }
}

function partKey(blob: string, frame: number, level: number, offset: number): string {
  return `${segmentKey(blob, frame, level)}@${offset}`;
}

function sizeOf({ bytes }: Segment | LevelPart): number {
  return bytes.byteLength + ENTRY_BYTES;
}
