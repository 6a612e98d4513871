// What a worker of the codec is asked, and how it does it.
import type { Codec } from '../codec.ts';
import { type DecoderState, stateBuffers } from '../decoder-state.ts';
import type { EncodeOptions } from '../encoder.ts';
import { CodecError, type CodecErrorCode } from '../errors.ts';
import type { FrameFormat, Pixels } from '../format.ts';
import { readHeader } from '../header.ts';
import { type Region, tilesOf } from '../regions.ts';

export type CodecRequest =
  | {
      readonly type: 'encode';
      readonly pixels: Pixels;
      readonly format: FrameFormat;
      readonly options: EncodeOptions;
    }
  | { readonly type: 'decode'; readonly codestream: Uint8Array }
  | { readonly type: 'decode-batch'; readonly codestreams: readonly Uint8Array[] }
  /** `header`: the bytes of the codestream's header. The state moves there and back. */
  | {
      readonly type: 'decode-level';
      readonly header: Uint8Array;
      readonly state: DecoderState | null;
      readonly segment: Uint8Array;
    }
  /** `parts`: the bytes of what `tilesOf` names, in its order. */
  | {
      readonly type: 'decode-region';
      readonly header: Uint8Array;
      readonly level: number;
      readonly region: Region;
      readonly parts: readonly Uint8Array[];
    };

export type CodecReply =
  | { readonly type: 'encoded'; readonly codestream: Uint8Array }
  | { readonly type: 'pixels'; readonly pixels: Pixels }
  | { readonly type: 'level'; readonly state: DecoderState; readonly pixels: Pixels }
  /** The frames of a batch, up to the one that failed. */
  | { readonly type: 'batch'; readonly frames: readonly Pixels[]; readonly failed: Failure | null }
  | Failure;

/** A job that failed; `code` is null for what is not the codec's refusal. */
export interface Failure {
  readonly type: 'failed';
  readonly code: CodecErrorCode | null;
  readonly message: string;
}

/** A reply and the buffers that move with it. */
export interface Done {
  readonly reply: CodecReply;
  readonly transfer: ArrayBuffer[];
}

const bufferOf = ({ buffer }: Pixels): ArrayBuffer => buffer as ArrayBuffer;

/** Does one job. @throws CodecError and what else goes wrong */
export function perform(codec: Codec, request: CodecRequest): Done {
  switch (request.type) {
    case 'encode': {
      const codestream = codec.encode(request.pixels, request.format, request.options);
      return { reply: { type: 'encoded', codestream }, transfer: [bufferOf(codestream)] };
    }
    case 'decode': {
      const { codestream } = request;
      const pixels = codec.decodeFrame(readHeader(codestream), codestream);
      return { reply: { type: 'pixels', pixels }, transfer: [bufferOf(pixels)] };
    }
    case 'decode-batch':
      return performBatch(codec, request.codestreams);
    case 'decode-level': {
      const header = readHeader(request.header);
      const state = codec.decodeLevel(header, request.state, request.segment);
      const pixels = codec.levelPixels(header, state);
      // At full size the pixels are the state's own: a buffer can be listed only once.
      const transfer = [...new Set([...stateBuffers(state), bufferOf(pixels)])];
      return { reply: { type: 'level', state, pixels }, transfer };
    }
    case 'decode-region': {
      const { level, region, parts } = request;
      const header = readHeader(request.header);
      const byOffset = new Map(
        tilesOf(header, level, region).map(({ offset }, at) => [offset, parts[at] ?? new Uint8Array()]),
      );
      const source = ({ offset }: { offset: number }): Uint8Array => byOffset.get(offset) ?? new Uint8Array();
      const pixels = codec.decodeRegion(header, level, region, source, null);
      return { reply: { type: 'pixels', pixels }, transfer: [bufferOf(pixels)] };
    }
  }
}

function performBatch(codec: Codec, codestreams: readonly Uint8Array[]): Done {
  const frames: Pixels[] = [];
  let failed: Failure | null = null;
  try {
    for (const codestream of codestreams) frames.push(codec.decodeFrame(readHeader(codestream), codestream));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    failed = failure(error);
  }
  return { reply: { type: 'batch', frames, failed }, transfer: frames.map(bufferOf) };
}

/** What a worker answers when a job failed. */
export function failure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'failed', code: error instanceof CodecError ? error.code : null, message };
}
