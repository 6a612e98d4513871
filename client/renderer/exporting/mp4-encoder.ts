// An MP4 by the browser's own encoder (WebCodecs), and whether it has one.

import {
  BufferTarget,
  CanvasSource,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  Quality,
} from 'mediabunny';
import type { CineEncoder, FilmSize } from './cine-encoder.ts';
import { ExportError } from './export-error.ts';

/** What others can play most widely comes first. */
const codecs = ['avc', 'hevc', 'vp9', 'av1'] as const;
export type Mp4Codec = (typeof codecs)[number];

/** Above what films of the size usually get: edges and noise of images matter. */
const quality = new Quality('very-high');

/** The codec that the browser encodes with; null when it cannot make MP4 files of this size. */
export async function mp4Codec({
  width,
  height,
}: Pick<FilmSize, 'width' | 'height'>): Promise<Mp4Codec | null> {
  if (typeof VideoEncoder === 'undefined') return null;
  const codec = await getFirstEncodableVideoCodec([...codecs], { width, height, quality });
  return codecs.find((one) => one === codec) ?? null;
}

/** @param canvas what every picture is painted on */
export async function mp4Encoder(
  canvas: OffscreenCanvas,
  codec: Mp4Codec,
  { rate }: FilmSize,
): Promise<CineEncoder> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new CanvasSource(canvas, { codec, quality, keyFrameInterval: 1 });
  output.addVideoTrack(source, { frameRate: rate });
  await output.start();
  let count = 0;
  return {
    async add() {
      await source.add(count++ / rate, 1 / rate);
    },
    async finish() {
      await output.finalize();
      if (!target.buffer) throw new ExportError('no-film');
      return new Blob([target.buffer], { type: 'video/mp4' });
    },
    async cancel() {
      await output.cancel();
    },
  };
}
