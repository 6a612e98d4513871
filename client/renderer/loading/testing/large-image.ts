// A large image for tests: coded, and served and decoded in this process as the client and its workers do.
import { loadCodec } from '@strata/codec/codec';
import { pixelBytes } from '@strata/codec/format';
import { type Header, readHeader } from '@strata/codec/header';
import type {
  GetResult,
  Getting,
  GettingParts,
  LevelsRequest,
  OnPart,
  OnSegment,
  PartsRequest,
} from '@strata/stream/types';
import { DecodeError } from '../../decoding/decode-pool.ts';
import { displayPixels, regionPixels } from '../../decoding/display-pixels.ts';
import { FrameStates } from '../../decoding/frame-states.ts';
import type { CodedLevel, DisplayWish, RegionParts } from '../../decoding/messages.ts';
import type { LoadableSlice } from '../slice-state.ts';

const [width, height] = [2048, 1536];
const format = { width, height, samples: 1, bits: 16, signed: false } as const;

interface LargeImage {
  readonly header: Header;
  readonly codestream: Uint8Array;
  readonly pixels: Uint16Array;
}

let made: Promise<LargeImage> | undefined;

/** 2048 x 1536 pixels of 16 bits, of which the finest level has more than a megabyte. */
export function largeImage(): Promise<LargeImage> {
  made ??= make();
  return made;
}

async function make(): Promise<LargeImage> {
  const codec = await loadCodec();
  const pixels = Uint16Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return ((x * y) >> 6) + (Math.imul(at, 2_654_435_761) >>> 28);
  });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', pixelBytes(pixels)));
  const codestream = codec.encode(pixels, format, { digest });
  return { header: readHeader(codestream), codestream, pixels };
}

/** The image as a slice of a series, by the frame's number. */
export function largeSlice({ header }: LargeImage, frame: number): LoadableSlice {
  const lengths = header.segments.map(({ length }) => length);
  return { key: `b/${frame}`, ref: { blob: 'b', frame }, format, levels: header.levels, lengths };
}

/** Serves the image; notes what was asked for, and its bytes. */
export class LargeImageSource {
  readonly asked: { what: string; bytes: number; signal: AbortSignal }[] = [];
  /** What calls for parts are refused with. */
  refusal: Error | null = null;
  /** What calls for parts wait for. */
  gate: Promise<void> = Promise.resolve();
  readonly #image: LargeImage;

  constructor(image: LargeImage) {
    this.#image = image;
  }

  /** Bytes asked for of some kind of request: 'level 5', 'parts of 5'. */
  bytesOf(what: string): number {
    return this.asked.reduce((sum, each) => sum + (each.what === what ? each.bytes : 0), 0);
  }

  get(request: LevelsRequest, onSegment: OnSegment, { signal }: { signal: AbortSignal }): Getting {
    const frames = 'frames' in request.target ? request.target.frames : [];
    const run = async (): Promise<GetResult> => {
      await Promise.resolve();
      for (let level = request.from ?? 0; level <= (request.to ?? 255); level++) {
        for (const ref of frames) {
          signal.throwIfAborted();
          const bytes = this.bytes(this.#image.header.segments[level]);
          this.asked.push({ what: `level ${level}`, bytes: bytes.length, signal });
          await onSegment({ ...ref, level, crc32c: 0, bytes });
        }
      }
      return { levels: 0, bytes: 0, fromCache: 0 };
    };
    return Object.assign(run(), { prioritise: () => {} });
  }

  parts(request: PartsRequest, onPart: OnPart, { signal }: { signal: AbortSignal }): GettingParts {
    const { level, parts } = request;
    const start = this.#image.header.segments[level]?.offset ?? 0;
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    this.asked.push({ what: `parts of ${level}`, bytes, signal });
    const run = async (): Promise<void> => {
      await this.gate;
      if (this.refusal) throw this.refusal;
      signal.throwIfAborted();
      for (const [index, part] of parts.entries()) {
        const own = this.bytes({ offset: start + part.offset, length: part.length });
        if (!part.isRight(own)) throw new Error('The checksum of a part is wrong.');
        onPart(index, own);
      }
    };
    return Object.assign(run(), { prioritise: () => {} });
  }

  /** Bytes of the codestream. */
  bytes({ offset, length } = { offset: 0, length: 0 }): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#image.codestream.subarray(offset, offset + length));
  }
}

/** Decodes as a worker does. */
export async function decoderHere() {
  const codec = await loadCodec();
  let states = new FrameStates(codec, 2 ** 30);
  const shown = async (frame: string, { recipe, size }: DisplayWish) => {
    const { level, lastLevel, pixels } = await states.get(frame).catch(refused);
    return { level, pixels: displayPixels(pixels, format, { level, levels: lastLevel }, recipe, size) };
  };
  return {
    /** Loses all states, as a worker does that is replaced. */
    forget: () => {
      states = new FrameStates(codec, 2 ** 30);
    },
    add: async (frame: string, levels: readonly CodedLevel[], wish: DisplayWish | null) => {
      const forgotten = states.add(frame, levels);
      const { level, pixels } = wish
        ? await shown(frame, wish)
        : { level: states.level(frame), pixels: null };
      return { type: 'added' as const, level, pixels, forgotten };
    },
    show: async (frame: string, wish: DisplayWish) => ({
      type: 'shown' as const,
      ...(await shown(frame, wish)),
    }),
    region: async (frame: string, wish: RegionParts) => {
      try {
        const decoded = states.region(frame, wish);
        const pixels = regionPixels(decoded, wish.level, wish.region, wish.recipe);
        return { type: 'region' as const, pixels };
      } catch (error) {
        return refused(error);
      }
    },
  };
}

function refused(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  throw new DecodeError(code, String(error));
}
