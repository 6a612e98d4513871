// Writes a level of a frame as raw pixels, with a JSON beside it that says what they are.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type FrameFormat, type Pixels, pixelBytes } from '@strata/codec/format';
import type { Header } from '@strata/codec/header';
import { levelSize } from '@strata/codec/levels';
import { makeFolder } from '../config/make-folder.ts';

/** Geometry and sample type of raw pixels on disk. */
export interface RawGeometry {
  readonly level: number;
  /** L, the full-size level. */
  readonly levels: number;
  readonly width: number;
  readonly height: number;
  readonly fullWidth: number;
  readonly fullHeight: number;
  readonly samples: number;
  readonly bits: number;
  readonly signed: boolean;
  readonly bytesPerSample: 1 | 2;
  readonly byteOrder: 'little-endian';
  /** SHA-256 of these raw bytes. */
  readonly digest: string;
  /** SHA-256 of the raw bytes of the full level, as kept since the frame came in. */
  readonly frameDigest: string;
}

export function describePixels(pixels: Pixels, header: Header, level: number): RawGeometry {
  const { width, height, samples, bits, signed }: FrameFormat = header.format;
  return {
    level,
    levels: header.levels,
    width: levelSize(width, level, header.levels),
    height: levelSize(height, level, header.levels),
    fullWidth: width,
    fullHeight: height,
    samples,
    bits,
    signed,
    bytesPerSample: bits <= 8 ? 1 : 2,
    byteOrder: 'little-endian',
    digest: createHash('sha256').update(pixelBytes(pixels)).digest('hex'),
    frameDigest: Buffer.from(header.digest).toString('hex'),
  };
}

/** Writes `base`.raw (row by row, samples of a pixel together, little endian) and `base`.json. @throws the file system's error */
export async function writeRaw(base: string, pixels: Pixels, description: object): Promise<void> {
  await makeFolder(path.dirname(base));
  await writeFile(`${base}.raw`, pixelBytes(pixels));
  await writeFile(`${base}.json`, `${JSON.stringify(description, null, 2)}\n`);
}
