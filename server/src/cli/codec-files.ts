// Codes files and decodes them again, for `strata codec`.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Codec, type DecoderState, loadCodec } from '@strata/codec/codec';
import { allocatePixels, checkFormat, type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import { readHeader } from '@strata/codec/header';
import { readFrame } from '@strata/dicom/frames';
import { readPart10 } from '@strata/dicom/part10';
import { makeFolder } from '../config/make-folder.ts';
import { decodeFrame } from '../gateway/coding.ts';
import { sampleType } from './codec-info.ts';
import { CommandError } from './failure.ts';
import { describePixels, writeRaw } from './raw-frame.ts';

export interface WrittenFile {
  readonly file: string;
  /** Size and sample type, e.g. `512 x 512, 12 bit`. */
  readonly what: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Codes every frame of a DICOM file. @throws DicomError, CodecError, CommandError */
export async function encodeDicom(file: string, out: string): Promise<WrittenFile[]> {
  const dicom = readPart10(await readFile(file));
  if (!dicom.pixels) throw new CommandError('It holds no pixels.');
  const codec = await loadCodec();
  const written: WrittenFile[] = [];
  for (let index = 0; index < dicom.pixels.frames; index++) {
    const { pixels, format, categorical } = readFrame(dicom, index);
    written.push(
      await encodeOne(codec, pixels, format, categorical, nameIn(out, file, `-${index + 1}.stwc`)),
    );
  }
  return written;
}

/** Codes one frame of raw pixels, little endian. @throws CodecError, CommandError when the file has another length */
export async function encodeRaw(file: string, format: FrameFormat, out: string): Promise<WrittenFile[]> {
  checkFormat(format);
  const bytes = await readFile(file);
  const pixels = allocatePixels(format);
  if (bytes.length !== pixels.byteLength) {
    throw new CommandError(
      `It has ${bytes.length} bytes; a frame of this geometry has ${pixels.byteLength}.`,
    );
  }
  new Uint8Array(pixels.buffer).set(bytes);
  return [await encodeOne(await loadCodec(), pixels, format, false, nameIn(out, file, '-1.stwc'))];
}

async function encodeOne(
  codec: Codec,
  pixels: Pixels,
  format: FrameFormat,
  categorical: boolean,
  file: string,
): Promise<WrittenFile> {
  const digest = createHash('sha256').update(pixelBytes(pixels)).digest();
  const codestream = codec.encode(pixels, format, categorical ? { digest, categorical } : { digest });
  if (Buffer.compare(pixelBytes(decodeFrame(codestream, codec)), pixelBytes(pixels)) !== 0) {
    throw new CommandError(`The codestream does not decode to its pixels. Nothing was written.`);
  }
  await makeFolder(path.dirname(file));
  await writeFile(file, codestream);
  return { file, what: sampleType(format), bytesIn: pixels.byteLength, bytesOut: codestream.length };
}

/** Decodes a codestream to a level. @throws CodecError, CommandError when its bytes end before that level */
export async function decodeFile(file: string, level: number, out: string): Promise<WrittenFile> {
  const codec = await loadCodec();
  const bytes = await readFile(file);
  const header = readHeader(bytes);
  let state: DecoderState | null = null;
  for (const [number, { offset, length }] of header.segments.entries()) {
    if (number > level) break;
    if (offset + length > bytes.length) {
      throw new CommandError(
        `It ends before level ${number}${number > 0 ? `: decode it with --level ${number - 1}` : ''}.`,
      );
    }
    state = codec.decodeLevel(header, state, bytes.subarray(offset, offset + length));
  }
  if (state === null) throw new CommandError('It has no levels.');
  const pixels = codec.levelPixels(header, state);
  const geometry = describePixels(pixels, header, state.level);
  if (geometry.level === geometry.levels && geometry.digest !== geometry.frameDigest) {
    throw new CommandError('It does not decode to the pixels that its digest names.');
  }
  await writeRaw(nameIn(out, file, ''), pixels, geometry);
  const { width, height } = geometry;
  const what = `level ${geometry.level} of ${geometry.levels}: ${sampleType({ ...header.format, width, height })}`;
  return { file: nameIn(out, file, '.raw'), what, bytesIn: bytes.length, bytesOut: pixels.byteLength };
}

function nameIn(out: string, file: string, end: string): string {
  return path.join(out, path.basename(file).replace(/\.(dcm|raw|stwc)$/i, '') + end);
}
