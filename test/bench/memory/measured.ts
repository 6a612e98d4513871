// One measurement of memory, in a process of its own: what the peak is above what was there before.
import { readFileSync, writeFileSync } from 'node:fs';
import { type Codec, type DecoderState, loadCodec } from '@strata/codec/codec';
import type { FrameFormat, Pixels } from '@strata/codec/format';
import { readHeader } from '@strata/codec/header';
import { frameOf } from '@strata/codec/testing/contents';

export interface MemoryReport {
  readonly way: string;
  readonly bits: string;
  readonly milliseconds: number;
  /** The most that was in use, above what was in use before (which holds the codestream, or the pixels to encode). */
  readonly addedMiB: number;
  readonly pixelsMiB: number;
  readonly ratio: number;
}

const MIB = 2 ** 20;

function decode(codec: Codec, codestream: Uint8Array, way: string): Pixels {
  const header = readHeader(codestream);
  if (way === 'frame') return codec.decodeFrame(header, codestream);
  if (way === 'region') {
    const { width, height } = header.format;
    const region = { x: width - 1024, y: height - 1024, width: 1024, height: 1024 };
    const source = ({ offset, length }: { offset: number; length: number }): Uint8Array =>
      codestream.subarray(offset, offset + length);
    return codec.decodeRegion(header, header.levels, region, source, null);
  }
  // As a viewer does: the pixels of every level.
  let state: DecoderState | null = null;
  let pixels: Pixels | null = null;
  for (const { offset, length } of header.segments) {
    state = codec.decodeLevel(header, state, codestream.subarray(offset, offset + length));
    pixels = codec.levelPixels(header, state);
  }
  if (!pixels) throw new Error('a codestream without levels');
  return pixels;
}

async function measure(way: string, file: string, side: number, bits: number): Promise<MemoryReport> {
  const codec = await loadCodec();
  const format: FrameFormat = { width: side, height: side, samples: 1, bits, signed: false };
  const input = way === 'encode' ? frameOf(format, 'smooth with noise', 1) : readFileSync(file);
  const before = process.memoryUsage().rss;
  const began = performance.now();
  const output =
    way === 'encode'
      ? codec.encode(input as Pixels, format, { digest: new Uint8Array(32) })
      : decode(codec, input as Uint8Array, way);
  const milliseconds = performance.now() - began;
  const added = process.resourceUsage().maxRSS * 1024 - before;
  if (way === 'encode') writeFileSync(file, output);
  const pixels = way === 'encode' ? input.byteLength : output.byteLength;
  return {
    ...{ way, bits: String(bits), milliseconds },
    ...{ addedMiB: added / MIB, pixelsMiB: pixels / MIB, ratio: added / pixels },
  };
}

const [way = '', file = '', side = '', bits = ''] = process.argv.slice(2);
console.log(JSON.stringify(await measure(way, file, Number(side), Number(bits))));
