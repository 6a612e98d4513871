// The overlay planes of frames, as the server gives them: fetched when a frame is looked at, kept for a while.
import { checkOverlays, type FrameOverlays } from '@strata/protocol/overlays';
import { LRUCache } from 'lru-cache';
import { serverFetch } from '../shell/server-fetch.ts';
import { AnswerError } from '../words/errors.ts';
import type { Slice } from './stack.ts';

const mostBytes = 64 * 2 ** 20;

/**
 * Reads the server's answer.
 * @throws ProtocolError when it is none
 */
export function readOverlays(answer: unknown): FrameOverlays {
  const { planes, problems } = checkOverlays(answer);
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
    const response = await serverFetch(address, { signal });
    if (!response.ok) throw new AnswerError(response.status);
    const overlays = readOverlays(await response.json());
    this.#kept.set(keyOf(slice), overlays);
    return overlays;
  }
}

/** Equal images of two objects share a frame, but not what lies over it. */
const keyOf = ({ instanceUid, frameNumber }: Slice): string => `${instanceUid}/${frameNumber}`;
