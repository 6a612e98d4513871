// The overlay planes of frames, as the server gives them: fetched when a frame is looked at, kept for a while.
import { type Check, integer, list, numbers, object, text } from '@strata/protocol/checks';
import { words } from '@strata/protocol/fields';
import { MAX_OVERLAYS, MAX_REASONS } from '@strata/protocol/limits';
import { LRUCache } from 'lru-cache';
import type { Slice } from './stack.ts';

/** One plane (PS3.3 C.9.2). */
export interface OverlayPlane {
  /** '6000' and so on. */
  readonly group: string;
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  /** Row and column of the image where its first point lies; 1, 1 is the image's first pixel. */
  readonly origin: readonly [number, number];
  /** One bit a point, row by row without gaps, the first in the lowest bit. */
  readonly bits: Uint8Array;
}

export interface FrameOverlays {
  readonly planes: readonly OverlayPlane[];
  /** Why planes are missing, for people. */
  readonly problems: readonly string[];
}

/** Characters of 2 ** 26 points in base64. */
const mostText = 11_184_812;
const mostBytes = 64 * 2 ** 20;

const checkPlane = object({
  group: words,
  label: words,
  rows: integer(1, 65_535),
  columns: integer(1, 65_535),
  origin: numbers<[number, number]>(2),
  bits: text(mostText),
});
const checkAnswer: Check<{ planes: ReturnType<typeof checkPlane>[]; problems: string[] }> = object({
  planes: list(checkPlane, MAX_OVERLAYS),
  problems: list(words, MAX_REASONS),
});

/**
 * Reads the server's answer.
 * @throws ProtocolError when it is none
 */
export function readOverlays(answer: unknown): FrameOverlays {
  const { planes, problems } = checkAnswer(answer);
  return { planes: planes.map((plane) => ({ ...plane, bits: bytesOf(plane.bits) })), problems };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

export class OverlaySource {
  readonly #kept = new LRUCache<string, FrameOverlays>({
    maxSize: mostBytes,
    sizeCalculation: ({ planes }) => planes.reduce((sum, { bits }) => sum + bits.length, 256),
  });

  /** What is kept of a frame. */
  get(slice: Slice): FrameOverlays | undefined {
    return this.#kept.get(keyOf(slice));
  }

  /** Asks for the planes of a frame. @throws what fetch throws, Error when the server refuses, ProtocolError */
  async load(slice: Slice, signal: AbortSignal): Promise<FrameOverlays> {
    const address = `/gateway/instances/${encodeURIComponent(slice.instanceUid)}/overlays?frame=${slice.frameNumber}`;
    const response = await fetch(address, { signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const overlays = readOverlays(await response.json());
    this.#kept.set(keyOf(slice), overlays);
    return overlays;
  }
}

/** Equal images of two objects share a frame, but not what lies over it. */
const keyOf = ({ instanceUid, frameNumber }: Slice): string => `${instanceUid}/${frameNumber}`;
